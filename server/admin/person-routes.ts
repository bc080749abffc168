import type { Static } from 'typebox'
import type { Deletion as ShownDeletion, Suppressed as ShownSuppressed } from '../../contract/persons.ts'
import type { Destination } from '../../core/destination.ts'
import { find } from '../../core/edit/sources.ts'
import type { Deletion, Suppressed } from '../../core/persons/deletion.ts'
import { type IdKind, keyOfAsked, type PersonAsked } from '../../core/persons/person.ts'
import { isoTime } from '../lookup/shown.ts'
import type { Store } from '../store/store.ts'
import { invalid, notFound } from './request.ts'
import type { AdminRouter } from './router.ts'

const LIMIT_DEFAULT = 50

/** What routes about people need of the rest of the server. */
export type Persons = {
  readonly find: (person: PersonAsked) => Promise<{
    readonly ids: {
      readonly userIds: readonly string[]
      readonly anonymousIds: readonly string[]
      readonly emails: readonly string[]
    }
    readonly shared: readonly string[]
    readonly events: number
    readonly sources: readonly { readonly source: string; readonly events: number }[]
    readonly first?: string
    readonly last?: string
    readonly destinations: readonly {
      readonly destination: string
      readonly attempts: number
      readonly deadLetters: number
      readonly parked: number
    }[]
    readonly isWhole: boolean
  }>
  readonly begin: (asked: {
    readonly person: PersonAsked
    readonly suppress: boolean
    readonly destinations: readonly string[]
    readonly by: string
  }) => Promise<Deletion>
  readonly hash: (kind: IdKind, id: string) => string
  readonly suppress: (
    ids: readonly (readonly [IdKind, string])[],
    author: { readonly by: string; readonly at_ms: number },
  ) => Promise<readonly Suppressed[]>
  readonly unsuppress: (hash: string) => Promise<boolean>
}
export type PersonRouteDeps = {
  readonly store: Store
  readonly persons: Persons
  readonly catalogue: ReadonlyMap<string, Destination>
  readonly now_ms: () => number
}

/** Finds people, deletes them, and says whose events are not taken. */
export function personRoutes({ on }: AdminRouter, deps: PersonRouteDeps): void {
  const { store, persons, catalogue, now_ms } = deps

  on('POST /admin/v1/persons/find', async ({ body: { person } }) => {
    const { isWhole: whole, ids, ...found } = await persons.find(person)
    const { userIds, anonymousIds, emails } = ids
    const [kind, id] = keyOfAsked(person)
    const hash = persons.hash(kind, id)
    const suppressed = (await store.suppressed()).some((one) => one.hash === hash)
    return { ids: { userIds, anonymousIds, emails }, ...found, whole, suppressed }
  })
  on('POST /admin/v1/persons/deletions', async ({ body, by }) => {
    const { person, suppress = false, destinations = [] } = body
    const { instances } = await store.read()
    for (const id of destinations) {
      const destination = catalogue.get(find('destination', instances, id).kind)
      if (destination?.mode !== 'cloud' || destination.deletes === undefined)
        throw invalid('destinations', `"${id}" cannot be asked to delete anybody`)
    }
    return shown(await persons.begin({ person, suppress, by, destinations: [...new Set(destinations)] }))
  })
  on('GET /admin/v1/persons/deletions', async ({ query: { limit = LIMIT_DEFAULT, before } }) => {
    const page = before === undefined ? {} : { before: numberOf(before) }
    const found = await store.deletions({ ...page, count_max: limit + 1 })
    const deletions = found.slice(0, limit)
    const last = found.length > limit ? deletions.at(-1) : undefined
    return { deletions: deletions.map(shown), ...(last === undefined ? {} : { next: String(last.id) }) }
  })
  on('GET /admin/v1/persons/deletions/:id', async ({ params: { id } }) => {
    const deletion = /^\d{1,15}$/.test(id) ? await store.deletion(Number(id)) : undefined
    if (deletion === undefined) throw notFound('deletion', id)
    return shown(deletion)
  })
  on('GET /admin/v1/persons/suppressed', async () => ({
    suppressed: (await store.suppressed()).map(shownSuppressed),
  }))
  on('POST /admin/v1/persons/suppressed', async ({ body: { person }, by }) => {
    const [added] = await persons.suppress([keyOfAsked(person)], { by, at_ms: now_ms() })
    return shownSuppressed(added as Suppressed)
  })
  on('DELETE /admin/v1/persons/suppressed/:hash', async ({ params: { hash } }) => {
    if (!(await persons.unsuppress(hash))) throw notFound('suppressed person', hash)
    return { removed: true }
  })
}

function numberOf(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1) throw invalid('before', 'must be the number of a deletion')
  return value
}

const REMARKS = [
  'Backups that were made before hold the person still: remove them, or delete the person again after one is restored.',
  'What destinations got before stays with them, unless they were asked to delete it too.',
]

function shown(deletion: Deletion): Static<typeof ShownDeletion> {
  const { id, at_ms, by, person, suppress, state, stage, place, idCount, found, problem, endedAt_ms } =
    deletion
  return {
    ...{ id, at: isoTime(at_ms), by, person, suppress, state, stage, ids: idCount, erased: found },
    progress: state === 'running' ? Math.min(1, place.chunk / Math.max(1, place.last)) : 1,
    told: deletion.told.map(({ destination, state, requestIds, text, at_ms }) => {
      return { destination, state, requestIds: [...requestIds], text, at: isoTime(at_ms) }
    }),
    ...(problem === undefined ? {} : { problem }),
    ...(endedAt_ms === undefined ? {} : { endedAt: isoTime(endedAt_ms) }),
    remarks: REMARKS,
  }
}

function shownSuppressed({ at_ms, ...one }: Suppressed): Static<typeof ShownSuppressed> {
  return { ...one, at: isoTime(at_ms) }
}
