import type { Entry, SpecEvent } from '../event.ts'
import { anonymousUserId, fingerprint } from '../identity.ts'
import { own } from '../own.ts'

/** Who is looked for: one of these, as events carry it. An address is compared without regard to case. */
export type PersonAsked =
  | { readonly userId: string }
  | { readonly anonymousId: string }
  | { readonly email: string }

/** Everything that a person is known by. */
export type PersonIds = {
  readonly userIds: readonly string[]
  readonly anonymousIds: readonly string[]
  readonly emails: readonly string[]
}

/** A person with more ids than this is no person, but a default that many share: nothing of it is to be deleted. */
export const IDS_MAX = 1_000

export type Finder = ReturnType<typeof personFinder>

/**
 * Finds out by which ids a person is known, from events that are shown to it, and says which events are theirs.
 *
 * A userId leads to every anonymousId that was seen with it and, by an alias, to the userId before and after. An
 * anonymousId leads to a userId only when it is what was asked for and has been with no other: a device that two people
 * use must not make them one. So events are shown in rounds (`endRound`), until one teaches nothing new.
 */
export function personFinder(known: PersonIds, isAsked = true) {
  const userIds = new Set(known.userIds)
  /** What an alias was made from: a visitor's id most often, a userId sometimes. They lead no further. */
  const former = new Set<string>()
  const visitors = new Set(known.anonymousIds)
  const emails = new Set(known.emails.map(lower))
  /** Those whose userIds are looked for, with the ones that they have been with. */
  const leading = new Map<string, Set<string>>()
  const begun = userIds.size === 0 && isAsked ? known.anonymousIds : []
  for (const id of begun) leading.set(id, new Set())
  let hasGrown = false

  function add(ids: Set<string>, id: string | undefined): void {
    if (id === undefined || id === '' || ids.has(id) || isFull()) return
    ids.add(id)
    hasGrown = true
  }

  function isFull(): boolean {
    return userIds.size + former.size + visitors.size >= IDS_MAX
  }

  function lead(anonymousId: string | undefined): void {
    if (anonymousId === undefined || leading.has(anonymousId)) return
    leading.set(anonymousId, new Set())
    add(visitors, anonymousId)
  }

  function hasEmail(event: SpecEvent): boolean {
    return emails.size > 0 && emailsOf(event).some((email) => emails.has(email))
  }

  function isOf(event: SpecEvent): boolean {
    const { userId, anonymousId } = event
    if (userId !== undefined) {
      return isUser(userId) || (event.type === 'alias' && userIds.has(event.previousId))
    }
    return (anonymousId !== undefined && visitors.has(anonymousId)) || hasEmail(event)
  }

  function isUser(userId: string): boolean {
    return userIds.has(userId) || former.has(userId)
  }

  return {
    isOf,
    /** Takes from an event what it tells of the person. */
    learn(event: SpecEvent): void {
      const { userId, anonymousId } = event
      if (userId !== undefined && anonymousId !== undefined) leading.get(anonymousId)?.add(userId)
      if (event.type === 'alias') leading.get(event.previousId)?.add(event.userId)
      if (hasEmail(event)) {
        if (userId === undefined) lead(anonymousId)
        else add(userIds, userId)
      }
      if (userId === undefined || !userIds.has(userId)) {
        if (event.type === 'alias' && userIds.has(event.previousId)) add(userIds, event.userId)
        return
      }
      add(visitors, anonymousId)
      if (event.type !== 'alias') return
      add(visitors, event.previousId)
      add(former, event.previousId)
    },
    /** At the end of a round: whether it taught something, so that another one is needed. */
    endRound(): boolean {
      for (const users of leading.values()) if (users.size === 1) for (const id of users) add(userIds, id)
      const again = hasGrown
      hasGrown = false
      return again
    },
    /** Visitor ids that several people have used: what they did without a userId counts as the person's. */
    shared: (): readonly string[] => [...leading].flatMap(([id, users]) => (users.size > 1 ? [id] : [])),
    ids: (): PersonIds => ({
      userIds: [...new Set([...userIds, ...former])],
      anonymousIds: [...visitors],
      emails: [...emails],
    }),
    isFull,
  }
}

export function idsOfAsked(asked: PersonAsked): PersonIds {
  return {
    userIds: 'userId' in asked ? [asked.userId] : [],
    anonymousIds: 'anonymousId' in asked ? [asked.anonymousId] : [],
    emails: 'email' in asked ? [lower(asked.email)] : [],
  }
}

/** The addresses that an event says are its person's: of its traits, and of the traits in its context. In small letters. */
export function emailsOf(event: SpecEvent): readonly string[] {
  const places = [own(own(event, 'traits'), 'email'), own(own(own(event, 'context'), 'traits'), 'email')]
  return places.flatMap((place) => (typeof place === 'string' ? [lower(place)] : []))
}

/** Every id that an event carries, by what it is. Cheap: it is asked for each event while somebody is suppressed. */
export function idsOfEvent(event: SpecEvent): readonly (readonly [kind: IdKind, id: string])[] {
  const { userId, anonymousId } = event
  const found: (readonly [IdKind, string])[] = []
  if (userId !== undefined) found.push(['userId', userId])
  if (anonymousId !== undefined) found.push(['anonymousId', anonymousId])
  if (event.type === 'alias') found.push(['userId', event.previousId], ['anonymousId', event.previousId])
  for (const email of emailsOf(event)) found.push(['email', email])
  return found
}

