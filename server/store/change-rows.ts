import type { Kysely, Selectable } from 'kysely'
import { openCell, sealCell } from '../secrets/sealed-columns.ts'
import type { Sealer } from '../secrets/sealer.ts'
import type { Tables } from './schema.ts'
import { SEALED } from './sealed.ts'
import { CHANGES_KEPT_MAX, type ChangeFilter, PLAN_CHANGES_KEPT_MAX, type RecordedChange } from './store.ts'

/** Adds changes in their order, and removes the oldest over the limit. Call it in the transaction that makes them. */
export async function addChanges(
  db: Kysely<Tables>,
  changes: readonly Omit<RecordedChange, 'number' | 'group'>[],
  sealer: Sealer,
): Promise<void> {
  // What is sealed names its row, so the number is known before the row is there: the newest row is never removed.
  const { newest } = await db
    .selectFrom('changes')
    .select(({ fn }) => fn.max('number').as('newest'))
    .executeTakeFirstOrThrow()
  const group = Number(newest ?? 0) + 1
  for (const [index, { at_ms, by, what, id, change, before, after }] of changes.entries()) {
    const number = group + index
    const texts = {
      before: cellOf(before, SEALED.before, number, sealer),
      after: cellOf(after, SEALED.after, number, sealer),
    }
    const row = { number, group, at_ms, by, what, of_id: id, change, ...texts }
    await db.insertInto('changes').values(row).execute()
    await db
      .deleteFrom('changes')
      .where('number', '<=', number - CHANGES_KEPT_MAX)
      .execute()
    if (what === 'plan') await trimPlan(db, id)
  }
}

async function trimPlan(db: Kysely<Tables>, id: string): Promise<void> {
  const oldest = await db
    .selectFrom('changes')
    .select('number')
    .where('what', '=', 'plan')
    .where('of_id', '=', id)
    .orderBy('number', 'desc')
    .offset(PLAN_CHANGES_KEPT_MAX)
    .limit(1)
    .executeTakeFirst()
  if (oldest === undefined) return
  await db
    .deleteFrom('changes')
    .where('what', '=', 'plan')
    .where('of_id', '=', id)
    .where('number', '<=', oldest.number)
    .execute()
}

export async function findChanges(
  db: Kysely<Tables>,
  { what, of, number, group, before }: ChangeFilter,
  count_max: number,
  sealer: Sealer,
): Promise<readonly RecordedChange[]> {
  let query = db.selectFrom('changes').selectAll().orderBy('number', 'desc').limit(count_max)
  if (what !== undefined) query = query.where('what', '=', what)
  if (of !== undefined) query = query.where('of_id', '=', of)
  if (number !== undefined) query = query.where('number', '=', number)
  if (group !== undefined) query = query.where('group', '=', group)
  if (before !== undefined) query = query.where('number', '<', before)
  return (await query.execute()).map((row) => readChange(row, sealer))
}

function readChange(row: Selectable<Tables['changes']>, sealer: Sealer): RecordedChange {
  return {
    number: row.number,
    group: row.group,
    at_ms: row.at_ms,
    by: row.by,
    what: row.what as RecordedChange['what'],
    id: row.of_id,
    change: row.change as RecordedChange['change'],
    before: itemOf(row.before, SEALED.before, row.number, sealer),
    after: itemOf(row.after, SEALED.after, row.number, sealer),
  }
}

type Kept = RecordedChange['before']
type Column = (typeof SEALED)['before' | 'after']

function cellOf(item: Kept, column: Column, number: number, sealer: Sealer): string | null {
  return item === undefined ? null : sealCell(sealer, column, number, JSON.stringify(item))
}

function itemOf(cell: string | null, column: Column, number: number, sealer: Sealer): Kept {
  return cell === null ? undefined : JSON.parse(openCell(sealer, column, number, cell))
}
