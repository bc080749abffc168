import { anonymousUserId } from '../../core/identity.ts'
import type { Reason } from '../../core/outcome.ts'
import type { HeapSettings } from './settings.ts'

/** "Limited to 255 characters": https://developers.heap.io/reference/track-1, `identity`. */
const IDENTITY_CHARS_MAX = 255
/** A number from 0 to 2^53 - 1 in digits: https://developers.heap.io/reference/track-1, `user_id`. */
const USER_ID = /^(0|[1-9]\d{0,15})$/

const NOBODY = 'It has no user id, no anonymous id and no id of Heap.'

/** The ids that an event carries. */
export type Ids = {
  /** Heap's own id of the visitor, made by its library in the browser. */
  readonly heapUserId?: string
  readonly identity?: string
  readonly anonymousId?: string
}

/** Somebody as Heap is told. `partner` holds all that is known: that API takes several at once. */
export type Person =
  | { readonly by: 'user_id'; readonly user_id: string }
  | { readonly by: 'identity'; readonly identity: string }
  | { readonly by: 'partner'; readonly identifier: { readonly [name: string]: string } }

/** Under what budgets count a person, and order is kept. */
export function subjectOf(person: Person): string {
  switch (person.by) {
    case 'identity':
      return `i:${person.identity}`
    case 'user_id':
      return `u:${person.user_id}`
    case 'partner': {
      const { identity, user_id, anonymous_id } = person.identifier
      if (identity !== undefined) return `i:${identity}`
      return user_id === undefined ? `a:${anonymous_id}` : `u:${user_id}`
    }
  }
}

export type Who<Of = Person> =
  | { readonly status: 'known'; readonly person: Of }
  | { readonly status: 'rejected'; readonly reason: Reason }

/**
 * Whose event it is: Heap's own id when the event carries one, as that is the very browser session; else the
 * identity; else the anonymous id, in the way that the settings say. An identity that is nobody's rejects the event,
 * rather than falling back: under it Heap merges people for ever, and whoever sends it has a mistake to mend.
 */
export function whoseEvent(ids: Ids, settings: HeapSettings): Who {
  const { identity, anonymousId } = ids
  if (settings.anonymousEvents === 'Partner endpoint') return forPartner(ids, settings)
  const heapUserId = heapUserIdOf(ids)
  if (heapUserId !== undefined) return known({ by: 'user_id', user_id: heapUserId })
  if (identity !== undefined) {
    const problem = neverProblem(identity, settings)
    return problem === undefined ? known({ by: 'identity', identity }) : never('identity', problem)
  }
  if (anonymousId === undefined) return missing(NOBODY)
  const problem = neverProblem(anonymousId, settings)
  if (problem !== undefined) return never('anonymous id', problem)
  switch (settings.anonymousEvents) {
    case 'Heap user id':
      return known({ by: 'user_id', user_id: userIdOf(anonymousId) })
    case 'As identity':
      return known({ by: 'identity', identity: anonymousId })
    case 'Hold':
      return missing('It has no user id, and the setting "Anonymous events" says to hold such events.')
  }
}

function forPartner(ids: Ids, settings: HeapSettings): Who {
  const identifier: Record<string, string> = {}
  const { identity, anonymousId } = ids
  const heapUserId = heapUserIdOf(ids)
  if (heapUserId !== undefined) identifier['user_id'] = heapUserId
  if (identity !== undefined) {
    const problem = neverProblem(identity, settings)
    if (problem !== undefined) return never('identity', problem)
    identifier['identity'] = identity
  }
  if (anonymousId !== undefined) {
    const problem = neverProblem(anonymousId, settings)
    if (problem === undefined) identifier['anonymous_id'] = anonymousId
    else if (identity === undefined && heapUserId === undefined) return never('anonymous id', problem)
  }
  if (Object.keys(identifier).length > 0) return known({ by: 'partner', identifier })
  return missing(NOBODY)
}

