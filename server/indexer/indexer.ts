import type { Address, Entry, Position } from '../../core/event.ts'
import type { Ledger, NewCount, Progress, StoredRefusal } from '../ledger/ledger.ts'
import { MINUTE_MS } from '../ledger/ledger.ts'
import type { DecodedLog, OpenedChunk } from '../pipeline/decoded-log.ts'
import type { LaneSignals } from '../pipeline/lane-signal.ts'
import type { InTurn } from './pace.ts'

export const INDEXER = 'indexer'
/** Nobody reads counts faster than this; gathering for so long saves a transaction for each commit of the log. */
const GATHER_MS = 200
const READ_LIMITS = { count_max: 5_000, bytes_max: 500_000 }
/** With so many waiting to be stored, no more is counted ahead. Each is up to a few kilobytes. */
const REFUSALS_MAX = 1_000

export type IndexerDeps = {
  readonly lane: number
  readonly log: DecodedLog
  readonly signals: LaneSignals
  readonly ledger: Ledger
  readonly inTurn: InTurn
  readonly stop: AbortSignal
  /** Waits; false when `stop` fired meanwhile. */
  readonly sleep: (ms: number) => Promise<boolean>
}

/**
 * Counts for what pages ask: how many calls each source sent, and which were refused. What others open of the lane is counted
 * as they open it; the lane is read for it only where they have not.
 */
export async function runIndexerLane(deps: IndexerDeps): Promise<void> {
  const { lane, log, signals, ledger, inTurn, stop, sleep } = deps
  const counted = countedLane((await ledger.cursor(INDEXER, lane)) ?? { chunk: 0, index: 0 })
  const unlisten = log.listen(lane, counted)

  /** False at the end of the lane. */
  async function indexSome(): Promise<boolean> {
    if (!counted.hasSome()) for (const { open } of await log.read(lane, counted.end(), READ_LIMITS)) open()
    if (!counted.hasSome()) return false
    await ledger.record({ readerId: INDEXER, lane, ...counted.take(), attempts: [], deadLetters: [] })
    return true
  }

  try {
    while (!stop.aborted) {
      const version = signals.version(lane)
      if (await inTurn(indexSome)) continue
      await signals.grown(lane, version, stop)
      await sleep(GATHER_MS)
    }
  } finally {
    unlisten()
  }
}

/** What was counted of a lane since it was stored last, up to a place in it. */
function countedLane(stored: Position) {
  let [taken, end] = [stored, stored]
  let counts = callCounts()
  let refusals: StoredRefusal[] = []

  function begin(at: Position): void {
    end = at
    counts = callCounts()
    refusals = []
  }

  function count(entry: Entry, address: Address): void {
    switch (entry.kind) {
      case 'event':
        counts.add(entry, entry.event.type, 'accepted')
        break
      case 'duplicate':
        counts.add(entry, '', 'duplicate')
        break
      case 'refused':
        counts.add(entry, entry.refusal.code, 'refused')
        refusals.push(storedRefusal(entry, address))
        break
      case 'erased':
        counts.add(entry, entry.part, entry.was === 'event' ? 'accepted' : entry.was)
    }
  }

  return {
    heard(from: Position, { lane, chunk, entries }: OpenedChunk): void {
      if (from.chunk > end.chunk) return // what lies between was not read
      if (chunk < end.chunk || refusals.length >= REFUSALS_MAX) return
      for (let index = 0; index < entries.length; index++) {
        count(entries[index] as Entry, { lane, chunk, index })
      }
      end = { chunk: chunk + 1, index: 0 }
    },
    forget: () => begin(taken),
    hasSome: () => end !== taken,
    end: () => end,
    take(): Pick<Progress, 'cursor' | 'counts' | 'refusals'> {
      const progress = { cursor: end, counts: counts.all(), refusals }
      taken = end
      begin(end)
      return progress
    },
  }
}

/** Counted in the minute in which they came in, however late they are read. */
function callCounts() {
  const counts = new Map<string, NewCount>()
  let [text, at_ms] = ['', 0]
  return {
    add({ sourceId: of, receivedAt }: Entry, part: string, name: NewCount['name']): void {
      // A minute of calls has one text up to its seconds: the date is read once for it.
      if (!receivedAt.startsWith(text) || text === '') {
        text = receivedAt.slice(0, 'YYYY-MM-DDTHH:MM'.length)
        at_ms = Math.floor(Date.parse(receivedAt) / MINUTE_MS) * MINUTE_MS
      }
      const key = `${of}\n${part}\n${name}\n${at_ms}`
      counts.set(key, { of, part, name, at_ms, count: 1 + (counts.get(key)?.count ?? 0) })
    },
    all: (): readonly NewCount[] => [...counts.values()],
  }
}

function storedRefusal(
  { sourceId, receivedAt, refusal }: Extract<Entry, { kind: 'refused' }>,
  address: Address,
): StoredRefusal {
  const { code, reason, messageId, text } = refusal
  return { sourceId, address, at_ms: Date.parse(receivedAt), code, reason, messageId, text }
}
