import type { Source } from '../../core/configuration.ts'
import type { ErrorCode } from '../../core/errors.ts'
import type { CallType, Entry } from '../../core/event.ts'
import { type Fingerprint, fingerprint } from '../../core/identity.ts'
import { parseCall, type Shared, type Surroundings } from '../../core/parse-event.ts'
import { shapeProblem } from '../../core/shape.ts'
import { entryText } from '../log/envelope.ts'
import type { NewEntry } from '../log/log.ts'
import { isObject } from './calls.ts'
import type { DedupeWindow } from './dedupe.ts'
import type { IngestLimits } from './ingest.ts'
import { type Visitor, withVisitor } from './visitor.ts'

/** How much of a refused call is kept, so that a person can see what was sent. */
const REFUSED_TEXT_CHARS_MAX = 2_000

/** One thing to write to the log, and what it is. */
export type Item = NewEntry & { readonly entry: Entry }

export type ItemContext = {
  readonly source: Source
  readonly type: CallType | undefined
  readonly shared: Shared
  readonly around: Surroundings
  readonly dedupe: DedupeWindow
  /** What fingerprints are made with. */
  readonly seed: number
  readonly limits: IngestLimits
  readonly visitor?: Visitor | undefined
}

/** What one call becomes: an event, a duplicate or a refusal. Never throws: a bad call does not sink the others. */
export function makeItem(call: unknown, context: ItemContext): Item {
  const { source, around, dedupe, limits } = context
  const parsed = parseCall(call, context.type, context.shared, around)
  if (!parsed.ok) return refused(call, parsed.code, parsed.reason, context)

  const event = withVisitor(parsed.event, context.visitor, source.privacy ?? 'keep')
  const common = { sourceId: source.id, receivedAt: around.receivedAt }
  const misshapen = shapeRefusal(event, limits)
  if (misshapen !== undefined) return refused(call, misshapen.code, misshapen.reason, context)
  const entry: Entry = { kind: 'event', ...common, event }
  const text = entryText(entry)
  const bytes = utf8Bytes(text, limits.event_bytes_max)
  if (bytes > limits.event_bytes_max) {
    const reason = `The call has ${bytes} bytes; at most ${limits.event_bytes_max} are allowed.`
    return refused(call, 'EVENT_TOO_LARGE', reason, context)
  }
  const key = `${source.id}\n${event.anonymousId ?? event.userId}`
  const id: Fingerprint = fingerprint(`${source.id}\n${event.messageId}`, context.seed)
  if (dedupe.claim(id, around.receivedAt_ms)) return { entry, key, text, fingerprint: id }
  const duplicate: Entry = { kind: 'duplicate', ...common, messageId: event.messageId }
  return { entry: duplicate, key, text: entryText(duplicate) }
}

function refused(
  call: unknown,
  code: ErrorCode,
  reason: string,
  { source, around, type, limits }: ItemContext,
): Item {
  const raw = isObject(call) ? call : {}
  const messageId = shortText(raw['messageId'])
  const callType = type ?? shortText(raw['type'])
  const { writeKey: _writeKey, ...shown } = raw
  const entry: Entry = {
    kind: 'refused',
    sourceId: source.id,
    receivedAt: around.receivedAt,
    refusal: {
      code,
      reason,
      text: shownText(isObject(call) ? shown : call, limits).slice(0, REFUSED_TEXT_CHARS_MAX),
      ...(messageId === undefined ? {} : { messageId }),
      ...(callType === undefined ? {} : { type: callType }),
    },
  }
  return { entry, key: source.id, text: entryText(entry) }
}

/** Before anything writes it out or walks over it: readers of the log rely on it. */
function shapeRefusal(
  event: unknown,
  { event_levels_max, event_keys_max }: IngestLimits,
): { readonly code: ErrorCode; readonly reason: string } | undefined {
  switch (shapeProblem(event, { levels_max: event_levels_max, keys_max: event_keys_max })) {
    case 'deep':
      return {
        code: 'EVENT_TOO_DEEP',
        reason: `The call is nested too deeply: at most ${event_levels_max} levels are allowed.`,
      }
    case 'many':
      return {
        code: 'EVENT_TOO_MANY_KEYS',
        reason: `The call has too many names and list items: at most ${event_keys_max} are allowed.`,
      }
    case undefined:
      return undefined
  }
}

/** A call that is nested too deeply to be written out is shown by what stands at its top. */
function shownText(call: unknown, { event_levels_max }: IngestLimits): string {
  const limits = { levels_max: event_levels_max, keys_max: Number.POSITIVE_INFINITY }
  if (shapeProblem(call, limits) === undefined) return JSON.stringify(call)
  const top = Object.entries(call as object).filter(([, value]) => typeof value !== 'object')
  return JSON.stringify(Object.fromEntries(top))
}

/** What a refused call says of itself, if it is short enough to be shown in a line. */
function shortText(value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(0, 255) : undefined
}

/** Counts bytes only when they may be over the limit: a code unit has at most three. */
function utf8Bytes(text: string, bytes_max: number): number {
  return text.length * 3 <= bytes_max ? text.length : Buffer.byteLength(text)
}
