import { createHash } from 'node:crypto'
import type { ErrorCode } from '../../core/errors.ts'
import type { JsonObject, SpecEvent } from '../../core/event.ts'
import { own } from '../../core/own.ts'
import { parseCall } from '../../core/parse-event.ts'
import { shapeProblem } from '../../core/shape.ts'
import { parseTime_ms } from '../../core/timestamp.ts'
import { isObject } from './calls.ts'

export type CallRules = {
  /** What ids are made of, besides the place and the call. */
  readonly name: string
  /** From this moment on, and before that one; milliseconds since 1970. */
  readonly from_ms?: number | undefined
  readonly to_ms?: number | undefined
  /** In place of the call's own `integrations`. */
  readonly integrations?: JsonObject | undefined
}
export type MadeCall =
  | {
      readonly status: 'ready'
      /** What is sent, as JSON. */
      readonly text: string
      readonly event: SpecEvent
      /** Nothing in the call said when it was. */
      readonly isUntimed: boolean
    }
  | { readonly status: 'skipped' }
  | { readonly status: 'refused'; readonly code: ErrorCode; readonly reason: string }

/** Where the call stands in its file. */
export type CallPlace = { readonly line: number; readonly index: number }

/**
 * What is sent for a call of a file, held to the rules of ingest. It keeps its time: `sentAt` is left out, by which ingest
 * would take the age of the file for a clock that is wrong; a call without a `timestamp` has that at which it was first
 * received. A call without a `messageId` gets one that is the same whenever the same file is imported.
 *
 * @param now_ms Of calls that nothing says the time of.
 */
export function makeCall(raw: unknown, at: CallPlace, rules: CallRules, now_ms: number): MadeCall {
  if (!isObject(raw)) return refused('EVENT_NOT_OBJECT', 'The call is not a JSON object.')
  if (shapeProblem(raw, { levels_max: LEVELS_MAX, keys_max: Number.POSITIVE_INFINITY }) !== undefined) {
    return refused('EVENT_TOO_DEEP', `The call is nested too deeply: at most ${LEVELS_MAX} levels are sent.`)
  }
  const { sentAt, writeKey: _writeKey, _metadata, messageId, ...kept } = raw
  const time = given(kept['timestamp']) ?? firstTime(kept, sentAt)
  const call: Record<string, unknown> = {
    ...kept,
    ...(isGiven(messageId) ? { messageId } : {}),
    ...(time === undefined ? {} : { timestamp: time }),
    ...(rules.integrations === undefined ? {} : { integrations: rules.integrations }),
    ...withoutSender(kept),
  }
  if (!isGiven(messageId)) call['messageId'] = idOf(call, at, rules.name)
  const receivedAt = new Date(now_ms).toISOString()
  const parsed = parseCall(call, undefined, {}, { receivedAt_ms: now_ms, receivedAt, newMessageId: () => '' })
  if (!parsed.ok) return refused(parsed.code, parsed.reason)
  const { event } = parsed
  const { from_ms = Number.NEGATIVE_INFINITY, to_ms = Number.POSITIVE_INFINITY } = rules
  const time_ms = Date.parse(event.timestamp)
  if (time_ms < from_ms || time_ms >= to_ms) return { status: 'skipped' }
  return { status: 'ready', text: JSON.stringify(call), event, isUntimed: time === undefined }
}

/** More than any server takes; a writer of JSON overflows the stack from some 4,000 on. */
const LEVELS_MAX = 500

/** Of the moments that archives tell, the first that is one. */
function firstTime(call: JsonObject, sentAt: unknown): unknown {
  const known = [call['originalTimestamp'], call['receivedAt'], call['received_at'], sentAt]
  return known.find((one) => parseTime_ms(one) !== undefined)
}

/** Ingest would add the address of whoever imports to calls that came from a page; what stands there stays as it is. */
function withoutSender(call: JsonObject): object {
  const { context } = call
  if ((own(context, 'channel') ?? call['channel']) !== 'browser') return {}
  return { context: { ip: null, userAgent: null, ...(isObject(context) ? context : {}) } }
}

const ID_HEX_CHARS = 32

function idOf(call: object, { line, index }: CallPlace, name: string): string {
  const hash = createHash('sha256').update(`${name}\n${line}\n${index}\n${JSON.stringify(call)}`)
  return `import-${hash.digest('hex').slice(0, ID_HEX_CHARS)}`
}

function given(value: unknown): unknown {
  return isGiven(value) ? value : undefined
}

/** As ingest sees it. */
function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== ''
}

function refused(code: ErrorCode, reason: string): MadeCall {
  return { status: 'refused', code, reason }
}
