import { makeNewest, makeSeenKeys } from './bounded.ts'
import { type Breaches, type BudgetName, makeBudgets, type Spending } from './budgets.ts'
import type { HeapValue, StoredValue } from './check-fields.ts'
import type { PartnerEvent, PartnerUser } from './check-partner.ts'
import type { AccountItem, IdentifyItem, TrackItem, UserItem } from './check-request.ts'
import { makeDeletions } from './deletions.ts'
import {
  type AliasKind,
  asMerged,
  type LinkResult,
  makePeople,
  type PersonKeys,
  type User,
} from './people.ts'
import type { Settings } from './settings.ts'

/** Heap joins a list with this and cuts the result: https://developers.heap.io/reference/track-1, `properties`. */
const LIST_SEPARATOR = '||'
const JOINED_CHARS_MAX = 1_024
const DROPPED_LINKS_MAX = 50

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
  /** Links of a user_id, or an anonymous_id, to an identity. */
  identified: number
  /** Those of them that merged two people, since the id had events of its own. */
  merged: number
  /** Links that Heap answers with 200 and then ignores. */
  identifyDropped: number
  /** Users asked to be deleted, who were there, and their events. Counted when the deletion is complete. */
  usersDeleted: number
  eventsDeleted: number
  breaches: Breaches
}

export type StoredEvent = {
  /** Who sent it; `asMerged` says whose it is now. */
  readonly user: User
  readonly sent: TrackItem
  /** Only the partner address takes one. */
  readonly anonymous_id: string | undefined
  readonly properties: { readonly [key: string]: HeapValue }
  readonly received_ms: number
}
export type DroppedLink = {
  readonly kind: AliasKind
  readonly id: string
  readonly identity: string
  readonly reason: LinkResult
  readonly received_ms: number
}
export type AppState = ReturnType<typeof makeAppState>

/** One Heap environment: its people, its newest events, its counters. Takes only items that have been checked. */
export function makeAppState({ events_max, idempotencyKeys_max, users_max }: Bounds) {
  const counts = noCounts()
  const people = makePeople(users_max)
  const accounts = new Map<string, Map<string, StoredValue>>()
  const events = makeNewest<StoredEvent>(events_max)
  const droppedLinks = makeNewest<DroppedLink>(DROPPED_LINKS_MAX)
  const seenKeys = makeSeenKeys(idempotencyKeys_max)
  const budgets = makeBudgets(users_max)
  const deletions = makeDeletions(remove)

  /** The budgets that a request goes over, counted. */
  function spend(
    spendings: readonly Spending[],
    now_ms: number,
    limits: Exclude<Settings['limits'], 'off'>,
  ): readonly BudgetName[] {
    const over = budgets.spend(spendings, now_ms, limits)
    for (const name of over) counts.breaches[name]++
    return over
  }

  function isRepeated({ idempotency_key }: TrackItem): boolean {
    if (idempotency_key === undefined || seenKeys.add(idempotency_key)) return false
    counts.repeated++
    return true
  }

  function keep(user: User, sent: TrackItem, received_ms: number, anonymous_id?: string): void {
    user.events++
    counts.accepted++
    events.add({ user, sent, anonymous_id, properties: joined(sent.properties), received_ms })
  }

  function track(items: readonly TrackItem[], received_ms: number): void {
    for (const sent of items) if (!isRepeated(sent)) keep(people.withKeys(sent), sent, received_ms)
  }

  /** An identity with another id beside it links the two: "so that we can better merge users", as Heap's engineer says. */
  function trackPartner(items: readonly PartnerEvent[], received_ms: number): void {
    for (const { person, sent } of items) {
      if (isRepeated(sent)) continue
      linkAll(person, received_ms)
      keep(people.withKeys(person), sent, received_ms, person.anonymous_id)
    }
  }

  function linkAll({ identity, user_id, anonymous_id }: PersonKeys, received_ms: number): void {
    if (identity === undefined) return
    if (user_id !== undefined) link('user_id', user_id, identity, received_ms)
    if (anonymous_id !== undefined) link('anonymous_id', anonymous_id, identity, received_ms)
  }

  function link(kind: AliasKind, id: string, identity: string, received_ms: number): void {
    const result = people.link(kind, id, identity, received_ms)
    if (result === 'known') return
    if (result === 'merged') counts.merged++
    if (result === 'merged' || result === 'linked') {
      counts.identified++
      return
    }
    counts.identifyDropped++
    droppedLinks.add({ kind, id, identity, reason: result, received_ms })
  }

  function writeUsers(items: readonly UserItem[]): void {
    for (const { identity, properties } of items) writeUser({ identity }, properties)
  }

  function writePartnerUsers(items: readonly PartnerUser[], received_ms: number): void {
    for (const { person, properties } of items) {
      linkAll(person, received_ms)
      writeUser(person, properties)
    }
  }

  function writeUser(person: PersonKeys, properties: PartnerUser['properties'] = {}): void {
    counts.userWrites++
    write(people.withKeys(person).properties, properties)
  }

  function writeAccounts(items: readonly AccountItem[]): void {
    for (const { account_id, properties } of items) {
      counts.accountWrites++
      const account = accounts.get(account_id) ?? new Map<string, StoredValue>()
      if (accounts.size < users_max) accounts.set(account_id, account)
      write(account, properties)
    }
  }

  /** They and their events go. Their idempotency keys stay, so what is sent again by mistake stays away. */
  function remove(keys: readonly PersonKeys[]): void {
    const gone = new Set(keys.map(people.find).filter((user) => user !== undefined))
    if (gone.size === 0) return
    counts.usersDeleted += gone.size
    counts.eventsDeleted += events.remove(({ user }) => gone.has(asMerged(user)))
    people.remove(gone)
  }

  return {
    counts,
    people,
    accounts,
    events,
    droppedLinks,
    deletions,
    spend,
    track,
    trackPartner,
    identify: ({ identity, user_id }: IdentifyItem, received_ms: number) =>
      link('user_id', user_id, identity, received_ms),
    writeUsers,
    writePartnerUsers,
    writeAccounts,
  }
}

function noCounts(): Counts {
  return {
    requests: 0,
    refused: 0,
    accepted: 0,
    repeated: 0,
    userWrites: 0,
    accountWrites: 0,
    identified: 0,
    merged: 0,
    identifyDropped: 0,
    usersDeleted: 0,
    eventsDeleted: 0,
    breaches: { singleTrack: 0, bulkTrackIdentity: 0, bulkTrackApp: 0, userProperties: 0 },
  }
}

function write(to: Map<string, StoredValue>, properties: PartnerUser['properties'] = {}): void {
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
