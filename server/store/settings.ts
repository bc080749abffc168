import type { Kysely } from 'kysely'
import type { Tables } from './schema.ts'
import { type Change, revisionKey, type Store } from './store.ts'

/** The newest changes, and what the server has to remember, in whatever database they are. */
export function settingsIn(db: Kysely<Tables>): Pick<Store, 'revisions' | 'kept' | 'keep'> {
  return {
    async revisions() {
      const rows = await db
        .selectFrom('changes')
        .select(({ fn }) => ['what', 'of_id', fn.max('number').as('newest')])
        .groupBy(['what', 'of_id'])
        .execute()
      return new Map(
        rows.map(({ what, of_id, newest }) => [revisionKey(what as Change['what'], of_id), newest]),
      )
    },
    async kept(name) {
      const query = db.selectFrom('settings').select('value').where('name', '=', `kept ${name}`)
      const row = await query.executeTakeFirst()
      return row === undefined ? undefined : JSON.parse(row.value)
    },
    async keep(name, value) {
      const row = { name: `kept ${name}`, value: JSON.stringify(value) }
      await db
        .insertInto('settings')
        .values(row)
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: row.value }))
        .execute()
    },
  }
}