/** The number under which Heap has a visitor of whom no identity is known. */
export function whoseVisit(ids: Ids, settings: HeapSettings): Who<string> {
  const heapUserId = heapUserIdOf(ids)
  if (heapUserId !== undefined) return known(heapUserId)
  const { anonymousId } = ids
  if (anonymousId === undefined) return missing(NOBODY)
  const problem = neverProblem(anonymousId, settings)
  return problem === undefined ? known(userIdOf(anonymousId)) : never('anonymous id', problem)
}

/** Whose user properties they are. Heap takes them only for an identity: there is no `user_id` in that call. */
export function whoseProfile({ identity, anonymousId }: Ids, settings: HeapSettings): Who<string> {
  const isAnonymous = identity === undefined && settings.anonymousEvents === 'As identity'
  const given = isAnonymous ? anonymousId : identity
  if (given === undefined) {
    return missing('It has no user id, and Heap takes user properties only for somebody with an identity.')
  }
  const problem = neverProblem(given, settings)
  return problem === undefined ? known(given) : never(isAnonymous ? 'anonymous id' : 'identity', problem)
}

/**
 * The Heap user ids that an identity takes over: of Heap's own library, and the one made from the anonymous id, where
 * events are sent under such. The partner endpoint links by events that carry both ids.
 */
export function linkableIds(ids: Ids, settings: HeapSettings): readonly string[] {
  const { anonymousEvents } = settings
  if (anonymousEvents === 'Partner endpoint') return []
  const { anonymousId } = ids
  const userIds = [heapUserIdOf(ids)]
  if (anonymousEvents === 'Heap user id' && anonymousId !== undefined) {
    if (neverProblem(anonymousId, settings) === undefined) userIds.push(userIdOf(anonymousId))
  }
  return userIds.filter((userId) => userId !== undefined)
}

/** A hash costs as much as the rest of an event, and the events of a visitor ask for it again and again. */
const USER_IDS_KEPT_MAX = 10_000
const userIdsKept = new Map<string, string>()

/** The `user_id` of a visitor of whom only the anonymous id is known. */
export function userIdOf(anonymousId: string): string {
  const kept = userIdsKept.get(anonymousId)
  if (kept !== undefined) return kept
  if (userIdsKept.size >= USER_IDS_KEPT_MAX) userIdsKept.clear()
  const userId = anonymousUserId(anonymousId)
  userIdsKept.set(anonymousId, userId)
  return userId
}

/** Heap's own id, when it is one. */
export function heapUserIdOf({ heapUserId }: Ids): string | undefined {
  if (heapUserId === undefined || !USER_ID.test(heapUserId)) return undefined
  return Number(heapUserId) <= Number.MAX_SAFE_INTEGER ? heapUserId : undefined
}

/** Why this id cannot be anybody's, in words that follow "The identity"; holds no id. */
export function neverProblem(id: string, settings: HeapSettings): string | undefined {
  if (id.length > IDENTITY_CHARS_MAX) {
    return `has ${id.length} characters, and Heap takes at most ${IDENTITY_CHARS_MAX}`
  }
  const plain = id.trim().toLowerCase()
  if (plain === '') return 'is blank'
  return neverIdentities(settings).has(plain)
    ? `is one of the never identities: Heap would merge everybody who has it into one person, for ever`
    : undefined
}

/** Read once for each settings object, as every event asks. */
const neverBySettings = new WeakMap<HeapSettings, ReadonlySet<string>>()

function neverIdentities(settings: HeapSettings): ReadonlySet<string> {
  const found = neverBySettings.get(settings)
  if (found !== undefined) return found
  const never = new Set(settings.neverIdentities.split(/[,\n]/).map((entry) => entry.trim().toLowerCase()))
  neverBySettings.set(settings, never)
  return never
}

function known<Of>(person: Of): Who<Of> {
  return { status: 'known', person }
}

function missing(text: string): Extract<Who, { status: 'rejected' }> {
  return { status: 'rejected', reason: { code: 'HEAP_IDENTITY_MISSING', text } }
}

function never(name: string, problem: string): Extract<Who, { status: 'rejected' }> {
  return { status: 'rejected', reason: { code: 'HEAP_IDENTITY_NEVER', text: `The ${name} ${problem}.` } }
}
