import type { AppState, StoredEvent } from './app-state.ts'
import type { HeapValue, StoredValue } from './check-fields.ts'
import type { Counts } from './counts.ts'
import type { Deletion } from './deletions.ts'
import type { DroppedLink } from './links.ts'
import { asMerged, type PersonKeys, type User } from './people.ts'
import type { Settings } from './settings.ts'

export type StateQuery = {
  readonly limit?: number
  /**
   * `newest`: the newest first. `arrival`: the oldest first. `timestamp`: as `arrival`, and the events in order of when
   * they happened. Whichever it is, `limit` keeps what arrived last.
   */
  readonly order?: 'newest' | 'arrival' | 'timestamp'
  /** Only this person and their history, from before a merge and after. */
  readonly person?: PersonKeys
}

type Properties = { readonly [key: string]: HeapValue }

export type UserView = {
  readonly identity?: string
  readonly email?: string
  readonly user_ids: readonly string[]
  readonly anonymous_ids?: readonly string[]
  /** The account that the property of the Account ID setting names. */
  readonly account_id?: string
  readonly properties: { readonly [key: string]: StoredValue }
  readonly events: number
}

/** `identity` is who the event belongs to now, which identify may have changed; the other ids are as they were sent. */
export type EventView = {
  readonly identity?: string
  readonly user_id?: string
  readonly anonymous_id?: string
  readonly email?: string
  readonly session_id?: string
  readonly event: string
  readonly properties: Properties
  readonly timestamp: string
  readonly received_at: string
  readonly idempotency_key?: string
}

export type AccountView = { readonly account_id: string; readonly properties: UserView['properties'] }
export type DroppedLinkView = {
  readonly received_at: string
  readonly id: string
  readonly kind: DroppedLink['kind']
  readonly identity: string
  readonly reason: string
}
export type DeletionView = {
  readonly deletion_request_id: string
  readonly requested_at: string
  readonly completed_at?: string
  readonly status: 'pending' | 'complete'
  readonly users: number
}

/** One app as JSON: `events` and the other lists are the newest of what is kept, the counts are of everything. */
export type AppView = {
  readonly counts: Readonly<Counts>
  /** How many are kept, of which the lists show the newest. A user_id that was identified is no user of its own. */
  readonly kept: { readonly users: number; readonly accounts: number; readonly events: number }
  readonly users: readonly UserView[]
  readonly accounts: readonly AccountView[]
  readonly events: readonly EventView[]
  readonly droppedLinks: readonly DroppedLinkView[]
  readonly deletions: readonly DeletionView[]
}

export const STATE_LIMIT_DEFAULT = 100

export function viewApp(
  app: AppState,
  { limit = STATE_LIMIT_DEFAULT, order = 'newest', person }: StateQuery,
  { accountKey }: Settings,
): AppView {
  const { people, events, links, deletions } = app
  const { accounts } = app.profiles
  // Nobody, when the person is not there: nothing is then of theirs.
  const only = person === undefined ? undefined : { user: people.find(person) }
  const isShown = (user: User) => only === undefined || asMerged(user) === only.user
  const lists = {
    users: newest(
      { count: () => people.users.length, at: (place) => people.users[place] as User },
      limit,
      (user) => user.mergedInto === undefined && isShown(user),
    ).map((user) => viewUser(user, accountKey)),
    events: newest(events, limit, ({ user }) => isShown(user)).map(viewEvent),
    accounts: [...accounts]
      .slice(-limit)
      .reverse()
      .map(([account_id, properties]) => ({ account_id, properties: Object.fromEntries(properties) })),
    droppedLinks: newest(links.dropped, limit).map(viewDroppedLink),
    deletions: [...deletions.all.values()].slice(-limit).reverse().map(viewDeletion),
  }
  if (order !== 'newest') for (const list of Object.values(lists)) list.reverse()
  // A stable sort: what happened at the same time stays in order of arrival.
  if (order === 'timestamp') lists.events.sort((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp))
  const kept = { users: people.count(), accounts: accounts.size, events: events.count() }
  const counts = { ...app.counts, breaches: { ...app.counts.breaches } }
  return { counts, kept, ...lists }
}

function newest<T>(
  list: { readonly count: () => number; readonly at: (place: number) => T },
  limit: number,
  isShown: (thing: T) => boolean = () => true,
): T[] {
  const shown: T[] = []
  for (let place = list.count() - 1; place >= 0 && shown.length < limit; place--) {
    const thing = list.at(place)
    if (isShown(thing)) shown.push(thing)
  }
  return shown
}

function viewUser(user: User, accountKey: string): UserView {
  const { identity, email, userIds, anonymousIds, properties, events } = user
  const account = accountKey === '' ? undefined : properties.get(accountKey)
  return {
    ...(identity !== undefined && { identity }),
    ...(email !== undefined && { email }),
    user_ids: [...userIds],
    ...(anonymousIds.length > 0 && { anonymous_ids: [...anonymousIds] }),
    ...(account !== undefined && { account_id: String(account) }),
    properties: Object.fromEntries(properties),
    events,
  }
}

function viewEvent({ user, sent, anonymous_id, properties, received_ms }: StoredEvent): EventView {
  const { identity, email } = asMerged(user)
  const received_at = new Date(received_ms).toISOString()
  return {
    ...(identity !== undefined && { identity }),
    ...(sent.user_id !== undefined && { user_id: sent.user_id }),
    ...(anonymous_id !== undefined && { anonymous_id }),
    ...(email !== undefined && { email }),
    ...(sent.session_id !== undefined && { session_id: sent.session_id }),
    event: sent.event,
    properties,
    timestamp: sent.timestamp ?? received_at,
    received_at,
    ...(sent.idempotency_key !== undefined && { idempotency_key: sent.idempotency_key }),
  }
}

function viewDroppedLink({ kind, id, identity, reason, received_ms }: DroppedLink): DroppedLinkView {
  return { received_at: new Date(received_ms).toISOString(), kind, id, identity, reason }
}

function viewDeletion({ id, requested_ms, completed_ms, users }: Deletion): DeletionView {
  return {
    deletion_request_id: id,
    requested_at: new Date(requested_ms).toISOString(),
    ...(completed_ms !== undefined && { completed_at: new Date(completed_ms).toISOString() }),
    status: completed_ms === undefined ? 'pending' : 'complete',
    users,
  }
}
