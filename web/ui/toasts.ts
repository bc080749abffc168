import { useSyncExternalStore } from 'react'

const SHOWN_MS = 8_000
const TOASTS_MAX = 4

export type Toast = {
  readonly id: number
  readonly text: string
  readonly tone: 'plain' | 'bad'
  readonly undo: (() => void) | undefined
}
let toasts: readonly Toast[] = []
let last = 0
const listeners = new Set<() => void>()

/** Says what has been done; with `undo` it can be taken back while the words are there. */
export function toast(
  text: string,
  { undo, tone = 'plain' }: { undo?: () => void; tone?: Toast['tone'] } = {},
): void {
  last += 1
  const id = last
  change([...toasts, { id, text, tone, undo }].slice(-TOASTS_MAX))
  setTimeout(() => closeToast(id), SHOWN_MS)
}

export function closeToast(id: number): void {
  change(toasts.filter((one) => one.id !== id))
}

export function useToasts(): readonly Toast[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => toasts,
  )
}

function change(next: readonly Toast[]): void {
  toasts = next
  for (const listener of listeners) listener()
}
