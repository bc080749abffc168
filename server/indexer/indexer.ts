import type { Envelope, Position } from '../../core/event.ts'
import type { Ledger, NewCount, Progress, StoredRefusal } from '../ledger/ledger.ts'
import { MINUTE_MS } from '../ledger/ledger.ts'
import type { DecodedLog } from '../pipeline/decoded-log.ts'
import type { LaneSignals } from '../pipeline/lane-signal.ts'
import type { InTurn } from './pace.ts'

export const INDEXER = 'indexer'
/** Nobody reads counts faster than this; gathering for so long saves a transaction for each commit of the log. */
const GATHER_MS = 200
const READ_LIMITS = { count_max: 5_000, bytes_max: 500_000 }

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

/** Reads a lane for what pages ask: how many calls each source sent, and which were refused. */
export async function runIndexerLane(deps: IndexerDeps): Promise<void> {
  const { lane, log, signals, ledger, inTurn, stop, sleep } = deps
  let cursor: Position = (await ledger.cursor(INDEXER, lane)) ?? { chunk: 0, index: 0 }

  /** False at the end of the lane. */
  async function indexSome(): Promise<boolean> {
    const chunks = await log.read(lane, cursor, READ_LIMITS)
    const last = chunks.at(-1)
    if (last === undefined) return false
    const next = { chunk: last.chunk + 1, index: 0 }
    const envelopes = chunks.flatMap((chunk) => chunk.envelopes)
    await ledger.record(indexed(lane, next, envelopes))
    cursor = next
    return true
  }

  while (!stop.aborted) {
    const version = signals.version(lane)
    if (await inTurn(indexSome)) continue
    await signals.grown(lane, version, stop)
    await sleep(GATHER_MS)
  }
}

function indexed(lane: number, cursor: Position, envelopes: readonly Envelope[]): Progress {
  const counts = callCounts()
  const refusals: StoredRefusal[] = []
  for (const envelope of envelopes) {
    switch (envelope.kind) {
      case 'event':
        counts.add(envelope, envelope.event.type, 'accepted')
        break
      case 'duplicate':
        counts.add(envelope, '', 'duplicate')
        break
      case 'refused':
        counts.add(envelope, envelope.refusal.code, 'refused')
        refusals.push(storedRefusal(envelope))
        break
      case 'erased':
        counts.add(envelope, envelope.part, envelope.was === 'event' ? 'accepted' : envelope.was)
    }
  }
  return {
    readerId: INDEXER,
    lane,
    cursor,
    counts: counts.all(),
    attempts: [],
    deadLetters: [],
    refusals,
  }
}

/** Counted in the minute in which they came in, however late they are read. */
function callCounts() {
  const counts = new Map<string, NewCount>()
  let [text, at_ms] = ['', 0]
  return {
    add({ sourceId: of, receivedAt }: Envelope, part: string, name: NewCount['name']): void {
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

function storedRefusal({
  sourceId,
  receivedAt,
  address,
  refusal,
}: Extract<Envelope, { kind: 'refused' }>): StoredRefusal {
  const { code, reason, messageId, text } = refusal
  return { sourceId, address, at_ms: Date.parse(receivedAt), code, reason, messageId, text }
}
