import type { Random } from '../../crash/random.ts'
import type { SimClock } from './clock.ts'
import type { CrashPlan } from './fence.ts'
import type { Process } from './process.ts'

const RESTART_MS = { from: 50, to: 3_000 }

export type SupervisorDeps = {
  readonly clock: SimClock
  readonly random: Random
  /** @throws when the disk does not let it start. */
  readonly start: (nextCrash: () => CrashPlan | undefined) => Promise<Process>
  readonly trace: (text: string) => void
}

/** Starts the server again whenever it has died, as systemd would. */
export function supervisor({ clock, random, start, trace }: SupervisorDeps) {
  let current: Process | undefined
  let crashes: readonly CrashPlan[] = []
  let isOver = false
  let askRestart = () => {}

  function nextCrash(): CrashPlan | undefined {
    const [crash, ...others] = crashes
    crashes = others
    return crash
  }

  async function begin(): Promise<Process | undefined> {
    try {
      const process = await start(nextCrash)
      trace('it runs')
      return process.life.isDead() ? undefined : process
    } catch (error) {
      trace(`it does not start: ${error}`)
      return undefined
    }
  }

  async function run(): Promise<void> {
    while (!isOver) {
      const process = await begin()
      if (process !== undefined) {
        const asked = new Promise<void>((resolve) => {
          askRestart = resolve
        })
        current = process
        await Promise.race([process.life.died, asked])
        current = undefined
        if (!process.life.isDead()) {
          trace('it is to stop')
          await process.stop()
          trace('it has stopped')
        }
      }
      clock.touch()
      if (!isOver) await clock.pause(random.whole(RESTART_MS.from, RESTART_MS.to))
    }
  }

  return {
    running: run(),
    current: () => current,
    /** The first hits the process that lives now, each other one the next. */
    planCrashes(next: readonly CrashPlan[]): void {
      const [first, ...others] = next
      if (current === undefined) crashes = next
      else {
        current.life.plan(first)
        crashes = others
      }
    },
    restart: () => askRestart(),
    end(): void {
      isOver = true
      askRestart()
    },
  }
}
export type Supervisor = ReturnType<typeof supervisor>
