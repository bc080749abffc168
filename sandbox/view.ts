import type { AppState, Counts, StoredEvent } from './app-state.ts'
import type { HeapValue } from './check-fields.ts'
import type { User } from './people.ts'

/** `newest`: the newest first. `arrival`: the oldest first. Either way, `limit` keeps the newest. */
export type StateQuery = { readonly limit?: number; readonly order?: 'newest' | 'arrival' }

type Properties = { readonly [key: string]: HeapValue }

export type UserView = {
  readonly identity?: string
  readonly user_ids: readonly string[]
  readonly properties: Properties
  readonly events: number
}

/** `identity` is who the event belongs to now, which identify may have changed; `user_id` is as it was sent. */
export type EventView = {
  readonly identity?: string
  readonly user_id?: string
  readonly session_id?: string
  readonly event: string
  readonly properties: Properties
  readonly timestamp: string
  readonly received_at: string
  readonly idempotency_key?: string
}

export type AccountView = { readonly account_id: string; readonly properties: Properties }

/** One app as JSON: `events` and the other lists are the newest of what is kept, the counts are of everything. */
export type AppView = {
  readonly counts: Readonly<Counts>
  /** How many are kept, of which the lists show the newest. A user_id that was identified is no user of its own. */
  readonly kept: { readonly users: number; readonly accounts: number; readonly events: number }
  readonly users: readonly UserView[]
  readonly accounts: readonly AccountView[]
  readonly events: readonly EventView[]
}

export const STATE_LIMIT_DEFAULT = 100

export function viewApp(
  app: AppState,
  { limit = STATE_LIMIT_DEFAULT, order = 'newest' }: StateQuery,
): AppView {
  const users: UserView[] = []
  for (let place = app.people.users.length - 1; place >= 0 && users.length < limit; place--) {
    const user = app.people.users[place] as User
    if (user.mergedInto === undefined) users.push(viewUser(user))
  }
  const events: EventView[] = []
  for (let place = app.events.count() - 1; place >= 0 && events.length < limit; place--) {
    events.push(viewEvent(app.events.at(place)))
  }
  const accounts = [...app.accounts]
    .slice(-limit)
    .reverse()
    .map(([account_id, properties]) => ({ account_id, properties: Object.fromEntries(properties) }))

  const lists = { users, accounts, events }
  if (order === 'arrival') for (const list of Object.values(lists)) list.reverse()
  const kept = { users: app.people.count(), accounts: app.accounts.size, events: app.events.count() }
  return { counts: { ...app.counts }, kept, ...lists }
}

function viewUser({ identity, userIds, properties, events }: User): UserView {
  return {
    ...(identity !== undefined && { identity }),
    user_ids: [...userIds],
    properties: Object.fromEntries(properties),
    events,
  }
}

function viewEvent({ user, sent, properties, received_ms }: StoredEvent): EventView {
  const { identity } = user.mergedInto ?? user
  const received_at = new Date(received_ms).toISOString()
  return {
    ...(identity !== undefined && { identity }),
    ...(sent.user_id !== undefined && { user_id: sent.user_id }),
    ...(sent.session_id !== undefined && { session_id: sent.session_id }),
    event: sent.event,
    properties,
    timestamp: sent.timestamp ?? received_at,
    received_at,
    ...(sent.idempotency_key !== undefined && { idempotency_key: sent.idempotency_key }),
  }
}
