import { randomUUID } from 'node:crypto'
import type { Postgres, Queries } from '../postgres/connect.ts'
import { migratePostgres } from '../postgres/migrate.ts'
import type { Ledger } from './ledger.ts'
import { attemptTrimmer } from './postgres/attempt-trim.ts'
import { attemptReads } from './postgres/attempts.ts'
import type { LaneOwner } from './postgres/batch.ts'
import { gatheredBooks, readKnown } from './postgres/books.ts'
import { compactTables } from './postgres/compact.ts'
import { deadLetterReads, deadLetterTrims } from './postgres/dead-letters.ts'
import { erasePeople } from './postgres/erase.ts'
import { keptTables } from './postgres/kept.ts'
import { bindToLog, claimLane, forgetReader, laneEpochs } from './postgres/lanes.ts'
import { parkedReads } from './postgres/parked.ts'
import { progressReads, startReader } from './postgres/progress.ts'
import { readRefusals, trimRefusals } from './postgres/refusals.ts'
import { type ReplayRow, readReplay, replayTable } from './postgres/replays.ts'
import { LEDGER_MIGRATIONS } from './postgres/schema.ts'
import { readSeries, trimSeries } from './postgres/series.ts'
import { usesTable } from './postgres/uses.ts'
import { batchWriter, type LeftCursors, laneWrites, leftKey, type Writer } from './postgres/writer.ts'
import type { ReplayLedger, ReplayStep } from './replays.ts'

export type { LaneOwner } from './postgres/batch.ts'

/** A ledger that several processes use at once. */
export type PostgresLedger = Ledger & {
  /** Says which log it is the ledger of. @throws {AppError} POSTGRES_UNSUITABLE when it is that of another one. */
  readonly bindTo: (log: string) => Promise<void>
  /**
   * Takes a lane of a reader over: from now on whoever had it before is refused (`LANE_LOST`). Returns the new epoch: the given one,
   * of whoever gives lanes away, or the next.
   *
   * @throws {AppError} LANE_LOST when a newer epoch has been there: somebody else has the lane.
   */
  readonly claim: (readerId: string, lane: number, epoch?: number) => Promise<number>
  /** By lane, under which epoch it was claimed last: who has a lower one has lost it. */
  readonly epochs: (readerId: string) => Promise<ReadonlyMap<number, number>>
  /**
   * The same ledger for the owner of a lane: `record`, `recordFailing` and `feedReplay` change nothing and throw LANE_LOST when
   * somebody has claimed the lane since. Closing it closes nothing.
   */
  readonly ownedBy: (owner: LaneOwner) => Ledger
}

/**
 * A ledger in PostgreSQL, through a pool whose commits need not wait for the disk: `sync` does. README.md says what survives what.
 *
 * @throws {AppError} POSTGRES_UNAVAILABLE, POSTGRES_UNSUITABLE, SCHEMA_TOO_NEW; each call: POSTGRES_UNAVAILABLE
 */
export async function postgresLedger(db: Postgres): Promise<PostgresLedger> {
  await migratePostgres(db, 'ledger', LEDGER_MIGRATIONS)
  const writer = batchWriter(db)
  const whole: Ledger = {
    ...progressReads(db),
    ...attemptReads(db),
    ...deadLetterReads(db),
    ...parkedReads(db),
    ...keptTables(db),
    ...usesTable(db, randomUUID()),
    ...replayTable(db),
    ...deadLetterTrims(db, writer.write),
    ...erasePeople(db, writer.write),
    ...ownerWrites(db, writer, undefined),
    start: (readerId, cursors) => db.transaction((tx) => startReader(tx, readerId, cursors)),
    forget: (readerId) => db.transaction((tx) => forgetReader(tx, writer.write, readerId)),
    series: (of, range) => readSeries(db, of, range),
    refusals: ({ sourceId }, page) => readRefusals(db, sourceId, page),
    trimAttempts: attemptTrimmer(db, writer.days),
    trimRefusals: (before_ms) => trimRefusals(db, before_ms),
    trimSeries: (now_ms) => trimSeries(db, now_ms),
    // What was removed is room for what comes: PostgreSQL's own vacuum sees to it, and days are dropped whole.
    async shrink() {},
    sync: () => sync(db),
    compact: () => compactTables(db),
    close: () => db.close(),
  }
  return {
    ...whole,
    bindTo: (log) => bindToLog(db, log),
    claim: (readerId, lane, epoch) => db.transaction((tx) => claimLane(tx, readerId, lane, epoch)),
    epochs: (readerId) => laneEpochs(db, readerId),
    ownedBy: (owner) => ownedLedger(db, writer, whole, owner),
  }
}

/** The ledger for the owner of a lane. Who reads a cursor goes on from there. */
function ownedLedger(db: Postgres, writer: Writer, whole: Ledger, owner: LaneOwner): Ledger {
  const left: LeftCursors = new Map()
  return {
    ...whole,
    ...ownerWrites(db, writer, owner, left),
    async cursor(readerId, lane) {
      const cursor = await whole.cursor(readerId, lane)
      left.set(leftKey(readerId, lane), cursor)
      return cursor
    },
    async close() {},
  }
}

function ownerWrites(db: Postgres, writer: Writer, owner: LaneOwner | undefined, left?: LeftCursors) {
  return {
    ...laneWrites(writer, owner, left),
    feedReplay: (id, step) => db.transaction((tx) => feedReplay(tx, writer, owner, id, step)),
  } satisfies Pick<ReplayLedger, 'feedReplay'> & Partial<Ledger>
}

async function feedReplay(
  tx: Queries,
  { write }: Writer,
  owner: LaneOwner | undefined,
  id: number,
  step: ReplayStep,
): Promise<boolean> {
  const [row] = await tx.rows<ReplayRow>('select * from replays where id = $1 for update', [id])
  if (row?.state !== 'running') return false
  const replay = readReplay(row)
  const { instanceId } = replay
  const keys = [...step.parked, ...step.ended].map(({ subscriptionId, address }) => {
    return { instanceId, subscriptionId, address }
  })
  const books = gatheredBooks(await readKnown(tx, keys))
  books.feed(replay, step)
  await write(tx, { ...books.batch(), readerId: instanceId, ...(owner === undefined ? {} : { owner }) })
  return true
}

/** A commit that waits for the disk: all commits before it, of every process, are there with it. */
async function sync(db: Postgres): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.rows('set local synchronous_commit = on')
    await tx.rows('update synced set times = times + 1')
  })
}
