import type { Json } from '../event.ts'
import { printPath } from '../path.ts'

/** A place whose value is another one than before; without `after` it is gone, without `before` it is new. */
export type Changed = { readonly path: string; readonly before?: Json; readonly after?: Json }
/** So much a person looks through. */
export const CHANGED_MAX = 200

/** What is different in two values, in the order of the first: its leaves, and what was added. */
export function changesIn(before: Json, after: Json): readonly Changed[] {
  const found: Changed[] = []
  compare(before, after, [], found)
  return found.slice(0, CHANGED_MAX)
}

function compare(before: Json, after: Json, keys: readonly string[], found: Changed[]): void {
  if (before === after || found.length > CHANGED_MAX) return
  if (isInner(before) && isInner(after) && Array.isArray(before) === Array.isArray(after)) {
    const [old, now] = [before as Record<string, Json>, after as Record<string, Json>]
    for (const key of new Set([...Object.keys(old), ...Object.keys(now)])) {
      const path = [...keys, key]
      if (!Object.hasOwn(now, key)) found.push({ path: printPath(path), before: old[key] as Json })
      else if (!Object.hasOwn(old, key)) found.push({ path: printPath(path), after: now[key] as Json })
      else compare(old[key] as Json, now[key] as Json, path, found)
    }
    return
  }
  found.push({ path: printPath(keys), before, after })
}

function isInner(value: Json): boolean {
  return typeof value === 'object' && value !== null
}
