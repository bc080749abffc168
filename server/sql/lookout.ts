import type { Due } from '../../core/sql/due.ts'

/** A clock that was set is noticed within this. */
const LOOK_EVERY_MS_MAX = 30_000

export type LookoutDeps = {
  readonly now_ms: () => number
  /** What may be due, of those that are not under way. */
  readonly waiting: () => readonly string[]
  readonly dueOf: (id: string) => Promise<Due | undefined>
  /** Begins what is due; false: not now, and the end of another one asks again. */
  readonly begin: (id: string, due: Due) => Promise<boolean>
  readonly onTrouble: (error: unknown) => void
}

/** Begins things when they are due. One look at a time, in the order in which they are asked for. */
export function lookout({ now_ms, waiting, dueOf, begin, onTrouble }: LookoutDeps) {
  let timer: NodeJS.Timeout | undefined
  let isStopped = false
  let looking: Promise<void> = Promise.resolve()

  async function look(): Promise<void> {
    let next_ms = now_ms() + LOOK_EVERY_MS_MAX
    for (const id of waiting()) {
      if (isStopped) return
      const due = await dueOf(id)
      if (due === undefined) continue
      if (due.at_ms > now_ms()) next_ms = Math.min(next_ms, due.at_ms)
      else await begin(id, due)
    }
    if (isStopped) return
    clearTimeout(timer)
    timer = setTimeout(again, Math.max(0, next_ms - now_ms()))
    timer.unref()
  }
  function again(): Promise<void> {
    if (isStopped) return looking
    looking = looking.then(look).catch(onTrouble)
    return looking
  }
  return {
    /** Looks at everything, once what was asked for before is done. */
    look: again,
    /** Begins nothing more. Resolves when nothing is being looked at. */
    async stop(): Promise<void> {
      isStopped = true
      clearTimeout(timer)
      await looking
    },
  }
}
