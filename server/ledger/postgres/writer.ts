import { AppError } from '../../../core/errors.ts'
import type { Position } from '../../../core/event.ts'
import { again, type Postgres, type Queries } from '../../postgres/connect.ts'
import type { Attempt, Ledger, Progress } from '../ledger.ts'
import { attemptDays } from './attempt-days.ts'
import { type Batch, batchValues, type LaneOwner } from './batch.ts'
import { gatheredBooks, readKnown } from './books.ts'
import { keptRequests } from './kept-requests.ts'

/** What `write_batch` raises when the lane has another owner. */
const LANE_LOST = 'MR001'
/** No partition for a row: another process dropped the day. */
const CHECK_VIOLATION = '23514'

const WRITE = 'select write_batch($1::jsonb, $2::bytea) as ids'

export type Writer = ReturnType<typeof batchWriter>

/** Writes batches, each in one transaction; most of them in one round trip. */
export function batchWriter(db: Postgres) {
  const days = attemptDays(db)
  const keeperOf = keptRequests(db)

  /** The ids of the attempts. @throws {AppError} LANE_LOST */
  async function write(queries: Queries, batch: Batch): Promise<readonly number[]> {
    const [row] = await queries.rows<{ ids: readonly number[] }>(WRITE, batchValues(batch)).catch((error) => {
      if ((error as { code?: unknown }).code !== LANE_LOST) throw error
      const { readerId = '', lane = -1 } = batch.owner ?? {}
      throw new AppError('LANE_LOST', { readerId, lane })
    })
    return row?.ids ?? []
  }

  /** As `write`, alone in its transaction: the statement is one. */
  async function writeAlone(
    batch: Batch,
    work: () => Promise<readonly number[]>,
  ): Promise<readonly number[]> {
    const attempts = (batch.attempts ?? []).map(({ attempt }) => attempt)
    await days.make(attempts)
    try {
      return await again(work)
    } catch (error) {
      if ((error as { code?: unknown }).code !== CHECK_VIOLATION) throw error
      days.forget()
      await days.make(attempts)
      return again(work)
    }
  }

  async function writeWith(batch: Batch, attempts: readonly Attempt[], replayed: Progress['replayed'] = []) {
    const keepers = []
    for (const attempt of attempts) keepers.push({ attempt, ...(await keeperOf(attempt)) })
    const all: Batch = { ...batch, attempts: keepers }
    const ids = await writeAlone(all, () =>
      replayed.length === 0
        ? write(db, all)
        : db.transaction(async (tx) => write(tx, await withReplayed(tx, all, replayed))),
    )
    for (const [index, { stored }] of keepers.entries()) stored(ids[index] as number)
  }

  return { write, writeWith, days }
}

/** Adds what the ends of replayed deliveries change, as the tables know them. */
async function withReplayed(tx: Queries, batch: Batch, replayed: NonNullable<Progress['replayed']>) {
  const instanceId = batch.readerId as string
  const ofDead = replayed.filter(({ replay }) => replay.isDead)
  const books = gatheredBooks(
    await readKnown(
      tx,
      ofDead.map((one) => ({ ...one, instanceId })),
    ),
  )
  books.end(instanceId, replayed)
  return bothOf(batch, books.batch())
}

function bothOf(one: Batch, other: Batch): Batch {
  return {
    ...one,
    counts: [...(one.counts ?? []), ...(other.counts ?? [])],
    counted: [...(one.counted ?? []), ...(other.counted ?? [])],
    deadRemoved: other.deadRemoved ?? [],
    deadLetters: [...(one.deadLetters ?? []), ...(other.deadLetters ?? [])],
    tallies: other.tallies ?? [],
  }
}

type Records = Pick<Ledger, 'record' | 'recordFailing'>

/** Where an owner left the cursors of its readers, as far as it knows. */
export type LeftCursors = Map<string, Position | undefined>
export const leftKey = (readerId: string, lane: number) => `${lane} ${readerId}`

/**
 * What readers of a lane write, refused with LANE_LOST when the lane has another owner than the given one, or when a crash of the
 * server took what it recorded last: then the cursor is behind, and the lane is read from there again.
 */
export function laneWrites(
  { writeWith }: Writer,
  owner: LaneOwner | undefined,
  left: LeftCursors = new Map(),
): Records {
  const fence = owner === undefined ? {} : { owner }
  function leftOf(readerId: string, lane: number) {
    const known = left.get(leftKey(readerId, lane))
    return known === undefined ? {} : { left: known }
  }
  return {
    async record({ readerId, lane, cursor, counts, attempts, deadLetters, refusals, ...rest }) {
      const { remembered = [], parked = {}, replayed } = rest
      const batch: Batch = {
        ...{ ...fence, readerId, lane, counted: counts, deadLetters, refusals, remembered, parked },
        ...(cursor === undefined ? {} : { cursor, ...leftOf(readerId, lane) }),
      }
      await writeWith(batch, attempts, replayed)
      if (owner !== undefined && cursor !== undefined) left.set(leftKey(readerId, lane), cursor)
    },
    async recordFailing(readerId, lane, failing, attempts) {
      const batch: Batch = { ...fence, readerId, lane, ...(failing === undefined ? {} : { failing }) }
      await writeWith(batch, attempts)
    },
  }
}
