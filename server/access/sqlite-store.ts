import type { Insertable, Kysely } from 'kysely'
import { AppError } from '../../core/errors.ts'
import type { AccessDb } from './access-db.ts'
import type { PeopleTables } from './access-schema.ts'
import { type AccessStore, isAdmin, type Person, type PersonChange, type PersonKey } from './access-store.ts'
import { linkTable } from './link-table.ts'
import { personOf, rowOf } from './person-row.ts'
import { sessionTable } from './session-table.ts'

type Db = Kysely<PeopleTables>
const REQUIRES_FACTOR = 'requires second factor'

/** People and what belongs to them, in `access.db`. Whoever opened the file closes it. */
export function sqliteAccessStore(accessDb: AccessDb): AccessStore {
  const db = accessDb.of<PeopleTables>()
  return { ...peopleTable(db), ...sessionTable(db), ...linkTable(db), ...factorTable(db) }
}

function peopleTable(db: Db) {
  return {
    people: async () => (await db.selectFrom('people').selectAll().orderBy('email').execute()).map(personOf),
    async person(key: PersonKey) {
      const [column, value] = columnOf(key)
      const row = await db.selectFrom('people').selectAll().where(column, '=', value).executeTakeFirst()
      return row === undefined ? undefined : personOf(row)
    },
    async addPerson(person: Person) {
      await db.transaction().execute(async (within) => {
        await checkFree(within, person.email, person.id)
        const row = { ...rowOf(person), id: person.id, created_ms: person.createdAt_ms, factor_step: -1 }
        await within
          .insertInto('people')
          .values({ ...row, factor_secret: person.factor ?? null } as Insertable<PeopleTables['people']>)
          .execute()
      })
    },
    changePerson: (id: string, change: PersonChange, may?: { readonly loseLastAdmin: boolean }) =>
      db.transaction().execute(async (within) => {
        const before = await within.selectFrom('people').selectAll().where('id', '=', id).executeTakeFirst()
        if (before === undefined) return undefined
        const after = { ...personOf(before), ...change }
        await checkFree(within, after.email, id)
        if (may?.loseLastAdmin !== true) await checkAdmins(within, personOf(before), after)
        await within.updateTable('people').set(rowOf(after)).where('id', '=', id).execute()
        return after
      }),
    removePerson: (id: string) =>
      db.transaction().execute(async (within) => {
        const before = await within.selectFrom('people').selectAll().where('id', '=', id).executeTakeFirst()
        if (before === undefined) return false
        await checkAdmins(within, personOf(before), undefined)
        await within.deleteFrom('people').where('id', '=', id).execute()
        return true
      }),
  }
}

async function checkFree(db: Db, email: string, id: string): Promise<void> {
  const other = await db.selectFrom('people').select('id').where('email', '=', email).executeTakeFirst()
  if (other !== undefined && other.id !== id) throw new AppError('EMAIL_TAKEN', { email })
}

async function checkAdmins(db: Db, before: Person, after: Person | undefined): Promise<void> {
  if (!isAdmin(before) || (after !== undefined && isAdmin(after))) return
  const other = await db
    .selectFrom('people')
    .select('id')
    .where('role', '=', 'admin')
    .where('disabled', '=', 0)
    .where('id', '<>', before.id)
    .executeTakeFirst()
  if (other === undefined) throw new AppError('LAST_ADMIN')
}

function columnOf(key: PersonKey): readonly ['id' | 'email' | 'sso', string] {
  if ('id' in key) return ['id', key.id]
  return 'email' in key ? ['email', key.email] : ['sso', key.sso]
}

function factorTable(db: Db) {
  return {
    async setFactor(
      personId: string,
      factor: { readonly secret: string; readonly codeHashes: readonly string[] } | undefined,
    ) {
      await db.transaction().execute(async (within) => {
        const { numUpdatedRows } = await within
          .updateTable('people')
          .set({ factor_secret: factor?.secret ?? null, factor_step: -1 })
          .where('id', '=', personId)
          .executeTakeFirst()
        if (numUpdatedRows > 0n) await replaceCodes(within, personId, factor?.codeHashes ?? [])
      })
    },
    async setRecoveryCodes(personId: string, hashes: readonly string[]) {
      await db.transaction().execute((within) => replaceCodes(within, personId, hashes))
    },
    async recoveryCodes(personId: string) {
      const { count } = await db
        .selectFrom('recovery_codes')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('person_id', '=', personId)
        .executeTakeFirstOrThrow()
      return count
    },
    async spendRecoveryCode(personId: string, hash: string) {
      const { numDeletedRows } = await db
        .deleteFrom('recovery_codes')
        .where('person_id', '=', personId)
        .where('hash', '=', hash)
        .executeTakeFirst()
      return numDeletedRows > 0n
    },
    async spendStep(personId: string, step: number) {
      const { numUpdatedRows } = await db
        .updateTable('people')
        .set({ factor_step: step })
        .where('id', '=', personId)
        .where('factor_step', '<', step)
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },
    async requiresFactor() {
      const row = await db
        .selectFrom('access_settings')
        .select('value')
        .where('name', '=', REQUIRES_FACTOR)
        .executeTakeFirst()
      return row?.value === 'true'
    },
    async requireFactor(isRequired: boolean) {
      const row = { name: REQUIRES_FACTOR, value: JSON.stringify(isRequired) }
      await db
        .insertInto('access_settings')
        .values(row)
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: row.value }))
        .execute()
    },
  }
}

async function replaceCodes(db: Db, personId: string, hashes: readonly string[]): Promise<void> {
  await db.deleteFrom('recovery_codes').where('person_id', '=', personId).execute()
  if (hashes.length === 0) return
  await db
    .insertInto('recovery_codes')
    .values(hashes.map((hash) => ({ person_id: personId, hash })))
    .execute()
}
