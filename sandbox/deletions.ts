import type { PersonKeys } from './people.ts'
import type { Settings } from './settings.ts'

export type Deletion = {
  readonly id: string
  readonly requested_ms: number
  readonly users: number
  completed_ms: number | undefined
}
type Pending = { readonly deletion: Deletion; readonly keys: readonly PersonKeys[]; polls: number }
export type Deletions = ReturnType<typeof makeDeletions>

/** Past it the oldest is forgotten, and asking for it is answered with 404. */
const DELETIONS_MAX = 1_000

/** The deletions that were asked of one app. `remove` takes people out; it runs when one is complete, and not before. */
export function makeDeletions(remove: (keys: readonly PersonKeys[]) => void) {
  const all = new Map<string, Deletion>()
  const pending = new Map<string, Pending>()
  let asked = 0

  /** Shaped as Heap's own ids, and counted, so that the same requests get the same ids. */
  function add(appId: string, keys: readonly PersonKeys[], now_ms: number): Deletion {
    asked++
    const id = `${appId.padStart(8, '0').slice(-8)}-0000-4000-8000-${String(asked).padStart(12, '0')}`
    const deletion: Deletion = { id, requested_ms: now_ms, users: keys.length, completed_ms: undefined }
    all.set(id, deletion)
    pending.set(id, { deletion, keys, polls: 0 })
    for (const oldest of all.keys()) {
      if (all.size <= DELETIONS_MAX) break
      complete(oldest, now_ms)
      all.delete(oldest)
    }
    return deletion
  }

  function complete(id: string, now_ms: number): void {
    const found = pending.get(id)
    if (found === undefined) return
    pending.delete(id)
    found.deletion.completed_ms = now_ms
    remove(found.keys)
  }

  /** Completes what is due by the clock. Costs nothing while none is pending. */
  function settle(now_ms: number, { deletion_ms }: Settings): void {
    for (const [id, { deletion }] of pending)
      if (now_ms - deletion.requested_ms >= deletion_ms) complete(id, now_ms)
  }

  /** A look at one, which may be the one that completes it. */
  function poll(id: string, now_ms: number, settings: Settings): Deletion | undefined {
    settle(now_ms, settings)
    const found = pending.get(id)
    if (found !== undefined && ++found.polls >= settings.deletionPolls) complete(id, now_ms)
    return all.get(id)
  }

  return { all, add, settle, poll }
}
