import type { Postgres } from '../../postgres/connect.ts'

const TABLES = [
  'attempts',
  'dead_letters',
  'refusals',
  'parked',
  'remembered',
  'budget_uses',
  'replays',
  'states',
]

/**
 * Frees what was removed and overwritten in the tables. False when a transaction that began before still needs older rows, which
 * are kept for it: then it is to be done again. PostgreSQL's write-ahead files, replicas and backups are kept by who runs it.
 */
export async function compactTables(db: Postgres): Promise<boolean> {
  const [begun] = await db.rows<{ at: string }>('select clock_timestamp()::text as at')
  await db.vacuum(TABLES)
  const [older] = await db.rows<{ count: number }>(
    `select count(*) as count from pg_stat_activity
     where datname = current_database() and backend_xmin is not null and xact_start < $1::timestamptz`,
    [begun?.at ?? ''],
  )
  return older?.count === 0
}
