import type { Kysely, Selectable } from 'kysely'
import type { Tables } from './schema.ts'
import { CHANGES_KEPT_MAX, type ChangeFilter, type RecordedChange } from './store.ts'

/** Adds changes in their order, and removes the oldest over the limit. Call it in the transaction that makes them. */
export async function addChanges(
  db: Kysely<Tables>,
  changes: readonly Omit<RecordedChange, 'number' | 'group'>[],
): Promise<void> {
  let group = 0
  for (const { at_ms, by, what, id, change, before, after } of changes) {
    const row = { group, at_ms, by, what, of_id: id, change, before: textOf(before), after: textOf(after) }
    const { insertId } = await db.insertInto('changes').values(row).executeTakeFirstOrThrow()
    if (group === 0) {
      group = Number(insertId)
      await db.updateTable('changes').set({ group }).where('number', '=', group).execute()
    }
    await db
      .deleteFrom('changes')
      .where('number', '<=', Number(insertId) - CHANGES_KEPT_MAX)
      .execute()
  }
}

export async function findChanges(
  db: Kysely<Tables>,
  { what, of, number, group, before }: ChangeFilter,
  count_max: number,
): Promise<readonly RecordedChange[]> {
  let query = db.selectFrom('changes').selectAll().orderBy('number', 'desc').limit(count_max)
  if (what !== undefined) query = query.where('what', '=', what)
  if (of !== undefined) query = query.where('of_id', '=', of)
  if (number !== undefined) query = query.where('number', '=', number)
  if (group !== undefined) query = query.where('group', '=', group)
  if (before !== undefined) query = query.where('number', '<', before)
  return (await query.execute()).map(readChange)
}

function readChange(row: Selectable<Tables['changes']>): RecordedChange {
  return {
    number: row.number,
    group: row.group,
    at_ms: row.at_ms,
    by: row.by,
    what: row.what as RecordedChange['what'],
    id: row.of_id,
    change: row.change as RecordedChange['change'],
    before: itemOf(row.before),
    after: itemOf(row.after),
  }
}

function textOf(item: RecordedChange['before']): string | null {
  return item === undefined ? null : JSON.stringify(item)
}

function itemOf(text: string | null): RecordedChange['before'] {
  return text === null ? undefined : JSON.parse(text)
}
