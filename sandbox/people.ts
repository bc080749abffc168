import type { HeapValue } from './check-fields.ts'

/** "Limit the number of user_ids mapped to an identity to 10": https://developers.heap.io/reference/identify-1 */
export const USER_IDS_PER_IDENTITY_MAX = 10

export type User = {
  readonly identity: string | undefined
  readonly userIds: string[]
  /** A Map, since a property may be called `__proto__`. */
  readonly properties: Map<string, HeapValue>
  events: number
  /** Set once, when a user_id is identified: its events point here, so none has to be touched. */
  mergedInto: User | undefined
}
export type People = ReturnType<typeof makePeople>

/** The people of one app: by identity, by user_id, and in order of arrival, at most `users_max` of them. */
export function makePeople(users_max: number) {
  const users: User[] = []
  const byIdentity = new Map<string, User>()
  const byUserId = new Map<string, User>()
  let merged = 0

  /** Past the bound a new person is not kept: the next event makes the person again. */
  function keep(by: Map<string, User>, key: string, user: User): User {
    if (users.length >= users_max) return user
    users.push(user)
    by.set(key, user)
    return user
  }

  function withIdentity(identity: string): User {
    return byIdentity.get(identity) ?? keep(byIdentity, identity, makeUser(identity, []))
  }

  function withUserId(user_id: string): User {
    const userId = plain(user_id)
    return byUserId.get(userId) ?? keep(byUserId, userId, makeUser(undefined, [userId]))
  }

  /** `dropped` is what Heap answers with 200 and then ignores: a second identity, or an eleventh user_id. */
  function identify(user_id: string, identity: string): 'identified' | 'known' | 'dropped' {
    const userId = plain(user_id)
    const from = byUserId.get(userId)
    if (from?.identity !== undefined) return from.identity === identity ? 'known' : 'dropped'
    const to = withIdentity(identity)
    if (to.userIds.length >= USER_IDS_PER_IDENTITY_MAX) return 'dropped'
    to.userIds.push(userId)
    if (from !== undefined || byUserId.size < users_max) byUserId.set(userId, to)
    if (from === undefined) return 'identified'
    to.events += from.events
    from.mergedInto = to
    merged++
    return 'identified'
  }

  return { users, count: () => users.length - merged, withIdentity, withUserId, identify }
}

function makeUser(identity: string | undefined, userIds: string[]): User {
  return { identity, userIds, properties: new Map(), events: 0, mergedInto: undefined }
}

/** "007" and "7" are one number, so one user. */
function plain(userId: string): string {
  return userId.length > 1 && userId.startsWith('0') ? String(Number(userId)) : userId
}
