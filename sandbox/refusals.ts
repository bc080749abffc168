import { makeNewest } from './bounded.ts'

export type RefusalView = {
  readonly received_at: string
  readonly path: string
  readonly app_id?: string
  readonly status: number
  readonly error: string
}

const REFUSALS_MAX = 50
const REFUSED_PATH_CHARS_MAX = 200

/** Counts the refused requests of a sandbox, and keeps the newest. */
export function makeRefusals() {
  const newest = makeNewest<RefusalView>(REFUSALS_MAX)
  let count = 0
  return {
    count: () => count,
    add(refusal: RefusalView): void {
      count++
      newest.add({ ...refusal, path: refusal.path.slice(0, REFUSED_PATH_CHARS_MAX) })
    },
    /** The newest first. */
    list: () => Array.from({ length: newest.count() }, (_, place) => newest.at(place)).reverse(),
  }
}
