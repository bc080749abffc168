import type { EventIndex } from '../event-index/index-file.ts'
import type { DecodedLog } from '../pipeline/decoded-log.ts'
import type { LaneSignals } from '../pipeline/lane-signal.ts'
import { gatheredBriefs } from './briefs.ts'
import type { InTurn } from './pace.ts'

const GATHER_MS = 100
/** What was gathered so often is stored. Who looks something up reads what is not indexed yet from the log itself, so this may be long. */
const GATHERED_MAX = 5
/** About 8,000 events: what is not indexed yet is read through in some 30 ms. */
const WAITING_POSTINGS_MAX = 28_000
/** Some 10 ms of work, when it must be parsed. */
const READ_LIMITS = { count_max: 1_500, bytes_max: 500_000 }
/** Added at once, of those that delivery has opened: some 10 ms of work as well. */
const CHUNKS_MAX = 200

export type EventIndexerDeps = {
  readonly log: DecodedLog
  readonly signals: LaneSignals
  readonly index: EventIndex
  readonly inTurn: InTurn
  readonly stop: AbortSignal
  /** Waits; false when `stop` fired meanwhile. */
  readonly sleep: (ms: number) => Promise<boolean>
}

/**
 * Reads the whole log, in the order in which it was written, into the event index. Between two pieces of work others get
 * their turn: delivery runs in the same thread, also while an index is built anew.
 */
export async function runEventIndexer(deps: EventIndexerDeps): Promise<void> {
  const { log, signals, index, inTurn, stop, sleep } = deps

  const briefs = gatheredBriefs(index)
  const unlisten = Array.from({ length: log.lanes }, (_, lane) => log.listen(lane, briefs))

  /** False at the end of the log. */
  async function indexSome(): Promise<boolean> {
    if (await addOpened()) return true
    const chunks = await log.after(index.added(), READ_LIMITS)
    for (const chunk of chunks) index.addBrief(briefs.of(chunk))
    return chunks.length > 0
  }

  /** What others have opened, as far as nothing lies between. */
  async function addOpened(): Promise<boolean> {
    if (briefs.size() === 0) return false
    let count = 0
    for (const { chunk } of await log.headsAfter(index.added(), CHUNKS_MAX)) {
      const brief = briefs.take(chunk)
      if (brief === undefined) break
      index.addBrief(brief)
      count += 1
    }
    return count > 0
  }

  async function store(): Promise<void> {
    await inTurn(async () => index.flush())
    const tidying = index.tidy()
    while (!stop.aborted) if ((await inTurn(async () => tidying.next())).done) return
  }

  try {
    let gathered = 0
    while (!stop.aborted) {
      const version = signals.version(signals.anyLane)
      if (await inTurn(indexSome)) {
        if (index.waiting() >= WAITING_POSTINGS_MAX) await store()
        continue
      }
      gathered += 1
      if (gathered >= GATHERED_MAX || index.waiting() === 0) {
        await store()
        gathered = 0
        await signals.grown(signals.anyLane, version, stop)
      }
      await sleep(GATHER_MS)
    }
  } finally {
    for (const end of unlisten) end()
  }
  index.flush()
}
