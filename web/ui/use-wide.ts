import { useSyncExternalStore } from 'react'

/** Whether the window is at least so many pixels wide. */
export function useWide(from_px: number): boolean {
  const query = `(min-width: ${from_px}px)`
  return useSyncExternalStore(
    (listener) => {
      const list = matchMedia(query)
      list.addEventListener('change', listener)
      return () => list.removeEventListener('change', listener)
    },
    () => matchMedia(query).matches,
  )
}
