import { AppError } from '../../../core/errors.ts'
import { type Postgres, type Queries, unsuitable } from '../../postgres/connect.ts'
import { INSTANCE_GONE } from '../replay-books.ts'
import type { Batch } from './batch.ts'
import { failReplays } from './replays.ts'

/**
 * Takes a lane over: with the epoch that whoever gives lanes away gave with it, or with the next one. It waits for what the owner
 * writes just now, and for the disk: a number that a crash took back would be given twice.
 *
 * @throws {AppError} LANE_LOST when a newer epoch has been there already
 */
export async function claimLane(
  tx: Queries,
  readerId: string,
  lane: number,
  given: number | undefined,
): Promise<number> {
  await tx.rows('set local synchronous_commit = on')
  const [row] = await tx.rows<{ epoch: number }>(
    `insert into lane_owners as known (reader_id, lane, epoch) values ($1, $2, coalesce($3::bigint, 1))
     on conflict (reader_id, lane) do update set epoch = coalesce($3::bigint, known.epoch + 1)
       where $3::bigint is null or known.epoch <= $3::bigint
     returning epoch`,
    [readerId, lane, given ?? null],
  )
  if (row === undefined) throw new AppError('LANE_LOST', { readerId, lane })
  return row.epoch
}

/** By lane, under which epoch it was claimed last. */
export async function laneEpochs(queries: Queries, readerId: string): Promise<ReadonlyMap<number, number>> {
  const rows = await queries.rows<{ lane: number; epoch: number }>(
    'select lane, epoch from lane_owners where reader_id = $1',
    [readerId],
  )
  return new Map(rows.map(({ lane, epoch }) => [lane, epoch]))
}

/** Epochs stay: whoever still writes for the reader must be refused afterwards too. */
export async function forgetReader(
  tx: Queries,
  write: (tx: Queries, batch: Batch) => Promise<unknown>,
  readerId: string,
): Promise<void> {
  await tx.rows('delete from cursors where reader_id = $1', [readerId])
  await tx.rows('delete from failing where reader_id = $1', [readerId])
  await tx.rows('delete from states where instance_id = $1', [readerId])
  const parked = await tx.rows<{ part: string; count: number }>(
    `with gone as (delete from parked where instance_id = $1 returning subscription_id, of_dead)
     select subscription_id as part, count(*) as count from gone where not of_dead group by 1`,
    [readerId],
  )
  await tx.rows('delete from parked_subjects where instance_id = $1', [readerId])
  await failReplays(tx, readerId, INSTANCE_GONE)
  const counts = parked.flatMap(({ part, count }) => [
    { of: readerId, part, name: 'forgotten' as const, count },
    { of: readerId, part, name: 'parked' as const, count: -count },
  ])
  await write(tx, { counts })
}

/**
 * A ledger is of one log: cursors of two would be mixed up. The first one that is named stays.
 *
 * @throws {AppError} POSTGRES_UNSUITABLE when it is another one's.
 */
export async function bindToLog(db: Postgres, log: string): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.rows('select pg_advisory_xact_lock(hashtext($1))', [`millrace log of ${db.schema}`])
    const [known] = await tx.rows<{ name: string }>('select name from log_of_ledger')
    if (known === undefined) await tx.rows('insert into log_of_ledger values ($1)', [log])
    else if (known.name !== log) {
      throw unsuitable(
        `The ledger in the schema ${db.schema} belongs to the log of another data folder: name another schema, "?schema=…".`,
      )
    }
  })
}
