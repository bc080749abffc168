import type { ErrorCode } from './errors.ts'
import { CALL_TYPES, type CallType, type JsonObject, type SpecEvent } from './event.ts'
import { correctedTimestamp, isUtcText, parseTime_ms } from './timestamp.ts'

/** Segment and Customer.io make ids of at most 100 characters; this is what an index and a key can bear. */
export const ID_CHARS_MAX = 255

/** What a batch says once for all its calls: https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/#batch */
export type Shared = {
  readonly context?: JsonObject
  readonly integrations?: JsonObject
  readonly sentAt?: unknown
}

/** What the call itself does not tell. */
export type Surroundings = {
  readonly receivedAt_ms: number
  /** The same moment in ISO 8601. */
  readonly receivedAt: string
  readonly newMessageId: () => string
}

export type ParsedCall =
  | { readonly ok: true; readonly event: SpecEvent }
  | { readonly ok: false; readonly code: ErrorCode; readonly reason: string }

type Raw = Readonly<Record<string, unknown>>
type Problem = Extract<ParsedCall, { ok: false }>

/**
 * Turns one call, as JSON gave it, into a `SpecEvent`, or says why not.
 *
 * `null` and `''` count as not given, as the browser libraries send `userId: null` for somebody anonymous. Ids may be
 * numbers. The timestamp is corrected by how wrong the sender's clock was when it sent (`sentAt`). Fields that the spec
 * does not name stay as they are; `writeKey` and the libraries' own `_metadata` do not.
 *
 * @param type The type that the address names (`/v1/track`); undefined in a batch, where each call names its own.
 * @see https://segment.com/docs/connections/spec/common/
 */
export function parseCall(
  raw: unknown,
  type: CallType | undefined,
  shared: Shared,
  around: Surroundings,
): ParsedCall {
  if (!isObject(raw)) return refuse('EVENT_NOT_OBJECT', 'The call is not a JSON object.')
  const callType = type ?? raw['type']
  if (!isCallType(callType)) {
    return refuse(
      'EVENT_TYPE_UNKNOWN',
      `"type" is ${describe(raw['type'])}; it must be one of ${CALL_TYPES.join(', ')}.`,
    )
  }
  const problem = commonProblem(raw) ?? typeProblem(callType, raw)
  if (problem !== undefined) return problem

  const sentAt = isGiven(raw['sentAt']) ? raw['sentAt'] : shared.sentAt
  const time = correctedTimestamp(raw['timestamp'], sentAt, around)
  if (time === undefined) {
    return refuse(
      'EVENT_TIMESTAMP_INVALID',
      `"timestamp" is ${describe(raw['timestamp'])}, which is not a date.`,
    )
  }
  const event: Record<string, unknown> = {
    ...withoutTransport(raw),
    type: callType,
    messageId: idText(raw['messageId']) ?? around.newMessageId(),
    anonymousId: idText(raw['anonymousId']),
    userId: idText(raw['userId']),
    timestamp: time,
    originalTimestamp: timeText(raw['timestamp']),
    sentAt: timeText(sentAt),
    context: merged(shared.context, raw['context']),
    integrations: merged(shared.integrations, raw['integrations']),
  }
  if (callType === 'group') event['groupId'] = idText(raw['groupId'])
  if (callType === 'alias') event['previousId'] = idText(raw['previousId'])
  for (const name of NULL_IS_ABSENT) if (raw[name] === null) event[name] = undefined
  return { ok: true, event: event as unknown as SpecEvent }
}

const ID_FIELDS = ['messageId', 'anonymousId', 'userId', 'groupId', 'previousId'] as const
const NULL_IS_ABSENT = ['properties', 'traits', 'name', 'category'] as const
const OBJECT_FIELDS = ['properties', 'traits', 'context', 'integrations'] as const

