import { makeNewest, makeSeenKeys } from './bounded.ts'
import type { HeapValue } from './check-fields.ts'
import type { AccountItem, IdentifyItem, TrackItem, UserItem } from './check-request.ts'
import { makePeople, type User } from './people.ts'

/** Heap joins a list with this and cuts the result: https://developers.heap.io/reference/track-1, `properties`. */
const LIST_SEPARATOR = '||'
const JOINED_CHARS_MAX = 1_024

/** How much one app may hold. Past it the oldest events and keys are forgotten, and new people are not kept. */
export type Bounds = {
  readonly events_max: number
  readonly idempotencyKeys_max: number
  readonly users_max: number
}

/** What an app was sent, since the start or the last reset. What is forgotten past a bound stays counted. */
export type Counts = {
  requests: number
  refused: number
  /** Events that were new. */
  accepted: number
  /** Events whose idempotency key had been seen: nothing was changed by them. */
  repeated: number
  userWrites: number
  accountWrites: number
  identified: number
  /** Identify requests that Heap answers with 200 and then ignores. */
  identifyDropped: number
}

export type StoredEvent = {
  readonly user: User
  readonly sent: TrackItem
  readonly properties: { readonly [key: string]: HeapValue }
  readonly received_ms: number
}
export type AppState = ReturnType<typeof makeAppState>

/** One Heap environment: its people, its newest events, its counters. Takes only items that have been checked. */
export function makeAppState({ events_max, idempotencyKeys_max, users_max }: Bounds) {
  const counts: Counts = {
    requests: 0,
    refused: 0,
    accepted: 0,
    repeated: 0,
    userWrites: 0,
    accountWrites: 0,
    identified: 0,
    identifyDropped: 0,
  }
  const people = makePeople(users_max)
  const accounts = new Map<string, Map<string, HeapValue>>()
  const events = makeNewest<StoredEvent>(events_max)
  const seenKeys = makeSeenKeys(idempotencyKeys_max)

  function track(items: readonly TrackItem[], received_ms: number): void {
    for (const sent of items) {
      if (sent.idempotency_key !== undefined && !seenKeys.add(sent.idempotency_key)) {
        counts.repeated++
        continue
      }
      const { identity, user_id } = sent
      const user =
        identity === undefined ? people.withUserId(user_id as string) : people.withIdentity(identity)
      user.events++
      counts.accepted++
      events.add({ user, sent, properties: joined(sent.properties), received_ms })
    }
  }

  function identify({ identity, user_id }: IdentifyItem): void {
    const result = people.identify(user_id, identity)
    if (result === 'identified') counts.identified++
    if (result === 'dropped') counts.identifyDropped++
  }

  function writeUsers(items: readonly UserItem[]): void {
    for (const { identity, properties } of items) {
      counts.userWrites++
      write(people.withIdentity(identity).properties, properties)
    }
  }

  function writeAccounts(items: readonly AccountItem[]): void {
    for (const { account_id, properties } of items) {
      counts.accountWrites++
      const account = accounts.get(account_id) ?? new Map<string, HeapValue>()
      if (accounts.size < users_max) accounts.set(account_id, account)
      write(account, properties)
    }
  }

  return { counts, people, accounts, events, track, identify, writeUsers, writeAccounts }
}

function write(to: Map<string, HeapValue>, properties: UserItem['properties'] = {}): void {
  for (const [key, value] of Object.entries(properties)) to.set(key, value)
}

/** Keeps the object that came when no list is in it, which is nearly always: a copy would be the dearest step. */
function joined(properties: TrackItem['properties'] = {}): { readonly [key: string]: HeapValue } {
  for (const key in properties) {
    if (typeof properties[key] !== 'object') continue
    return Object.fromEntries(
      Object.entries(properties).map(([name, value]) => [
        name,
        typeof value === 'object' ? value.join(LIST_SEPARATOR).slice(0, JOINED_CHARS_MAX) : value,
      ]),
    )
  }
  return properties as { readonly [key: string]: HeapValue }
}
