import { setMaxListeners } from 'node:events'
import { AppError } from '../../core/errors.ts'
import type { SharedLedger } from '../ledger/fence.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { laneLookout } from './lane-lookout.ts'
import type { LaneOwners, TakenLane } from './lane-owners.ts'

/** A lane as its readers see it: theirs until `stop`, and written to through this `ledger` alone. */
export type OwnedLane = {
  readonly lane: number
  readonly ledger: Ledger
  readonly stop: AbortSignal
  /**
   * Asked before anything is sent: resolves when the lane was its owner's until some seconds ago.
   *
   * @throws {AppError} LANE_LOST; or what the ledger throws when it cannot be asked
   */
  readonly confirm: () => Promise<void>
}
export type OwnedLanes = {
  /** Whether other processes own lanes too, and so write to the same ledger. */
  readonly isShared: boolean
  /**
   * Runs `work` on every lane that is owned now or will be, from when it is taken until it is to be given back, or `stop`
   * fires. `work` ends soon after its own `stop`. Resolves when `stop` has fired and all of it has ended.
   */
  readonly each: (stop: AbortSignal, work: (owned: OwnedLane) => Promise<void>) => Promise<void>
}

/** One process for everything: it owns all lanes for ever. */
export function allLanes(lanes: number, ledger: Ledger): OwnedLanes {
  return {
    isShared: false,
    async each(stop, work) {
      const confirm = async () => {}
      await Promise.all(Array.from({ length: lanes }, (_, lane) => work({ lane, ledger, stop, confirm })))
    },
  }
}

/** For a process that has other work. */
export const NO_LANES: OwnedLanes = { isShared: true, each: async () => {} }

/**
 * Processes that share lanes among themselves: a lane's delivery and its counting may be two processes' work. `admin` has one
 * lane, whose owner does what is to be done once.
 */
export type LaneGroup = 'delivery' | 'indexer' | 'admin'

export type SharedLanesDeps = {
  readonly owners: LaneOwners
  readonly group: LaneGroup
  readonly ledger: SharedLedger
  /** So long a lane that is to be given back waits for what is on its way; then its next owner sends that again, under the same keys. */
  readonly handOver_ms_max: number
  /** Goes on while the process stands still. */
  readonly now_ms: () => number
  /** Waits; false when the signal fired meanwhile. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<boolean>
  readonly onTrouble: (lane: number, error: unknown) => void
}
/** The ledger could not be asked who owns the lane. */
const AGAIN_AFTER_MS = 1_000

type Reader = {
  readonly stop: AbortSignal
  readonly work: (owned: OwnedLane) => Promise<void>
  readonly working: Set<Promise<void>>
}
type Taken = OwnedLane & { readonly working: Set<Promise<void>> }

/** The lanes of this process among those of others: several readers work on each lane that was taken, fenced by its epoch. */
export function sharedLanes(deps: SharedLanesDeps): OwnedLanes & { readonly stop: () => Promise<void> } {
  const { owners } = deps
  const readers = new Set<Reader>()
  const owned = new Set<Taken>()
  const lookout = laneLookout(deps)
  const ending = new AbortController()
  const looking = lookout.run(ending.signal)

  function begin(reader: Reader, taken: Taken): void {
    const stop = AbortSignal.any([reader.stop, taken.stop])
    setMaxListeners(0, stop) // everything that sleeps in the lane is one
    const { lane, ledger, confirm } = taken
    const done = reader.work({ lane, ledger, confirm, stop }).finally(() => {
      reader.working.delete(done)
      taken.working.delete(done)
    })
    reader.working.add(done)
    taken.working.add(done)
  }

  const running = owners.run(async (given) => {
    const mine = await claimed(deps, given)
    if (mine === undefined) return
    const { lane, stop } = given
    const claim = { ...mine, lane, lose: given.refused }
    const unwatch = lookout.watch(claim)
    const confirm = () => lookout.confirm(claim)
    const taken: Taken = { lane, ledger: mine.ledger, confirm, stop, working: new Set() }
    owned.add(taken)
    for (const reader of readers) begin(reader, taken)
    await fired(stop)
    owned.delete(taken)
    const over = new AbortController()
    const ended = Promise.allSettled(taken.working).then(unwatch)
    await Promise.race([ended, deps.sleep(deps.handOver_ms_max, over.signal)])
    over.abort()
  })

  return {
    isShared: true,
    async each(stop, work) {
      const reader: Reader = { stop, work, working: new Set() }
      readers.add(reader)
      for (const taken of owned) begin(reader, taken)
      await fired(stop)
      readers.delete(reader)
      await Promise.all(reader.working)
    },
    /** Gives back every lane, when what is on its way has ended or had its time. */
    async stop(): Promise<void> {
      owners.stop()
      await running
      ending.abort()
      await looking
    },
  }
}

type Claim = { readonly ledger: Ledger; readonly epoch: number; readonly at_ms: number }

/** The ledger of this owner, as soon as it knows of it; undefined when the lane is to be given back by then. */
async function claimed(
  { ledger, group, now_ms, sleep, onTrouble }: SharedLanesDeps,
  { lane, stop, refused }: TakenLane,
): Promise<Claim | undefined> {
  while (!stop.aborted) {
    try {
      const at_ms = now_ms()
      const epoch = await ledger.claim(group, lane)
      const mine = ledger.ownedBy({ readerId: group, lane, epoch })
      return { ledger: { ...mine, ...told(mine, refused) }, epoch, at_ms }
    } catch (error) {
      onTrouble(lane, error)
      await sleep(AGAIN_AFTER_MS, stop)
    }
  }
  return undefined
}

/** Whoever is refused is told so once more: then the lane is not its own, whatever the engine has said of it yet. */
function told(
  { record, recordFailing, feedReplay }: Ledger,
  refused: () => void,
): Pick<Ledger, 'record' | 'recordFailing' | 'feedReplay'> {
  const telling =
    <Given extends readonly unknown[], Result>(write: (...given: Given) => Promise<Result>) =>
    async (...given: Given): Promise<Result> => {
      try {
        return await write(...given)
      } catch (error) {
        if (isLaneLost(error)) refused()
        throw error
      }
    }
  return { record: telling(record), recordFailing: telling(recordFailing), feedReplay: telling(feedReplay) }
}

/** The lane has another owner: nothing that a person should hear of. */
export function isLaneLost(error: unknown): boolean {
  return error instanceof AppError && error.code === 'LANE_LOST'
}

/** Resolves when it has fired. */
export function fired(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
