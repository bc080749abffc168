import type { Crash, FileName } from './disk.ts'

/** Dies at its n-th effect from now. */
export type CrashPlan = Crash & { readonly at: number; readonly isBefore: boolean }
export type FenceDeps = {
  readonly touch: () => void
  /** Something may have been written to the file, and the process lives. */
  readonly onWritten: (file: FileName) => void
  readonly onDeath: (crash: Crash, what: string) => void
}

/**
 * What a process does to anything outside of it goes through here: so it can die at any of its awaits, and nothing that
 * it still does afterwards has an effect.
 */
export function fence({ touch, onWritten, onDeath }: FenceDeps) {
  let plan: CrashPlan | undefined
  let effects = 0
  let isDead = false
  let tellDeath = () => {}
  const died = new Promise<void>((resolve) => {
    tellDeath = resolve
  })

  function die(crash: Crash, what: string): void {
    isDead = true
    onDeath(crash, what)
    tellDeath()
  }

  function isDue(isBefore: boolean): boolean {
    return plan !== undefined && plan.isBefore === isBefore && effects >= plan.at
  }

  return {
    died,
    isDead: () => isDead,
    /** Undefined: no crash is planned any more. */
    plan(next: CrashPlan | undefined): void {
      plan = next
      effects = 0
    },
    /** Ends without a crash: what is still on its way has no effect. */
    end(): void {
      isDead = true
    },
    /** @returns what the work gives; nothing ever, once the process is dead. */
    async effect<Result>(
      what: string,
      work: () => Result | Promise<Result>,
      file?: FileName,
    ): Promise<Result> {
      touch()
      if (isDead) return never()
      effects += 1
      if (isDue(true)) {
        die({ isPower: plan?.isPower ?? false, isTorn: false }, what)
        return never()
      }
      try {
        const result = await work()
        if (isDead) return never()
        if (isDue(false)) {
          die(plan as Crash, what)
          return never()
        }
        if (file !== undefined) onWritten(file)
        return result
      } catch (error) {
        if (isDead) return never()
        throw error
      } finally {
        touch()
      }
    },
  }
}
export type Fence = ReturnType<typeof fence>

/** A new one each time: one promise for all would keep everything that waits for it. */
const never = () => new Promise<never>(() => {})
