import { nextDelay_ms } from '../../core/backoff.ts'
import { type LaneDeps, runLane } from './lane.ts'
import { httpSender } from './send.ts'

export type InstanceDeps = Omit<LaneDeps, 'lane' | 'send'> & {
  readonly lanes: number
  /** A lane stopped on an error that nobody foresaw, such as a ledger that cannot be written. It will try again. */
  readonly onTrouble: (instanceId: string, lane: number, error: unknown) => void
}

/** Runs all lanes of an instance side by side. Resolves when every one of them has stopped. */
export async function runInstance(deps: InstanceDeps): Promise<void> {
  const { lanes, instance } = deps
  const sender = httpSender({ connections: lanes })
  const running = Array.from({ length: lanes }, (_, lane) =>
    keepRunning({ ...deps, lane, send: sender.send }),
  )
  await Promise.all(running)
  await sender.close()

  /** Begins again from the stored cursor: what was not recorded is sent again, under the same idempotency keys. */
  async function keepRunning(laneDeps: LaneDeps): Promise<void> {
    for (let failures = 1; !deps.stop.aborted; failures++) {
      try {
        return await runLane(laneDeps)
      } catch (error) {
        deps.onTrouble(instance.id, laneDeps.lane, error)
        await deps.sleep(nextDelay_ms(failures, deps.random, { cap_ms: 60_000 }))
      }
    }
  }
}
