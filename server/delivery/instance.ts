import { laneOf } from '../../core/identity.ts'
import type { DecodedLog } from '../pipeline/decoded-log.ts'
import type { LaneSignals } from '../pipeline/lane-signal.ts'
import { isLaneLost, type OwnedLane, type OwnedLanes } from '../pipeline/owned-lanes.ts'
import type { Skimmer } from '../pipeline/skimmer.ts'
import { beginningAgain } from './begin-again.ts'
import type { Waiter } from './gate.ts'
import { runLane } from './lane.ts'
import { nearlyNoMemory } from './memory.ts'
import type { OthersWork } from './others-work.ts'
import { runParked } from './parked.ts'
import { runReplays } from './replays.ts'
import { type Runtime, type RuntimeDeps, startRuntime } from './runtime.ts'
import type { Sender } from './send.ts'

export type InstanceDeps = Omit<RuntimeDeps, 'send' | 'onStateLost' | 'isShared'> & {
  readonly log: DecodedLog
  readonly signals: LaneSignals
  /** Reads lanes for all instances that want nothing of them. */
  readonly skimmer: Skimmer
  readonly owned: OwnedLanes
  /** Where other processes work on the same instances: looks for what they leave to this one. */
  readonly others?: Pick<OthersWork, 'watch'> | undefined
  /** False when the signal fired meanwhile. */
  readonly sleepUntil: (ms: number, signal: AbortSignal) => Promise<boolean>
  readonly makeSender: (limits: { readonly connections: number }) => Sender
  /** A lane stopped on an error that nobody foresaw, such as a ledger that cannot be written. It will try again. */
  readonly onTrouble: (instanceId: string, lane: number, error: unknown) => void
}

/**
 * Runs the lanes of an instance that are this process's side by side, and what belongs to the instance as a whole where its
 * home lane is: its parked deliveries, and what feeds replays to those. Resolves when every one has stopped.
 */
export async function runInstance(deps: InstanceDeps): Promise<void> {
  const { lanes, instance, onTrouble, stop, owned } = deps
  const sender = deps.makeSender({ connections: lanes + 2 })
  const onStateLost = (error: unknown) => onTrouble(instance.id, 0, error)
  let runtime: Runtime | undefined
  await keepRunning(lanes, deps, async () => {
    runtime = await startRuntime({ ...deps, isShared: owned.isShared, send: sender.send, onStateLost })
  })
  if (runtime !== undefined) await runAll(runtime)
  await sender.close()

  async function runAll(started: Runtime): Promise<void> {
    const home = homeLane(instance.id, lanes)
    const unwatch = deps.others?.watch(instance.id, started)
    await owned.each(stop, async (mine) => {
      const here = { ...deps, runtime: runtimeIn(started, mine, deps.sleepUntil) }
      const { lane } = mine
      const running = [keepRunning(lane, here.runtime, () => runLane({ ...here, lane }))]
      if (lane === home) running.push(...runWhole(here))
      await Promise.all(running)
    })
    unwatch?.()
    await started.admission.flush().catch(onStateLost)
  }

  function runWhole(here: InstanceDeps & { readonly runtime: Runtime }): readonly Promise<void>[] {
    const { runtime: by } = here
    const parked = (['turn', 'aside'] as const).map((kind, index) =>
      keepRunning(lanes + index, by, () => runParked({ ...here, kind })),
    )
    return [...parked, keepRunning(lanes + parked.length, by, () => runReplays(here))]
  }

  /** Begins again from the stored cursor: what was not recorded is sent again, under the same idempotency keys. */
  async function keepRunning(lane: number, by: Waiter, run: () => Promise<void>): Promise<void> {
    const again = beginningAgain(deps.random)
    while (!by.stop.aborted) {
      const begun_ms = deps.now_ms()
      try {
        return await run()
      } catch (error) {
        if (isLaneLost(error)) continue
        onTrouble(instance.id, lane, error)
        await by.sleep(again.after_ms(error, deps.now_ms() - begun_ms))
      }
    }
  }
}

/**
 * Where an instance's parked deliveries and replays are worked on: with one of the log's lanes, so that they have one owner
 * at a time without more to own. Spread over the lanes, as instances are many.
 */
export function homeLane(instanceId: string, lanes: number): number {
  return laneOf(instanceId, lanes)
}

/** What a lane, and what runs with it, see of the instance: they end with the lane, and write as its owner. */
function runtimeIn(
  runtime: Runtime,
  { ledger, stop, confirm }: OwnedLane,
  sleepUntil: InstanceDeps['sleepUntil'],
): Runtime {
  if (!runtime.isShared) return runtime
  return { ...runtime, ledger, stop, confirm, sleep: (ms) => sleepUntil(ms, stop), memory: nearlyNoMemory() }
}