export const ID_KINDS = ['userId', 'anonymousId', 'email'] as const
export type IdKind = (typeof ID_KINDS)[number]

/** `userId` of a person asked for, and its value. An address in small letters. */
export function keyOfAsked(asked: PersonAsked): readonly [kind: IdKind, id: string] {
  if ('userId' in asked) return ['userId', asked.userId]
  if ('anonymousId' in asked) return ['anonymousId', asked.anonymousId]
  return ['email', lower(asked.email)]
}

/** `ad…@…`, `vi…`: enough to know again, not enough to find out. Of a short id less is shown. */
export function maskedId(id: string): string {
  const shown = id.slice(0, Math.min(2, Math.floor(id.length / 3))).toWellFormed()
  return id.includes('@') ? `${shown}…@…` : `${shown}…`
}

/** Whether a text, in which somebody may be named, holds one of the ids. */
export type Names = (text: string) => boolean

const ID_FIELDS = ['userId', 'anonymousId', 'previousId', 'user_id', 'identity', 'groupId', 'email'] as const
/** Shorter ids, such as `1`, stand in many texts by chance: they are looked for where ids stand. */
const PLAIN_CHARS_MIN = 8

/**
 * Tells whether a JSON text holds an id, for what is not an event any more: a request, an answer, a call that was refused.
 * `derived`: other values that stand for the person, such as the number that a receiver knows a visitor by.
 */
export function naming({ userIds, anonymousIds, emails }: PersonIds, derived: readonly string[] = []): Names {
  const ids = [...new Set([...userIds, ...anonymousIds, ...derived])]
  const needles = ids.flatMap((id) => {
    const quoted = JSON.stringify(id)
    if (id.length >= PLAIN_CHARS_MIN) return [quoted.slice(1, -1)]
    const number = /^\d+$/.test(id) ? [id] : []
    return [quoted, ...number].flatMap((value) =>
      ID_FIELDS.flatMap((field) => [
        `"${field}":${value},`,
        `"${field}":${value}}`,
        ...(value === quoted ? [`"${field}":${value}`] : []),
      ]),
    )
  })
  return (text) =>
    needles.some((needle) => text.includes(needle)) ||
    (emails.length > 0 && hasEmailText(text.toLowerCase(), emails))
}

function hasEmailText(text: string, emails: readonly string[]): boolean {
  return emails.some((email) => text.includes(JSON.stringify(email).slice(1, -1)))
}

/** Other values that stand for the person at receivers: the Heap user id that is made of an anonymousId. */
export function derivedIds({ userIds, anonymousIds }: PersonIds): readonly string[] {
  return [...new Set([...anonymousIds, ...userIds].map(anonymousUserId))]
}

/** Whether a subject, whose turn deliveries wait for, is the person: an id, alone or behind what it is (`i:ada`, `site\nada`). */
export function subjectOf({ userIds, anonymousIds }: PersonIds, derived: readonly string[]): Names {
  const ids = new Set([...userIds, ...anonymousIds, ...derived])
  return (subject) => ids.has(subject) || ids.has(subject.replace(/^(?:[a-z]:|[^\n]*\n)/, ''))
}

/** Whether a key or a value that was remembered is about the person: it holds a hash of an id, or a derived one. */
export function remembering({ userIds, anonymousIds }: PersonIds, derived: readonly string[]): Names {
  const hashes = [...userIds, ...anonymousIds].map((id) => {
    const { high, low } = fingerprint(id)
    return `${high}.${low}`
  })
  const tokens = [
    ...new Set([...derived, ...hashes, ...userIds.filter((id) => id.length >= PLAIN_CHARS_MIN)]),
  ]
  return (text) => tokens.some((token) => text.includes(token))
}

/** Whether a stretch of the log may hold something of the person: what is quicker to ask than to parse it. */
export function mayName({ userIds, anonymousIds, emails }: PersonIds): Names {
  const needles = [...userIds, ...anonymousIds].map((id) => JSON.stringify(id).slice(1, -1))
  return (text) =>
    needles.some((needle) => text.includes(needle)) ||
    (emails.length > 0 && hasEmailText(text.toLowerCase(), emails))
}

/** The entry as what is left of it. */
export function tombstone(
  entry: Entry,
  deletion: number,
  fingerprint?: { readonly high: number; readonly low: number },
): Entry {
  const { sourceId, receivedAt } = entry
  const common = { kind: 'erased', sourceId, receivedAt, deletion } as const
  switch (entry.kind) {
    case 'event':
      return {
        ...common,
        was: 'event',
        part: entry.event.type,
        ...(fingerprint === undefined ? {} : { fingerprint: [fingerprint.high, fingerprint.low] }),
      }
    case 'refused':
      return { ...common, was: 'refused', part: entry.refusal.code }
    case 'duplicate':
      return { ...common, was: 'duplicate', part: '' }
    case 'erased':
      return entry
  }
}

function lower(email: string): string {
  return email.trim().toLowerCase()
}
