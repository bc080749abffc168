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
type ByKey = { readonly [kind in keyof PersonKeys]-?: Map<string, User> }
export type People = ReturnType<typeof makePeople>

/** The people of one app: by what says who they are, and in order of arrival, at most `users_max` of them. */
export function makePeople(users_max: number) {
  const users: User[] = []
  const by: ByKey = {
    identity: new Map(),
    user_id: new Map(),
    anonymous_id: new Map(),
    email: new Map(),
  }
  let merged = 0

  /** The person, who is made when there is none. Past the bound they are not kept: the next event makes them again. */
  function withKeys(keys: PersonKeys): User {
    const [kind, key] = keyOf(keys)
    const known = by[kind].get(key)
    if (known !== undefined) return known
    const user = makeUser(kind, key)
    if (users.length < users_max) {
      users.push(user)
      by[kind].set(key, user)
    }
    return user
  }

  /** The person as a merge left them, or undefined when there is none. */
  function find(keys: PersonKeys): User | undefined {
    const [kind, key] = keyOf(keys)
    return by[kind].get(key)
  }

  /** All that an id did, and will do, is the identity's. */
  function link(kind: AliasKind, sentId: string, identity: string, now_ms: number): LinkResult {
    const id = kind === 'user_id' ? plainUserId(sentId) : sentId
    const from = by[kind].get(id)
    if (from?.identity !== undefined) return from.identity === identity ? 'known' : 'a second identity'
    const to = withKeys({ identity })
    if (!countLink(to, now_ms)) return 'too many ids in a month'
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
    for (const user of gone) forgetKeys(by, user)
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

/** What says who somebody is, and how. */
export function keyOf({
  identity,
  user_id,
  anonymous_id,
  email,
}: PersonKeys): readonly [keyof PersonKeys, string] {
  if (identity !== undefined) return ['identity', identity]
  if (user_id !== undefined) return ['user_id', plainUserId(user_id)]
  return anonymous_id === undefined ? ['email', email as string] : ['anonymous_id', anonymous_id]
}

function makeUser(kind: keyof PersonKeys, key: string): User {
  return {
    identity: kind === 'identity' ? key : undefined,
    email: kind === 'email' ? key : undefined,
    userIds: kind === 'user_id' ? [key] : [],
    anonymousIds: kind === 'anonymous_id' ? [key] : [],
    properties: new Map(),
    events: 0,
    linked: 0,
    linkedIn: 0,
    mergedInto: undefined,
  }
}

/** False when the identity has had its links of this month. */
function countLink(to: User, now_ms: number): boolean {
  const month = monthOf(now_ms)
  const linkedBefore = to.linkedIn === month ? to.linked : 0
  if (linkedBefore >= USER_IDS_PER_IDENTITY_AND_MONTH_MAX) return false
  to.linkedIn = month
  to.linked = linkedBefore + 1
  return true
}

/** Who has only an email has no id that Heap deletes by. */
function forgetKeys(by: ByKey, { identity, userIds, anonymousIds }: User): void {
  if (identity !== undefined) by.identity.delete(identity)
  for (const id of userIds) by.user_id.delete(id)
  for (const id of anonymousIds) by.anonymous_id.delete(id)
}

function idsOf(user: User, kind: AliasKind): string[] {
  return kind === 'user_id' ? user.userIds : user.anonymousIds
}

function monthOf(now_ms: number): number {
  const now = new Date(now_ms)
  return now.getUTCFullYear() * 12 + now.getUTCMonth()
}
