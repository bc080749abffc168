import { useSyncExternalStore } from 'react'

type Waiting = { readonly back: Promise<void>; readonly resume: () => void }
let waiting: Waiting | undefined
const listeners = new Set<() => void>()

/** Says that the session has ended, and waits until the person has logged in again or nobody wants the answer any more. */
export function sessionBack(signal?: AbortSignal): Promise<void> {
  if (waiting === undefined) {
    const { promise: back, resolve: resume } = Promise.withResolvers<void>()
    change({ back, resume })
  }
  const { back } = waiting as unknown as Waiting
  if (signal === undefined) return back
  const { promise: left, reject } = Promise.withResolvers<never>()
  const leave = () => reject(signal.reason)
  if (signal.aborted) leave()
  signal.addEventListener('abort', leave)
  return Promise.race([back, left]).finally(() => signal.removeEventListener('abort', leave))
}

/** The same person is logged in again: what waited is asked again. */
export function sessionResumed(): void {
  const resume = waiting?.resume
  change(undefined)
  resume?.()
}

export function useSessionEnded(): boolean {
  return useSyncExternalStore(subscribe, () => waiting !== undefined)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function change(next: Waiting | undefined): void {
  waiting = next
  for (const listener of listeners) listener()
}
