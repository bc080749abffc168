import {
  IDEMPOTENCY_KEY_CHARS_MAX,
  IDENTITY_CHARS_MAX,
  identityProblem,
  isObject,
  PROPERTY_CHARS_MAX,
  propertiesProblem,
  type StoredValue,
  textProblem,
  timestampProblem,
  type Unchecked,
  userIdProblem,
  userPropertyNameProblem,
} from './check-fields.ts'
import { type Checked, checkItems, eventNameProblem, type TrackItem } from './check-request.ts'
import type { PersonKeys } from './people.ts'

// The address that Heap's partners use. Heap has published nothing about it: what is here was read from code that
// sends to it, so it may be wrong, and Heap may change it.
// Segment: https://github.com/segmentio/action-destinations/tree/main/packages/destination-actions/src/destinations/heap-cloud
// Looker: https://github.com/looker-open-source/actions/tree/master/src/actions/heap

export type PartnerEvent = { readonly person: PersonKeys; readonly sent: TrackItem }
export type PartnerUser = {
  readonly person: PersonKeys
  readonly properties: { readonly [key: string]: StoredValue }
}

/** Segment's partner code asks for as much. */
const IDEMPOTENCY_KEY_CHARS_MIN = 8
/** A Unix time below this is in seconds: as milliseconds it would be before March 1973. */
const UNIX_SECONDS_MAX = 1e11
/** The last time that a Date knows. */
const UNIX_MS_MAX = 8.64e15

export function checkPartnerTrack(body: unknown): Checked<PartnerEvent> {
  return converted(checkList(body, 'events', eventProblem), (item) => {
    const person = item['user_identifier'] as PersonKeys
    const timestamp = isoOf(item['timestamp'] as string | number | undefined)
    const idempotency_key = item['idempotency_key'] as string | undefined
    return {
      person,
      sent: {
        event: item['event'] as string,
        properties: propertiesOf(item) as Record<string, string>,
        ...(person.user_id !== undefined && { user_id: person.user_id }),
        ...(timestamp !== undefined && { timestamp }),
        ...(idempotency_key !== undefined && { idempotency_key }),
      },
    }
  })
}

export function checkPartnerUsers(body: unknown): Checked<PartnerUser> {
  return converted(checkList(body, 'users', userProblem), (item) => ({
    person: item['user_identifier'] as PersonKeys,
    properties: propertiesOf(item) as PartnerUser['properties'],
  }))
}

/** Both known senders send lists only, and a `library` that names them. */
function checkList(
  body: unknown,
  list: string,
  problemOf: (item: Unchecked) => string | undefined,
): Checked<Unchecked> {
  const checked = checkItems<Unchecked>(body, list, (item) =>
    isObject(body) && body[list] === undefined ? `${list} is missing` : problemOf(item),
  )
  if (!checked.ok) return checked
  const problem = textProblem('library', (body as Unchecked)['library'], PROPERTY_CHARS_MAX)
  return problem === undefined ? checked : { ok: false, appId: checked.appId, problem }
}

function converted<From, To>(checked: Checked<From>, convert: (item: From) => To): Checked<To> {
  return checked.ok ? { ...checked, items: checked.items.map(convert) } : checked
}

function eventProblem(item: Unchecked): string | undefined {
  return (
    identifierProblem(item['user_identifier']) ??
    eventNameProblem(item['event']) ??
    partnerPropertiesProblem(item, isText) ??
    unixOrIsoProblem(item['timestamp']) ??
    idempotencyKeyProblem(item['idempotency_key'])
  )
}

function userProblem(item: Unchecked): string | undefined {
  const problem = identifierProblem(item['user_identifier'])
  if (problem !== undefined) return problem
  const { identity, email } = item['user_identifier'] as PersonKeys
  if (identity === undefined && email === undefined) return 'user_identifier needs identity or email'
  const properties = propertiesOf(item)
  return (
    partnerPropertiesProblem(item, isPropertyValue) ??
    (isObject(properties) ? userPropertyNameProblem(properties) : undefined)
  )
}

function identifierProblem(identifier: unknown): string | undefined {
  if (!isObject(identifier)) return 'user_identifier must be an object'
  const { identity, user_id, anonymous_id, email } = identifier
  if (identity === undefined && user_id === undefined && anonymous_id === undefined && email === undefined)
    return 'user_identifier needs identity, user_id, anonymous_id or email'
  return (
    (identity === undefined ? undefined : identityProblem(identity)) ??
    (user_id === undefined ? undefined : userIdProblem(user_id)) ??
    (anonymous_id === undefined
      ? undefined
      : textProblem('anonymous_id', anonymous_id, PROPERTY_CHARS_MAX)) ??
    (email === undefined ? undefined : textProblem('email', email, IDENTITY_CHARS_MAX))
  )
}

/** Segment sends `custom_properties`, Looker `properties`. */
function propertiesOf(item: Unchecked): unknown {
  return item['custom_properties'] ?? item['properties'] ?? {}
}

function partnerPropertiesProblem(item: Unchecked, isValue: (value: unknown) => boolean): string | undefined {
  const properties = propertiesOf(item)
  if (!isObject(properties)) return 'custom_properties must be an object'
  for (const [key, value] of Object.entries(properties)) {
    const text = typeof value === 'string' ? value : ''
    const problem = propertiesProblem({ [key]: text }, 'refused')
    if (problem !== undefined) return problem
    if (!isValue(value))
      return `property ${JSON.stringify(key.slice(0, 60))} has a type that this address does not take`
  }
  return undefined
}

/** "This endpoint only takes in strings for properties": https://github.com/segmentio/action-destinations/pull/990 */
function isText(value: unknown): boolean {
  return typeof value === 'string'
}

function isPropertyValue(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'boolean' || value === null || Number.isFinite(value)
}

function unixOrIsoProblem(timestamp: unknown): string | undefined {
  if (typeof timestamp !== 'number') return timestampProblem(timestamp)
  return timestamp >= 0 && timestamp <= UNIX_MS_MAX ? undefined : 'timestamp is no Unix time'
}

function isoOf(timestamp: string | number | undefined): string | undefined {
  if (typeof timestamp !== 'number') return timestamp
  return new Date(timestamp < UNIX_SECONDS_MAX ? timestamp * 1_000 : timestamp).toISOString()
}

function idempotencyKeyProblem(key: unknown): string | undefined {
  if (key === undefined) return undefined
  const problem = textProblem('idempotency_key', key, IDEMPOTENCY_KEY_CHARS_MAX)
  if (problem !== undefined) return problem
  return (key as string).length < IDEMPOTENCY_KEY_CHARS_MIN
    ? `idempotency_key is shorter than ${IDEMPOTENCY_KEY_CHARS_MIN} characters`
    : undefined
}
