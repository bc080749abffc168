import type { Kysely, Selectable } from 'kysely'
import type { PeopleTables } from './access-schema.ts'
import { type AccessStore, SESSIONS_MAX, type Session } from './access-store.ts'
import { personOf } from './person-row.ts'

/** The sessions of people, in SQLite. */
export function sessionTable(
  db: Kysely<PeopleTables>,
): Pick<
  AccessStore,
  'addSession' | 'session' | 'touchSession' | 'sessions' | 'knowsAddress' | 'endSessions' | 'trimSessions'
> {
  const newest = (personId?: string) => {
    const all = db.selectFrom('sessions').selectAll().orderBy('used_ms', 'desc')
    return personId === undefined ? all : all.where('person_id', '=', personId)
  }
  return {
    async addSession(session) {
      await db.transaction().execute(async (within) => {
        await within.insertInto('sessions').values(rowOf(session)).execute()
        const kept = within
          .selectFrom('sessions')
          .select('hash')
          .where('person_id', '=', session.personId)
          .orderBy('used_ms', 'desc')
          .limit(SESSIONS_MAX)
        await within
          .deleteFrom('sessions')
          .where('person_id', '=', session.personId)
          .where('hash', 'not in', kept)
          .execute()
      })
    },
    async session(hash) {
      const row = await db.selectFrom('sessions').selectAll().where('hash', '=', hash).executeTakeFirst()
      if (row === undefined) return undefined
      const person = await db
        .selectFrom('people')
        .selectAll()
        .where('id', '=', row.person_id)
        .executeTakeFirst()
      return person === undefined ? undefined : { session: sessionOf(row), person: personOf(person) }
    },
    async touchSession(hash, { at_ms, address }) {
      await db.updateTable('sessions').set({ used_ms: at_ms, address }).where('hash', '=', hash).execute()
    },
    sessions: async (personId) => (await newest(personId).execute()).map(sessionOf),
    async knowsAddress(email, address) {
      const row = await db
        .selectFrom('sessions')
        .innerJoin('people', 'people.id', 'sessions.person_id')
        .select('sessions.id')
        .where('people.email', '=', email)
        .where('sessions.address', '=', address)
        .executeTakeFirst()
      return row !== undefined
    },
    async endSessions(personId, which) {
      let ending = db.deleteFrom('sessions').where('person_id', '=', personId)
      if (which !== undefined && 'id' in which) ending = ending.where('id', '=', which.id)
      if (which !== undefined && 'butHash' in which) ending = ending.where('hash', '<>', which.butHash)
      return Number((await ending.executeTakeFirst()).numDeletedRows)
    },
    async trimSessions({ created_ms, used_ms }) {
      const { numDeletedRows } = await db
        .deleteFrom('sessions')
        .where(({ or, eb }) => or([eb('created_ms', '<', created_ms), eb('used_ms', '<', used_ms)]))
        .executeTakeFirst()
      return Number(numDeletedRows)
    },
  }
}

function sessionOf(row: Selectable<PeopleTables['sessions']>): Session {
  const { hash, id, via, address, agent } = row
  const times = { createdAt_ms: row.created_ms, usedAt_ms: row.used_ms }
  return { hash, id, personId: row.person_id, via, ...times, address, agent }
}

function rowOf({ hash, id, personId, via, createdAt_ms, usedAt_ms, address, agent }: Session) {
  return { hash, id, person_id: personId, via, created_ms: createdAt_ms, used_ms: usedAt_ms, address, agent }
}