/** What every call must hold to. */
function commonProblem(raw: Raw): Problem | undefined {
  for (const name of ID_FIELDS) {
    const value = raw[name]
    if (value === undefined || value === null) continue
    if (typeof value !== 'string' && typeof value !== 'number') {
      return refuse('EVENT_FIELD_INVALID', `"${name}" is ${describe(value)}; it must be a text or a number.`)
    }
    if (typeof value === 'number' && !isExact(value)) {
      return refuse(
        'EVENT_FIELD_INVALID',
        `"${name}" is a number too large to be kept exactly; send it as a text.`,
      )
    }
    if (String(value).length > ID_CHARS_MAX) {
      return refuse('EVENT_FIELD_INVALID', `"${name}" has more than ${ID_CHARS_MAX} characters.`)
    }
  }
  for (const name of OBJECT_FIELDS) {
    const value = raw[name]
    if (value === undefined || value === null || isObject(value)) continue
    return refuse('EVENT_FIELD_INVALID', `"${name}" is ${describe(value)}; it must be an object.`)
  }
  if (idText(raw['userId']) === undefined && idText(raw['anonymousId']) === undefined) {
    return refuse('EVENT_PERSON_MISSING', 'The call has neither a "userId" nor an "anonymousId".')
  }
  return undefined
}

/** What its type asks for besides. */
function typeProblem(type: CallType, raw: Raw): Problem | undefined {
  switch (type) {
    case 'track':
      return textProblem(raw, 'event', true)
    case 'page':
    case 'screen':
      return textProblem(raw, 'name', false) ?? textProblem(raw, 'category', false)
    case 'group':
      return idProblem(raw, 'groupId')
    case 'alias':
      return idProblem(raw, 'previousId') ?? idProblem(raw, 'userId')
    case 'identify':
      return undefined
  }
}

function textProblem(raw: Raw, name: string, required: boolean): Problem | undefined {
  const value = raw[name]
  if (value === undefined || value === null) {
    return required ? refuse('EVENT_FIELD_MISSING', `"${name}" is missing.`) : undefined
  }
  if (typeof value !== 'string') {
    return refuse('EVENT_FIELD_INVALID', `"${name}" is ${describe(value)}; it must be a text.`)
  }
  if (required && value.trim() === '') return refuse('EVENT_FIELD_MISSING', `"${name}" is empty.`)
  return undefined
}

function idProblem(raw: Raw, name: string): Problem | undefined {
  return idText(raw[name]) === undefined ? refuse('EVENT_FIELD_MISSING', `"${name}" is missing.`) : undefined
}

/** Beyond 2^53 JSON's reader has already rounded it, and two people may have become one. */
function isExact(value: number): boolean {
  return Math.abs(value) <= Number.MAX_SAFE_INTEGER
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== ''
}

function idText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A time that the sender gave, kept as text; what cannot be read as a time is not one. */
function timeText(value: unknown): string | undefined {
  if (isUtcText(value)) return value
  if (typeof value === 'string') return parseTime_ms(value) === undefined ? undefined : value
  const time_ms = parseTime_ms(value)
  return time_ms === undefined ? undefined : new Date(time_ms).toISOString()
}

function withoutTransport(raw: Raw): Raw {
  if (!('writeKey' in raw) && !('_metadata' in raw)) return raw
  const { writeKey: _writeKey, _metadata, ...rest } = raw
  return rest
}

/** The call's own values win over those that the batch says for all. */
function merged(shared: JsonObject | undefined, own: unknown): unknown {
  if (shared === undefined) return own ?? undefined
  return isObject(own) ? { ...shared, ...own } : shared
}

function isCallType(value: unknown): value is CallType {
  return CALL_TYPES.includes(value as CallType)
}

function isObject(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function describe(value: unknown): string {
  if (value === undefined) return 'missing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)
  return value === null || typeof value !== 'object' ? String(value) : 'an object'
}

function refuse(code: ErrorCode, reason: string): Problem {
  return { ok: false, code, reason }
}
