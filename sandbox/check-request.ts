import {
  appIdProblem,
  EVENT_NAME_CHARS_MAX,
  type HeapValue,
  IDEMPOTENCY_KEY_CHARS_MAX,
  identityProblem,
  isObject,
  personProblem,
  propertiesProblem,
  textProblem,
  timestampProblem,
  type Unchecked,
  userIdProblem,
  userPropertyNameProblem,
} from './check-fields.ts'

export type TrackItem = {
  readonly identity?: string
  readonly user_id?: string
  readonly session_id?: string
  readonly event: string
  readonly properties?: { readonly [key: string]: HeapValue | readonly HeapValue[] }
  readonly timestamp?: string
  readonly idempotency_key?: string
}
export type UserItem = {
  readonly identity: string
  readonly properties?: { readonly [key: string]: HeapValue }
}
export type IdentifyItem = {
  readonly identity: string
  readonly user_id: string
  readonly timestamp?: string
}
export type AccountItem = {
  readonly account_id: string
  readonly properties?: { readonly [key: string]: HeapValue }
}

/** What a body holds, or what is wrong with it. A refused body may still say whose it was. */
export type Checked<Item> =
  | {
      readonly ok: true
      readonly appId: string
      readonly items: readonly Item[]
      /** Whether they came in a list. */
      readonly isBulk: boolean
    }
  | { readonly ok: false; readonly appId: string | undefined; readonly problem: string }

/**
 * "Max of 1000 events per request": https://developers.heap.io/reference/bulk-track; the same for users and accounts:
 * https://developers.heap.io/reference/bulk-add-user-properties, https://developers.heap.io/reference/bulk-add-account-properties
 */
export const ITEMS_MAX = 1_000
/** Heap states no limit for an account's id. The one for an identity is taken. */
const ACCOUNT_ID_CHARS_MAX = 255

/** https://developers.heap.io/reference/track-1, https://developers.heap.io/reference/bulk-track */
export function checkTrack(body: unknown): Checked<TrackItem> {
  return checkItems(body, 'events', trackProblem)
}

/** https://developers.heap.io/reference/add-user-properties */
export function checkUsers(body: unknown): Checked<UserItem> {
  return checkItems(body, 'users', userProblem)
}

/** https://developers.heap.io/reference/identify-1: there is no bulk form. */
export function checkIdentify(body: unknown): Checked<IdentifyItem> {
  return checkItems(body, undefined, identifyProblem)
}

/**
 * https://developers.heap.io/reference/add-account-properties. That page types app_id as an integer, while its own
 * example sends a text: both are taken.
 */
export function checkAccounts(body: unknown): Checked<AccountItem> {
  const number = isObject(body) && Number.isSafeInteger(body['app_id']) ? body['app_id'] : undefined
  return checkItems(
    number === undefined ? body : { ...(body as Unchecked), app_id: String(number) },
    'accounts',
    accountProblem,
  )
}

/**
 * One bad item refuses the whole request. Heap does not document what it does with the good ones; a sender that is
 * right under this rule is right under any other.
 */
export function checkItems<Item>(
  body: unknown,
  list: string | undefined,
  problemOf: (item: Unchecked) => string | undefined,
): Checked<Item> {
  const refuse = (problem: string, appId?: string) => ({ ok: false, appId, problem }) as const
  if (body === undefined) return refuse('the body is not JSON, or its Content-Type is not application/json')
  if (!isObject(body)) return refuse('the body must be an object')
  const wrongAppId = appIdProblem(body['app_id'])
  if (wrongAppId !== undefined) return refuse(wrongAppId)
  const appId = body['app_id'] as string

  const items = list === undefined ? undefined : body[list]
  if (items === undefined) {
    const problem = problemOf(body)
    return problem === undefined
      ? { ok: true, appId, items: [body as Item], isBulk: false }
      : refuse(problem, appId)
  }
  if (!Array.isArray(items)) return refuse(`${list} must be a list`, appId)
  if (items.length === 0) return refuse(`${list} is empty`, appId)
  if (items.length > ITEMS_MAX)
    return refuse(`${list} holds ${items.length} items; the limit is ${ITEMS_MAX}`, appId)
  for (let index = 0; index < items.length; index++) {
    const problem = isObject(items[index]) ? problemOf(items[index]) : 'must be an object'
    if (problem !== undefined) return refuse(`${list}[${index}]: ${problem}`, appId)
  }
  return { ok: true, appId, items, isBulk: true }
}

function trackProblem(item: Unchecked): string | undefined {
  return (
    personProblem(item) ??
    eventNameProblem(item['event']) ??
    propertiesProblem(item['properties'], 'joined') ??
    timestampProblem(item['timestamp']) ??
    optionalTextProblem('idempotency_key', item['idempotency_key'], IDEMPOTENCY_KEY_CHARS_MAX) ??
    (item['session_id'] === undefined || typeof item['session_id'] === 'string'
      ? undefined
      : 'session_id must be a text')
  )
}

function userProblem(item: Unchecked): string | undefined {
  if (item['user_id'] !== undefined)
    return 'user_id is not taken here; only people with an identity have properties'
  const properties = item['properties']
  return (
    identityProblem(item['identity']) ??
    propertiesProblem(properties, 'refused') ??
    (isObject(properties) ? userPropertyNameProblem(properties) : undefined)
  )
}

function identifyProblem(item: Unchecked): string | undefined {
  return (
    identityProblem(item['identity']) ?? userIdProblem(item['user_id']) ?? timestampProblem(item['timestamp'])
  )
}

function accountProblem(item: Unchecked): string | undefined {
  return (
    textProblem('account_id', item['account_id'], ACCOUNT_ID_CHARS_MAX) ??
    propertiesProblem(item['properties'], 'refused')
  )
}

/** A blank name is a name; only the empty one is refused, as Heap's Swift SDK says of its server (changelog, 0.7.2). */
export function eventNameProblem(event: unknown): string | undefined {
  if (event === undefined) return 'event is missing'
  if (typeof event !== 'string') return 'event must be a text'
  if (event === '') return 'event is empty'
  return event.length > EVENT_NAME_CHARS_MAX
    ? `event is longer than ${EVENT_NAME_CHARS_MAX} characters`
    : undefined
}

export function optionalTextProblem(name: string, text: unknown, chars_max: number): string | undefined {
  return text === undefined ? undefined : textProblem(name, text, chars_max)
}
