/** Who wants to know that a lane has grown. */
export function laneListeners() {
  const listeners = new Set<(lane: number) => void>()
  return {
    add(listener: (lane: number) => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    tell(lanes: Iterable<number>): void {
      for (const lane of new Set(lanes)) for (const listener of listeners) listener(lane)
    },
  }
}
