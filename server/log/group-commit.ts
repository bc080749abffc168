import type { Address } from '../../core/event.ts'
import type { NewEntry } from './log.ts'

type Waiting = {
  readonly entries: readonly NewEntry[]
  readonly resolve: (addresses: readonly Address[]) => void
  readonly reject: (error: unknown) => void
}

/**
 * Gathers the appends that come in one turn of the event loop into one commit. While a commit holds the thread the
 * kernel gathers requests; the next turn reads them all, and they share the next commit. So a busy server commits large
 * groups and an idle one commits at once, without a timer to set.
 *
 * @param commit Writes all appends or throws; returns the addresses of each append.
 */
export function groupCommit(
  commit: (appends: readonly (readonly NewEntry[])[]) => readonly (readonly Address[])[],
) {
  let waiting: Waiting[] = []

  function flush(): void {
    const group = waiting
    waiting = []
    if (group.length === 0) return
    try {
      const addresses = commit(group.map(({ entries }) => entries))
      group.forEach(({ resolve }, index) => {
        resolve(addresses[index] as readonly Address[])
      })
    } catch (error) {
      for (const { reject } of group) reject(error)
    }
  }

  return {
    append(entries: readonly NewEntry[]): Promise<readonly Address[]> {
      return new Promise((resolve, reject) => {
        if (waiting.length === 0) setImmediate(flush)
        waiting.push({ entries, resolve, reject })
      })
    },
    flush,
  }
}
