import type { Queries } from '../../postgres/connect.ts'
import { conditions } from '../../postgres/where.ts'
import type { Page } from '../ledger.ts'
import { type RefusalRow, readRefusal, type WithId } from '../tables/rows.ts'
import { storedOf } from './body-bytes.ts'

type Row = Omit<WithId<RefusalRow>, 'text'> & { readonly text: Buffer }

export async function readRefusals(db: Queries, sourceId: string | undefined, { before, count_max }: Page) {
  const where = conditions()
  where.add((at) => `source_id = ${at}`, sourceId)
  where.add((at) => `id < ${at}`, before)
  const limit = `order by id desc limit ${where.place(Math.max(0, count_max))}`
  const rows = await db.rows<Row>(`select * from refusals where ${where.sql()} ${limit}`, where.values)
  return rows.map(({ text, ...row }) => readRefusal({ ...row, text: storedOf(text) }))
}

/** In steps, between which records get their turn. */
const STEP_count = 2_000

/** Ids rise with time but for the lanes' being read side by side: the oldest step is looked at until one has a young one. */
export async function trimRefusals(db: Queries, before_ms: number): Promise<number> {
  for (let removed = 0; ; ) {
    const gone = await db.rows(
      `delete from refusals where at_ms < $1 and id in (select id from refusals order by id limit ${STEP_count})
       returning id`,
      [before_ms],
    )
    removed += gone.length
    if (gone.length < STEP_count) return removed
  }
}
