import type { Instance } from '../core/configuration.ts'
import { INDEXER } from './indexer/indexer.ts'
import type { Ledger, NewCount } from './ledger/ledger.ts'
import type { LogReader } from './log/log.ts'
import type { DecodedLog } from './pipeline/decoded-log.ts'
import { isLaneLost } from './pipeline/owned-lanes.ts'

/** Cut to this share of the limit, so that it is not passed again at once. */
const CUT_TO = 0.9
const READ_LIMITS = { count_max: 5_000, bytes_max: 4_000_000 }

export type ExpireDeps = {
  readonly log: LogReader
  readonly decoded: DecodedLog
  readonly ledger: Ledger
  readonly instances: readonly Instance[]
  /** Ends what an instance does, runs this, and lets it begin anew. */
  readonly rest: (id: string, work: () => Promise<void>) => Promise<void>
  /** Where other processes own lanes: takes one from its owner, and gives the ledger of whoever owns it now. Left out: nobody does. */
  readonly take?: (lane: number) => Promise<Ledger>
  /** The size that the log may have whatever readers need; 0: it may grow as long as there is room. */
  readonly bytes_max: number
  readonly now_ms: () => number
}

/**
 * When the log is larger than the operator allows, moves the cursors of readers that are too far behind, counts what they
 * will never read as `expired`, and tells the chunk before which the log may be trimmed. The only way in which an event
 * that was accepted is not handled; off unless an operator sets the limit.
 */
export async function expireOver(deps: ExpireDeps): Promise<number> {
  const { log, ledger, instances, rest, take, bytes_max } = deps
  const { bytes } = await log.stats()
  if (bytes_max === 0 || bytes <= bytes_max) return 0
  const wanted = await log.chunkBehind(1 - (CUT_TO * bytes_max) / bytes)
  const cursors = await notAtEnd(log, await ledger.cursors())
  // What the indexer has not counted is not lost without a trace: it is never far behind.
  const indexed = cursors.filter(({ readerId }) => readerId === INDEXER).map(({ cursor }) => cursor.chunk)
  const cut = Math.min(wanted, ...indexed)
  const behind = Map.groupBy(
    cursors.filter(({ cursor }) => cursor.chunk < cut),
    ({ readerId }) => readerId,
  )
  for (const instance of instances) {
    const lanes = behind.get(instance.id)?.map(({ lane }) => lane) ?? []
    if (lanes.length === 0) continue
    if (take !== undefined)
      for (const lane of lanes) await expireTaken({ ...deps, take }, instance, lane, cut)
    else
      await rest(instance.id, async () => {
        for (const lane of lanes) await expire(deps, instance, lane, cut)
      })
  }
  return cut
}

/** In a lane in which nothing came for long, a cursor is behind others and yet at the end: it holds nothing. */
async function notAtEnd(log: LogReader, cursors: readonly LaneCursor[]): Promise<readonly LaneCursor[]> {
  const ends = await Promise.all(Array.from({ length: log.lanes }, (_, lane) => log.end(lane)))
  return cursors.filter(({ lane, cursor }) => {
    const { chunk, index } = ends[lane] ?? cursor
    return cursor.chunk < chunk || (cursor.chunk === chunk && cursor.index < index)
  })
}
type LaneCursor = Awaited<ReturnType<Ledger['cursors']>>[number]

/**
 * Its owner is refused from now on, and takes the lane again: then what is left is begun anew, from the cursor that is stored. What
 * was on its way may have arrived, and is counted all the same.
 *
 * @throws {AppError} LANE_LOST when its owners were always quicker
 */
async function expireTaken(
  deps: ExpireDeps & Required<Pick<ExpireDeps, 'take'>>,
  instance: Instance,
  lane: number,
  cut: number,
): Promise<void> {
  for (let taken = 1; ; taken++) {
    try {
      return await expire({ ...deps, ledger: await deps.take(lane) }, instance, lane, cut)
    } catch (error) {
      if (!isLaneLost(error) || taken === TAKEN_MAX) throw error
    }
  }
}
const TAKEN_MAX = 100

async function expire(
  { decoded, ledger, now_ms }: ExpireDeps,
  instance: Instance,
  lane: number,
  cut: number,
): Promise<void> {
  const { id } = instance
  let cursor = await ledger.cursor(id, lane)
  while (cursor !== undefined && cursor.chunk < cut) {
    const chunks = (await decoded.read(lane, cursor, READ_LIMITS)).filter(({ chunk }) => chunk < cut)
    const last = chunks.at(-1)
    const from = cursor
    const gone = chunks
      .flatMap(({ open }) => open())
      .filter(({ address }) => address.chunk > from.chunk || address.index >= from.index)
      .filter(({ kind, sourceId }) => kind === 'event' && instance.sources.includes(sourceId))
    cursor = { chunk: last === undefined ? cut : last.chunk + 1, index: 0 }
    const counts = Map.groupBy(gone, ({ sourceId }) => sourceId)
    await ledger.record({
      ...{ readerId: id, lane, cursor, attempts: [], deadLetters: [], refusals: [] },
      counts: [...counts].map(
        ([part, { length: count }]): NewCount => ({ of: id, part, name: 'expired', count, at_ms: now_ms() }),
      ),
    })
  }
}
