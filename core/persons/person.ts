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
  /** Of the anonymousIds, those that an alias was made from: they may have been userIds. */
  readonly former?: readonly string[]
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

export function lower(email: string): string {
  return email.trim().toLowerCase()
}
