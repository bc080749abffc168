import { useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()
const unkept = new Map<string, string>()

/** A choice of the person's that outlives the page, the same in all tabs; kept in memory where storage is closed. */
export function readStored(name: string): string | undefined {
  try {
    return localStorage.getItem(`millrace.${name}`) ?? undefined
  } catch {
    return unkept.get(name)
  }
}

export function writeStored(name: string, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(`millrace.${name}`)
    else localStorage.setItem(`millrace.${name}`, value)
  } catch {
    if (value === undefined) unkept.delete(name)
    else unkept.set(name, value)
  }
  for (const listener of listeners) listener()
}

export function useStored(name: string): string | undefined {
  return useSyncExternalStore(subscribe, () => readStored(name))
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  window.addEventListener('storage', listener)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('storage', listener)
  }
}
