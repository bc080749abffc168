/** Wakes those who wait until something has changed. */
export function changeSign() {
  let waiting = new Set<() => void>()
  let version = 0
  return {
    version: () => version,
    raise(): void {
      version += 1
      const woken = waiting
      waiting = new Set()
      for (const wake of woken) wake()
    },
    /** Resolves when it was raised since `seen`, or when the signal fires. */
    raised(seen: number, stop: AbortSignal): Promise<void> {
      if (seen !== version || stop.aborted) return Promise.resolve()
      return new Promise((resolve) => {
        const wake = () => {
          waiting.delete(wake)
          stop.removeEventListener('abort', wake)
          resolve()
        }
        waiting.add(wake)
        stop.addEventListener('abort', wake, { once: true })
      })
    },
  }
}
export type ChangeSign = ReturnType<typeof changeSign>
