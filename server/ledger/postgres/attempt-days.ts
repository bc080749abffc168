import type { Postgres, Queries } from '../../postgres/connect.ts'
import type { Attempt } from '../ledger.ts'

export const DAY_MS = 86_400_000

/** How long a drop waits for those who read the day; then it is left for the next trim. */
const LOCK_MS_MAX = 2_000
const LOCK_NOT_AVAILABLE = '55P03'

export type AttemptDays = ReturnType<typeof attemptDays>

/**
 * The partitions of attempts. A day's is made when its first attempt comes, and with it the next day's, so that at midnight it is
 * there already.
 */
export function attemptDays(db: Postgres) {
  const known = new Set<number>()
  return {
    /** Makes the partitions that these attempts need. Costs nothing for a day that is known. */
    async make(attempts: readonly Pick<Attempt, 'startedAt_ms'>[]): Promise<void> {
      for (const { startedAt_ms } of attempts) {
        const day = dayOf(startedAt_ms)
        if (!Number.isSafeInteger(day) || known.has(day)) continue
        await db.transaction((tx) => makeDays(db, tx, [day, day + 1]))
        known.add(day)
      }
    },
    /** Another process may have dropped some of them. */
    forget: () => known.clear(),
    /** Drops the days that end before a time; those that somebody reads just now the next time. */
    async drop(before_ms: number): Promise<void> {
      for (const { table, day } of await daysOf(db)) {
        if ((day + 1) * DAY_MS > before_ms) continue
        known.delete(day)
        const isDone = await db.transaction((tx) => dropDay(tx, table)).catch(unlessLocked)
        if (isDone === false) return
      }
    },
  }
}

export function dayOf(at_ms: number): number {
  return Math.floor(at_ms / DAY_MS)
}

/**
 * A table by itself that is attached then: attaching does not stop those who read and write other days. With its indexes, by the
 * ones of `attempts`.
 */
async function makeDays(db: Postgres, tx: Queries, days: readonly number[]): Promise<void> {
  await tx.rows('select pg_advisory_xact_lock(hashtext($1))', [`millrace days of ${db.schema}`])
  for (const day of days) {
    const name = `attempts_day_${day < 0 ? `before_${-day}` : day}`
    const found = await tx.rows('select where to_regclass($1) is not null', [`${db.schema}.${name}`])
    if (found.length > 0) continue
    const [from, to] = [day * DAY_MS, (day + 1) * DAY_MS]
    await tx.script(`
      create table ${name} (like attempts including defaults including storage);
      alter table attempts attach partition ${name} for values from (${from}) to (${to});
    `)
  }
}

async function daysOf(db: Queries): Promise<readonly { readonly table: string; readonly day: number }[]> {
  const rows = await db.rows<{ name: string }>(
    `select c.relname::text as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = to_regclass('attempts') order by 1`,
  )
  return rows.map(({ name }) => {
    const number = Number(/\d+$/.exec(name)?.[0])
    return { table: name, day: name.includes('before') ? -number : number }
  })
}

async function dropDay(tx: Queries, table: string): Promise<true> {
  await tx.script(`set local lock_timeout = ${LOCK_MS_MAX}; drop table ${table}`)
  return true
}

function unlessLocked(error: unknown): false {
  if ((error as { code?: unknown }).code === LOCK_NOT_AVAILABLE) return false
  throw error
}
