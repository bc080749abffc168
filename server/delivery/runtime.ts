import { HELD_CODES } from '../../core/errors.ts'
import type { BoundDelivery, CompiledInstance } from '../../core/instance.ts'
import type { Reason } from '../../core/outcome.ts'
import type { Attempt, InstanceState, Ledger } from '../ledger/ledger.ts'
import type { Backlog } from '../pipeline/backlog.ts'
import { type Admission, admission } from './admission.ts'
import { type Bid, bidder } from './bid.ts'
import { type Witness, witness } from './doubt.ts'
import { type Gate, gate } from './gate.ts'
import type { HeldBatches } from './held.ts'
import { type Memory, memory } from './memory.ts'
import type { Send } from './send.ts'
import { type ChangeSign, changeSign } from './sign.ts'

/** An attempt, and the deliveries that it carried. */
export type OnAttempt = (attempt: Attempt, deliveries: readonly BoundDelivery[]) => void

export type RuntimeDeps = {
  readonly instance: CompiledInstance
  readonly lanes: number
  /** Whether other processes have lanes of the instance. Left out: none. */
  readonly isShared?: boolean
  readonly ledger: Ledger
  readonly send: Send
  /** Never jumps: for waits, ages and budgets. */
  readonly now_ms: () => number
  /** The machine's clock, for what is shown or dated by others. As `now_ms` when left out. */
  readonly wall_ms?: () => number
  readonly random: () => number
  /** Fires when the server stops. What is on its way is finished; nothing new is begun. */
  readonly stop: AbortSignal
  /** Waits; false when `stop` fired meanwhile. */
  readonly sleep: (ms: number) => Promise<boolean>
  /** How long a lane fails, and how old an event is, before the event becomes a dead letter. */
  readonly giveUpAfter_ms: number
  readonly onStateLost: (error: unknown) => void
  /** Hears of each request once it was judged, for metrics and traces. */
  readonly onAttempt?: OnAttempt | undefined
  /** Shared by all instances. */
  readonly batches: HeldBatches
  /** Hears how far behind the lanes are. Shared by all instances. */
  readonly backlog?: Pick<Backlog, 'hasRead'>
  /** A replay was begun, stopped or resumed, or something that one had parked has ended. Shared by all instances. */
  readonly replaying: ChangeSign
}

/** What the lanes of an instance, and its parked deliveries, share. */
export type Runtime = RuntimeDeps & {
  readonly wall_ms: () => number
  readonly bid: (delivery: Bid['delivery']) => Bid
  readonly gate: Gate
  readonly admission: Admission
  readonly memory: Memory
  readonly witness: Witness
  /** Its room for batches. */
  readonly held: ReturnType<HeldBatches['of']>
  /** Something was parked. */
  readonly parking: ChangeSign
  /**
   * Asked before each request: resolves when what was read of the lane may still be sent by this process.
   *
   * @throws {AppError} LANE_LOST
   */
  readonly confirm: () => Promise<void>
}

export async function startRuntime(deps: RuntimeDeps): Promise<Runtime> {
  const { instance, lanes, ledger, now_ms, wall_ms = now_ms, sleep } = deps
  const { destination, settings } = instance
  const state = stateKeeper(deps)
  return {
    ...deps,
    wall_ms,
    bid: bidder(instance),
    // One for each lane, one for the parked deliveries, and one for those that are set aside.
    gate: gate({ ...deps, batches_max: lanes + 2, onTrouble: state.trouble }),
    admission: await admission({
      instanceId: instance.id,
      budgets: destination.budgets?.(settings as never) ?? {},
      ledger,
      now_ms,
      sleep,
      onWaiting: state.waiting,
    }),
    memory: memory(),
    held: deps.batches.of(deps.stop),
    witness: witness(now_ms, (await ledger.aside()).get(instance.id)?.count ?? 0),
    parking: changeSign(),
    confirm: async () => {},
  }
}

/** Keeps the ledger told of what the instance does; each change is one small write. */
function stateKeeper({ instance, ledger, now_ms, wall_ms = now_ms, onStateLost }: RuntimeDeps) {
  let reason: Reason | undefined
  let isWaiting = false
  let shown: InstanceState | undefined
  let writing: Promise<void> = Promise.resolve()

  function show(): void {
    const state = stateOf(reason, isWaiting)
    if (shown?.state === state && shown.reason?.code === reason?.code) return
    const since_ms = shown?.state === state ? shown.since_ms : wall_ms()
    const next: InstanceState = { state, since_ms, ...(reason === undefined ? {} : { reason }) }
    shown = next
    writing = writing.then(() => ledger.setState(instance.id, next)).catch(onStateLost)
  }
  show()
  return {
    trouble(next: Reason | undefined): void {
      reason = next
      show()
    },
    waiting(next: boolean): void {
      isWaiting = next
      show()
    },
  }
}

function stateOf(reason: Reason | undefined, isWaiting: boolean): InstanceState['state'] {
  if (reason !== undefined) return HELD_CODES.has(reason.code) ? 'held' : 'backing off'
  return isWaiting ? 'waiting for budget' : 'flowing'
}
