import { makeNewest, makeSeenKeys } from './bounded.ts'
import { type BudgetName, makeBudgets, type Spending } from './budgets.ts'
import type { HeapValue } from './check-fields.ts'
import type { PartnerEvent } from './check-partner.ts'
import type { TrackItem } from './check-request.ts'
import { noCounts } from './counts.ts'
import { makeDeletions } from './deletions.ts'
import { makeLinks } from './links.ts'
import { asMerged, makePeople, type PersonKeys, type User } from './people.ts'
import { makeProfiles } from './profiles.ts'
import type { Settings } from './settings.ts'

/** Heap joins a list with this and cuts the result: https://developers.heap.io/reference/track-1, `properties`. */
const LIST_SEPARATOR = '||'
const JOINED_CHARS_MAX = 1_024

/** How much one app may hold. Past it the oldest events and keys are forgotten, and new people are not kept. */
export type Bounds = {
  readonly events_max: number
  readonly idempotencyKeys_max: number
  readonly users_max: number
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
export type AppState = ReturnType<typeof makeAppState>

/** One Heap environment: its people, its newest events, its counters. Takes only items that have been checked. */
export function makeAppState({ events_max, idempotencyKeys_max, users_max }: Bounds) {
  const counts = noCounts()
  const people = makePeople(users_max)
  const links = makeLinks(people, counts)
  const profiles = makeProfiles({ people, links, counts, accounts_max: users_max })
  const events = makeNewest<StoredEvent>(events_max)
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
      links.linkBeside(person, received_ms)
      keep(people.withKeys(person), sent, received_ms, person.anonymous_id)
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

  return { counts, people, profiles, links, events, deletions, spend, track, trackPartner }
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
