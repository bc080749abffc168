import type { SpecEvent } from '../event.ts'
import { emailsOf, lower, type PersonIds } from './person.ts'

/** A person with more ids than this is no person, but a default that many share: nothing of it is to be deleted. */
export const IDS_MAX = 1_000

type Known = {
  readonly userIds: Set<string>
  /** What an alias was made from: a visitor's id most often, a userId sometimes. They lead no further. */
  readonly former: Set<string>
  readonly visitors: Set<string>
  readonly emails: ReadonlySet<string>
  /** Visitors whose userIds are looked for, with those that they have been with. */
  readonly leading: Map<string, Set<string>>
  hasGrown: boolean
}

/**
 * Finds out by which ids a person is known, from events that are shown to it, and says which events are theirs.
 *
 * A userId leads to every anonymousId that was seen with it and, by an alias, to the userId before and after. An
 * anonymousId leads to a userId only when it is what was asked for and has been with no other: a device that two people
 * use must not make them one. So events are shown in rounds (`endRound`), until one teaches nothing new.
 *
 * @param isAsked False when the ids are all that there are, and nothing is to be learned.
 */
export function personFinder(ids: PersonIds, isAsked = true) {
  const known: Known = {
    ...{ userIds: new Set(ids.userIds), former: new Set(ids.former), visitors: new Set(ids.anonymousIds) },
    ...{ emails: new Set(ids.emails.map(lower)), leading: new Map(), hasGrown: false },
  }
  const begun = isAsked && ids.userIds.length === 0 ? ids.anonymousIds : []
  for (const id of begun) known.leading.set(id, new Set())
  return {
    isOf: (event: SpecEvent) => isOf(known, event),
    /** Takes from an event what it tells of the person. */
    learn: (event: SpecEvent) => learn(known, event),
    /** At the end of a round: whether it taught something, so that another one is needed. */
    endRound(): boolean {
      for (const users of known.leading.values()) {
        if (users.size === 1) for (const id of users) add(known, known.userIds, id)
      }
      const again = known.hasGrown
      known.hasGrown = false
      return again
    },
    /** Visitor ids that several people have used: what they did without a userId counts as the person's. */
    shared: (): readonly string[] =>
      [...known.leading].flatMap(([id, users]) => (users.size > 1 ? [id] : [])),
    ids: (): PersonIds => ({
      userIds: [...known.userIds],
      anonymousIds: [...known.visitors],
      emails: [...known.emails],
      ...(known.former.size === 0 ? {} : { former: [...known.former] }),
    }),
    isFull: () => isFull(known),
  }
}

function isOf(known: Known, event: SpecEvent): boolean {
  const { userIds, former, visitors } = known
  const { userId, anonymousId } = event
  if (userId !== undefined) {
    if (userIds.has(userId) || former.has(userId)) return true
    return event.type === 'alias' && userIds.has(event.previousId)
  }
  return (anonymousId !== undefined && visitors.has(anonymousId)) || hasEmail(known, event)
}

function learn(known: Known, event: SpecEvent): void {
  const { userIds, former, visitors, leading } = known
  const { userId, anonymousId } = event
  if (userId !== undefined && anonymousId !== undefined) leading.get(anonymousId)?.add(userId)
  if (event.type === 'alias') leading.get(event.previousId)?.add(event.userId)
  if (hasEmail(known, event)) {
    if (userId === undefined) lead(known, anonymousId)
    else add(known, userIds, userId)
  }
  if (event.type === 'alias' && userIds.has(event.previousId)) add(known, userIds, event.userId)
  if (userId === undefined || !userIds.has(userId)) return
  add(known, visitors, anonymousId)
  if (event.type !== 'alias') return
  add(known, visitors, event.previousId)
  add(known, former, event.previousId)
}

function hasEmail({ emails }: Known, event: SpecEvent): boolean {
  return emails.size > 0 && emailsOf(event).some((email) => emails.has(email))
}

/** Somebody of whom only an address is known is a visitor whose userIds are looked for. */
function lead(known: Known, anonymousId: string | undefined): void {
  if (anonymousId === undefined || known.leading.has(anonymousId)) return
  known.leading.set(anonymousId, new Set())
  add(known, known.visitors, anonymousId)
  known.hasGrown = true
}

function add(known: Known, ids: Set<string>, id: string | undefined): void {
  if (id === undefined || id === '' || ids.has(id) || isFull(known)) return
  ids.add(id)
  known.hasGrown = true
}

function isFull({ userIds, former, visitors }: Known): boolean {
  return userIds.size + former.size + visitors.size >= IDS_MAX
}
