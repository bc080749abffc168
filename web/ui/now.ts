import { useSyncExternalStore } from 'react'

const EVERY_MS = 1_000
const listeners = new Set<() => void>()
let now_ms = Date.now()
let timer: ReturnType<typeof setInterval> | undefined

/** The time, for what is told relative to it: one clock for the whole page, still while nobody looks at it. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now_ms)
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) {
    now_ms = Date.now()
    timer = setInterval(tick, EVERY_MS)
  }
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) clearInterval(timer)
  }
}

function tick(): void {
  now_ms = Date.now()
  for (const listener of listeners) listener()
}
