/** A JSON object as it came: nothing in it is known yet. */
export type Unchecked = { readonly [key: string]: unknown }
export type HeapValue = string | number
/** What a person may hold: the partner address keeps more types than the public one. */
export type StoredValue = HeapValue | boolean | null

/** "Limited to 1024 characters": https://developers.heap.io/reference/track-1, `event`. */
export const EVENT_NAME_CHARS_MAX = 1_024
/** "Limited to 255 characters": https://developers.heap.io/reference/track-1, `identity`. */
export const IDENTITY_CHARS_MAX = 255
/** "A number or string with fewer than 1024 characters", keys too: https://developers.heap.io/reference/track-1. */
export const PROPERTY_CHARS_MAX = 1_023
/** Heap states no limit. This one only keeps the sandbox's memory bounded. */
export const IDEMPOTENCY_KEY_CHARS_MAX = 1_024
/** Heap's own ids have at most ten digits; the rest is room. */
const APP_ID_DIGITS_MAX = 20

// Lengths are in UTF-16 code units. Each check says what is wrong, or nothing; the caller adds where it is.

export function appIdProblem(appId: unknown): string | undefined {
  if (appId === undefined) return 'app_id is missing'
  if (typeof appId !== 'string') return 'app_id must be a text of digits, such as "11"'
  if (!/^\d+$/.test(appId)) return 'app_id must be digits only'
  return appId.length > APP_ID_DIGITS_MAX ? `app_id is longer than ${APP_ID_DIGITS_MAX} digits` : undefined
}

/** "It is required that you use either the identity or user_id param, but not both" (track-1). */
export function personProblem({ identity, user_id }: Unchecked): string | undefined {
  if (identity === undefined && user_id === undefined) return 'needs identity or user_id'
  if (identity !== undefined && user_id !== undefined) return 'has both identity and user_id; Heap takes one'
  return identity === undefined ? userIdProblem(user_id) : identityProblem(identity)
}

export function identityProblem(identity: unknown): string | undefined {
  return textProblem('identity', identity, IDENTITY_CHARS_MAX)
}

/** "The string representation of a number between zero and 2^53 - 1" (identify-1). */
export function userIdProblem(userId: unknown): string | undefined {
  if (userId === undefined) return 'user_id is missing'
  if (typeof userId !== 'string') return 'user_id must be a text, such as "42"'
  if (!/^\d{1,16}$/.test(userId) || Number(userId) > Number.MAX_SAFE_INTEGER)
    return 'user_id must be a whole number from 0 to 2^53 - 1, written in digits'
  return undefined
}

/** A text that is there, is not blank, and is not too long. */
export function textProblem(name: string, text: unknown, chars_max: number): string | undefined {
  if (text === undefined) return `${name} is missing`
  if (typeof text !== 'string') return `${name} must be a text`
  if (!/\S/.test(text)) return `${name} is empty or blank`
  return text.length > chars_max ? `${name} is longer than ${chars_max} characters` : undefined
}

/** Heap joins the lists of an event; for users and accounts lists are not documented, so they are refused. */
export function propertiesProblem(properties: unknown, lists: 'joined' | 'refused'): string | undefined {
  if (properties === undefined) return undefined
  if (!isObject(properties)) return 'properties must be an object'
  for (const key in properties) {
    if (key.length > PROPERTY_CHARS_MAX)
      return `a property's name is longer than ${PROPERTY_CHARS_MAX} characters`
    const value = properties[key]
    if (typeof value === 'string' ? value.length <= PROPERTY_CHARS_MAX : Number.isFinite(value)) continue
    if (Array.isArray(value) && lists === 'joined' && value.every(isHeapValue)) continue
    return `property ${quoted(key)} ${valueProblem(value, lists)}`
  }
  return undefined
}

/**
 * Names that no user property may have.
 * @see `id` in any casing: https://developers.heap.io/reference/add-user-properties
 * @see `user_id`: https://developers.heap.io/reference/adduserproperties
 */
export function userPropertyNameProblem(properties: Unchecked): string | undefined {
  for (const key in properties) {
    if (key === 'user_id' || (key.length === 2 && key.toLowerCase() === 'id'))
      return `property ${quoted(key)} has a name that Heap keeps for itself`
  }
  return undefined
}

/** A date, or a date and a time, with or without an offset. How long a month is, it cannot say. */
const ISO_8601 =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:T(?:[01]\d|2[0-3]):[0-5]\d(?::(?:[0-5]\d|60)(?:[.,]\d{1,9})?)?(?:Z|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?)?)?$/
const DAYS_OF_EVERY_MONTH = 28

/** A timestamp may be left out: Heap then takes the time of arrival (track-1, `timestamp`). */
export function timestampProblem(timestamp: unknown): string | undefined {
  if (timestamp === undefined) return undefined
  if (typeof timestamp !== 'string') return 'timestamp must be a text in ISO 8601'
  if (!ISO_8601.test(timestamp)) return 'timestamp is not ISO 8601, such as 2026-01-02T03:04:05.678Z'
  const day = Number(timestamp.slice(8, 10))
  if (day <= DAYS_OF_EVERY_MONTH) return undefined
  // Day 0 of the next month is the last day of this one.
  const days = new Date(
    Date.UTC(Number(timestamp.slice(0, 4)), Number(timestamp.slice(5, 7)), 0),
  ).getUTCDate()
  return day <= days ? undefined : 'timestamp names a day that does not exist'
}

export function isObject(value: unknown): value is Unchecked {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isHeapValue(value: unknown): value is HeapValue {
  return typeof value === 'string' || Number.isFinite(value)
}

function valueProblem(value: unknown, lists: 'joined' | 'refused'): string {
  if (typeof value === 'string') return `is longer than ${PROPERTY_CHARS_MAX} characters`
  if (typeof value === 'boolean') return 'is a boolean; Heap takes numbers and texts'
  if (value === null) return 'is null; leave it out'
  if (!Array.isArray(value))
    return typeof value === 'object' ? 'is a nested object' : 'is not a finite number'
  return lists === 'joined'
    ? 'is a list that holds more than numbers and texts'
    : 'is a list; only events may have those'
}

function quoted(key: string): string {
  return JSON.stringify(key.length > 60 ? `${key.slice(0, 60)}…` : key)
}
