import type { StoredValue } from './check-fields.ts'

/** "10 user_ids per identity, in a month": https://developers.heap.io/reference/identify-1 */
export const USER_IDS_PER_IDENTITY_AND_MONTH_MAX = 10

/** What may say who somebody is. The first of them that is there does. Heap's public API knows the first two only. */
export type PersonKeys = {
  readonly identity?: string | undefined
  readonly user_id?: string | undefined
  readonly anonymous_id?: string | undefined
  readonly email?: string | undefined
}
/** What can be linked to an identity. */
export type AliasKind = 'user_id' | 'anonymous_id'

export type User = {
  readonly identity: string | undefined
  readonly email: string | undefined
  readonly userIds: string[]
  readonly anonymousIds: string[]
  /** A Map, since a property may be called `__proto__`. */
  readonly properties: Map<string, StoredValue>
  events: number
  /** How many ids were linked in `linkedIn`, a month of UTC, counted from the year 0. */
  linked: number
  linkedIn: number
  /** Set once, when its id is identified: its events point here, so none has to be touched. Never to one of these. */
  mergedInto: User | undefined
}
/** The last two are what Heap answers with 200 and then ignores. */
export type LinkResult = 'linked' | 'merged' | 'known' | 'a second identity' | 'too many ids in a month'
export type People = ReturnType<typeof makePeople>

/** The people of one app: by what says who they are, and in order of arrival, at most `users_max` of them. */
export function makePeople(users_max: number) {
  const users: User[] = []
  const by = {
    identity: new Map<string, User>(),
    user_id: new Map<string, User>(),
    anonymous_id: new Map<string, User>(),
    email: new Map<string, User>(),
  }
  let merged = 0

  /** Past the bound a new person is not kept: the next event makes the person again. */
  function keep(map: Map<string, User>, key: string, user: User): User {
    if (users.length >= users_max) return user
    users.push(user)
    map.set(key, user)
    return user
  }

  function withIdentity(identity: string): User {
    return by.identity.get(identity) ?? keep(by.identity, identity, makeUser({ identity }))
  }

  /** The person, who is made when there is none. */
  function withKeys({ identity, user_id, anonymous_id, email }: PersonKeys): User {
    if (identity !== undefined) return withIdentity(identity)
    if (user_id !== undefined) return withAlias('user_id', plainUserId(user_id))
    if (anonymous_id !== undefined) return withAlias('anonymous_id', anonymous_id)
    const address = email as string
    return by.email.get(address) ?? keep(by.email, address, makeUser({ email: address }))
  }

  function withAlias(kind: AliasKind, id: string): User {
    const known = by[kind].get(id)
    if (known !== undefined) return known
    const user = makeUser({})
    idsOf(user, kind).push(id)
    return keep(by[kind], id, user)
  }

  /** The person as a merge left them, or undefined when there is none. */
  function find({ identity, user_id, anonymous_id, email }: PersonKeys): User | undefined {
    if (identity !== undefined) return by.identity.get(identity)
    if (user_id !== undefined) return by.user_id.get(plainUserId(user_id))
    return anonymous_id === undefined ? by.email.get(email as string) : by.anonymous_id.get(anonymous_id)
  }

  /** All that an id did, and will do, is the identity's. */
  function link(kind: AliasKind, sentId: string, identity: string, now_ms: number): LinkResult {
    const id = kind === 'user_id' ? plainUserId(sentId) : sentId
    const from = by[kind].get(id)
    if (from?.identity !== undefined) return from.identity === identity ? 'known' : 'a second identity'
    const to = withIdentity(identity)
    const month = monthOf(now_ms)
    const linkedBefore = to.linkedIn === month ? to.linked : 0
    if (linkedBefore >= USER_IDS_PER_IDENTITY_AND_MONTH_MAX) return 'too many ids in a month'
    to.linkedIn = month
    to.linked = linkedBefore + 1
    idsOf(to, kind).push(id)
    if (from !== undefined || by[kind].size < users_max) by[kind].set(id, to)
    if (from === undefined) return 'linked'
    to.events += from.events
    from.mergedInto = to
    merged++
    return 'merged'
  }

  /** Takes people out, with all that was merged into them. */
  function remove(gone: ReadonlySet<User>): void {
    let kept = 0
    for (const user of users) {
      if (!gone.has(asMerged(user))) users[kept++] = user
      else if (user.mergedInto !== undefined) merged--
    }
    users.length = kept
    for (const { identity, email, userIds, anonymousIds } of gone) {
      if (identity !== undefined) by.identity.delete(identity)
      if (email !== undefined) by.email.delete(email)
      for (const id of userIds) by.user_id.delete(id)
      for (const id of anonymousIds) by.anonymous_id.delete(id)
    }
  }

  return { users, count: () => users.length - merged, withKeys, find, link, remove }
}

/** Whose the events of this person are now. */
export function asMerged(user: User): User {
  return user.mergedInto ?? user
}

/** "007" and "7" are one number, so one user. */
export function plainUserId(userId: string): string {
  return userId.length > 1 && userId.startsWith('0') ? String(Number(userId)) : userId
}

function makeUser({ identity, email }: { identity?: string; email?: string }): User {
  return {
    identity,
    email,
    userIds: [],
    anonymousIds: [],
    properties: new Map(),
    events: 0,
    linked: 0,
    linkedIn: 0,
    mergedInto: undefined,
  }
}

function idsOf(user: User, kind: AliasKind): string[] {
  return kind === 'user_id' ? user.userIds : user.anonymousIds
}

function monthOf(now_ms: number): number {
  const now = new Date(now_ms)
  return now.getUTCFullYear() * 12 + now.getUTCMonth()
}
