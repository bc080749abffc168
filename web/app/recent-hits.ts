import { readStored, useStored, writeStored } from '../ui/stored.ts'
import type { ShownHit } from './search-hits.ts'

const NAME = 'recent-searches'
const RECENT_MAX = 6

/** Where somebody went from the search box, the last first, in this browser. */
export function useRecentHits(): readonly ShownHit[] {
  return readRecent(useStored(NAME))
}

export function rememberHit(hit: ShownHit): void {
  const others = readRecent(readStored(NAME)).filter(({ key }) => key !== hit.key)
  writeStored(NAME, JSON.stringify([{ ...hit, group: 'Recent' }, ...others].slice(0, RECENT_MAX)))
}

function readRecent(text: string | undefined): readonly ShownHit[] {
  try {
    const found: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(found) ? (found as ShownHit[]) : []
  } catch {
    return []
  }
}
