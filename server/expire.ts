import type { Instance } from '../core/configuration.ts'
import { INDEXER } from './indexer/indexer.ts'
import type { Ledger, NewCount } from './ledger/ledger.ts'
import type { LogReader } from './log/log.ts'
import type { DecodedLog } from './pipeline/decoded-log.ts'

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
  const { log, ledger, instances, rest, bytes_max } = deps
  const { bytes } = await log.stats()
  if (bytes_max === 0 || bytes <= bytes_max) return 0
  const wanted = await log.chunkBehind(1 - (CUT_TO * bytes_max) / bytes)
  const cursors = await ledger.cursors()
  // What the indexer has not counted is not lost without a trace: it is never far behind.
  const indexed = cursors.filter(({ readerId }) => readerId === INDEXER).map(({ cursor }) => cursor.chunk)
  const cut = Math.min(wanted, ...indexed)
  const behind = new Set(cursors.filter(({ cursor }) => cursor.chunk < cut).map(({ readerId }) => readerId))
  for (const instance of instances) {
    if (behind.has(instance.id)) await rest(instance.id, () => expire(deps, instance, cut))
  }
  return cut
}

async function expire(
  { log, decoded, ledger, now_ms }: ExpireDeps,
  instance: Instance,
  cut: number,
): Promise<void> {
  const { id } = instance
  for (let lane = 0; lane < log.lanes; lane++) {
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
          ([part, { length: count }]): NewCount => ({
            of: id,
            part,
            name: 'expired',
            count,
            at_ms: now_ms(),
          }),
        ),
      })
    }
  }
}
