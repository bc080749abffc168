import type { Ledger, ReaderId } from '../ledger/ledger.ts'
import type { LogReader } from '../log/log.ts'

export type Lag = {
  /** The age of the oldest entry that a reader has not read; 0 for none. */
  readonly lag_ms: number
  readonly oldest_ms: number | undefined
  /** The lane that it waits in. */
  readonly lane: number | undefined
  readonly pending: number
  readonly isEstimate: boolean
}

export type LagDeps = {
  readonly ledger: Pick<Ledger, 'cursor'>
  readonly log: Pick<LogReader, 'lanes' | 'restFrom'>
}

/** How far a reader is behind, over all its lanes. Entries of sources that are not its own count too until it has passed them. */
export async function lagOf({ ledger, log }: LagDeps, readerId: ReaderId, now_ms: number): Promise<Lag> {
  let [pending, isEstimate] = [0, false]
  let oldest_ms: number | undefined
  let oldestLane: number | undefined
  for (let lane = 0; lane < log.lanes; lane++) {
    const cursor = await ledger.cursor(readerId, lane)
    if (cursor === undefined) continue
    const rest = await log.restFrom(lane, cursor)
    pending += rest.count
    isEstimate ||= rest.isEstimate
    if (rest.oldest_ms === undefined || (oldest_ms !== undefined && rest.oldest_ms >= oldest_ms)) continue
    oldest_ms = rest.oldest_ms
    oldestLane = lane
  }
  const lag_ms = oldest_ms === undefined ? 0 : Math.max(0, now_ms - oldest_ms)
  return { lag_ms, oldest_ms, lane: oldestLane, pending, isEstimate }
}
