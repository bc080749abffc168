import type { Position } from '../../../core/event.ts'
import type { Reason } from '../../../core/outcome.ts'
import type { Queries } from '../../postgres/connect.ts'
import type { Count, CountName, Failing, Ledger, ReaderId } from '../ledger.ts'

type CursorRow = { reader_id: string; lane: number; chunk: number; idx: number }
type FailingRow = { since_ms: number; code: Reason['code']; text: string }
type CountRow = { of_id: string; part: string; name: CountName; count: number }

/** How far readers are, what they count and where they are stuck. */
export function progressReads(db: Queries) {
  return {
    async cursor(readerId: ReaderId, lane: number): Promise<Position | undefined> {
      const [row] = await db.rows<CursorRow>('select * from cursors where reader_id = $1 and lane = $2', [
        readerId,
        lane,
      ])
      return row && { chunk: row.chunk, index: row.idx }
    },
    async cursors() {
      const rows = await db.rows<CursorRow>('select * from cursors order by reader_id, lane')
      return rows.map(({ reader_id: readerId, lane, chunk, idx: index }) => {
        return { readerId, lane, cursor: { chunk, index } }
      })
    },
    async failing(readerId: ReaderId, lane: number): Promise<Failing | undefined> {
      const sql = 'select * from failing where reader_id = $1 and lane = $2'
      const [row] = await db.rows<FailingRow>(sql, [readerId, lane])
      return row && { since_ms: row.since_ms, reason: { code: row.code, text: row.text } }
    },
    async counts(): Promise<readonly Count[]> {
      const rows = await db.rows<CountRow>('select * from counts order by of_id, part, name')
      return rows.map(({ of_id, part, name, count }) => ({ of: of_id, part, name, count }))
    },
  } satisfies Partial<Ledger>
}

/** The cursors of a new reader. Of two that start it at once, the first one's stay. */
export async function startReader(
  tx: Queries,
  readerId: ReaderId,
  cursors: readonly Position[],
): Promise<void> {
  await tx.rows('select pg_advisory_xact_lock(hashtext($1))', [`millrace reader ${readerId}`])
  const known = await tx.rows('select from cursors where reader_id = $1 limit 1', [readerId])
  if (known.length > 0) return
  await tx.rows(
    `insert into cursors (reader_id, lane, chunk, idx)
     select $1, n - 1, chunk, idx from unnest($2::bigint[], $3::bigint[]) with ordinality as x (chunk, idx, n)`,
    [readerId, cursors.map(({ chunk }) => chunk), cursors.map(({ index }) => index)],
  )
}
