import { nextDelay_ms } from '../../core/backoff.ts'
import type { DecodedLog } from '../pipeline/decoded-log.ts'
import type { LaneSignals } from '../pipeline/lane-signal.ts'
import { runLane } from './lane.ts'
import { runParked } from './parked.ts'
import { runReplays } from './replays.ts'
import { type Runtime, type RuntimeDeps, startRuntime } from './runtime.ts'
import type { Sender } from './send.ts'

export type InstanceDeps = Omit<RuntimeDeps, 'send' | 'onStateLost'> & {
  readonly log: DecodedLog
  readonly signals: LaneSignals
  readonly makeSender: (limits: { readonly connections: number }) => Sender
  /** A lane stopped on an error that nobody foresaw, such as a ledger that cannot be written. It will try again. */
  readonly onTrouble: (instanceId: string, lane: number, error: unknown) => void
}

/** Runs all lanes of an instance side by side, its parked deliveries, and what feeds replays to those. Resolves when every one has stopped. */
export async function runInstance(deps: InstanceDeps): Promise<void> {
  const { lanes, instance, onTrouble, stop } = deps
  const sender = deps.makeSender({ connections: lanes + 2 })
  const onStateLost = (error: unknown) => onTrouble(instance.id, 0, error)
  let runtime: Runtime | undefined
  await keepRunning(lanes, async () => {
    runtime = await startRuntime({ ...deps, send: sender.send, onStateLost })
  })
  if (runtime !== undefined) await runAll(runtime)
  await sender.close()

  async function runAll(started: Runtime): Promise<void> {
    const running = Array.from({ length: lanes }, (_, lane) =>
      keepRunning(lane, () => runLane({ ...deps, runtime: started, lane })),
    )
    const parked = (['turn', 'aside'] as const).map((kind, index) =>
      keepRunning(lanes + index, () => runParked({ ...deps, runtime: started, kind })),
    )
    const replays = keepRunning(lanes + parked.length, () => runReplays({ ...deps, runtime: started }))
    await Promise.all([...running, ...parked, replays])
    await started.admission.flush().catch(onStateLost)
  }

  /** Begins again from the stored cursor: what was not recorded is sent again, under the same idempotency keys. */
  async function keepRunning(lane: number, run: () => Promise<void>): Promise<void> {
    for (let failures = 1; !stop.aborted; failures++) {
      try {
        return await run()
      } catch (error) {
        onTrouble(instance.id, lane, error)
        await deps.sleep(nextDelay_ms(failures, deps.random, { cap_ms: 60_000 }))
      }
    }
  }
}
