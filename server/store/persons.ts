import type { Kysely } from 'kysely'
import type { Deletion, NewDeletion, Suppressed } from '../../core/persons/deletion.ts'
import type { Tables } from './schema.ts'

/** The part of the store that is about people: their deletions, with the receipts, and who is suppressed. */
export type PersonStore = {
  /** Newest first; only older ones than `before`. */
  readonly deletions: (page: {
    readonly before?: number
    readonly count_max: number
  }) => Promise<readonly Deletion[]>
  readonly deletion: (id: number) => Promise<Deletion | undefined>
  /** Oldest first: those that are not at their end. */
  readonly runningDeletions: () => Promise<readonly Deletion[]>
  readonly addDeletion: (deletion: NewDeletion) => Promise<Deletion>
  readonly saveDeletion: (deletion: Deletion) => Promise<void>
  /** In the order in which they were added. */
  readonly suppressed: () => Promise<readonly Suppressed[]>
  /** Whoever is on the list already stays as they are. */
  readonly suppress: (people: readonly Suppressed[]) => Promise<void>
  /** False when nobody was there. */
  readonly unsuppress: (hash: string) => Promise<boolean>
}

export function personTables(db: Kysely<Tables>): PersonStore {
  const read = ({ id, body }: { id: number; body: string }): Deletion => ({ ...JSON.parse(body), id })
  const row = ({ id: _, ...rest }: Deletion | (NewDeletion & { id?: number })) => ({
    is_running: rest.state === 'running' ? 1 : 0,
    body: JSON.stringify(rest),
  })
  return {
    async deletions({ before = Number.MAX_SAFE_INTEGER, count_max }) {
      const query = db.selectFrom('deletions').selectAll().where('id', '<', before)
      return (await query.orderBy('id', 'desc').limit(count_max).execute()).map(read)
    },
    async deletion(id) {
      const found = await db.selectFrom('deletions').selectAll().where('id', '=', id).executeTakeFirst()
      return found && read(found)
    },
    async runningDeletions() {
      const query = db.selectFrom('deletions').selectAll().where('is_running', '=', 1)
      return (await query.orderBy('id').execute()).map(read)
    },
    async addDeletion(deletion) {
      const added = db.insertInto('deletions').values(row(deletion)).returning('id')
      return { ...deletion, id: (await added.executeTakeFirstOrThrow()).id }
    },
    async saveDeletion(deletion) {
      await db.updateTable('deletions').set(row(deletion)).where('id', '=', deletion.id).execute()
    },
    async suppressed() {
      const rows = await db.selectFrom('suppressed').selectAll().orderBy('number').execute()
      return rows.map(({ body }) => JSON.parse(body) as Suppressed)
    },
    async suppress(people) {
      for (const one of people) {
        await db
          .insertInto('suppressed')
          .values({ hash: one.hash, body: JSON.stringify(one) })
          .onConflict((conflict) => conflict.column('hash').doNothing())
          .execute()
      }
    },
    async unsuppress(hash) {
      const { numDeletedRows } = await db
        .deleteFrom('suppressed')
        .where('hash', '=', hash)
        .executeTakeFirstOrThrow()
      return numDeletedRows > 0n
    },
  }
}

/** For `memoryStore`. */
export function personMaps(): PersonStore {
  const deletions = new Map<number, string>()
  const suppressed = new Map<string, Suppressed>()
  const all = () => [...deletions].map(([id, body]): Deletion => ({ ...JSON.parse(body), id }))
  return {
    async deletions({ before = Number.MAX_SAFE_INTEGER, count_max }) {
      const found = all().filter(({ id }) => id < before)
      return found.reverse().slice(0, count_max)
    },
    deletion: async (id) => all().find((one) => one.id === id),
    runningDeletions: async () => all().filter(({ state }) => state === 'running'),
    async addDeletion(deletion) {
      const id = deletions.size + 1
      deletions.set(id, JSON.stringify(deletion))
      return { ...deletion, id }
    },
    async saveDeletion({ id, ...rest }) {
      deletions.set(id, JSON.stringify(rest))
    },
    suppressed: async () => [...suppressed.values()],
    async suppress(people) {
      for (const one of people) if (!suppressed.has(one.hash)) suppressed.set(one.hash, { ...one })
    },
    unsuppress: async (hash) => suppressed.delete(hash),
  }
}
