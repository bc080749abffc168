import type { NatsConnection } from '@nats-io/transport-node'
import { laneListeners } from './listeners.ts'

/**
 * What this process knows of how far the lanes have grown: from its own appends, and from what the stream's leader tells after it
 * has stored a chunk (republishing). A reading that ends before that was answered by a server that is behind.
 */
export function knownLanes(nc: NatsConnection, lanes: number, toldSubject: string) {
  const newest = new Array<number>(lanes).fill(0)
  const floors = new Array<number>(lanes).fill(0)
  const listeners = laneListeners()

  /** Each chunk is told once, by whichever of the two comes first. */
  function note(lane: number, chunk: number): void {
    if (chunk <= (newest[lane] ?? Number.POSITIVE_INFINITY)) return
    newest[lane] = chunk
    listeners.tell([lane])
  }
  const told = nc.subscribe(`${toldSubject}.*`, {
    callback: (error, message) => {
      if (error !== null) return
      note(
        Number(message.subject.slice(toldSubject.length + 1)),
        Number(message.headers?.get('Nats-Sequence')),
      )
    },
  })
  return {
    onAppend: listeners.add,
    note,
    /** Something may have been missed while there was no connection: everybody looks. */
    tellAll: () => listeners.tell(newest.keys()),
    newest: (lane: number | undefined) => (lane === undefined ? Math.max(...newest) : (newest[lane] ?? 0)),
    /** What this process trimmed can still be read from a server that is behind. */
    setFloor(lane: number, below: number): void {
      floors[lane] = Math.max(floors[lane] ?? 0, below)
    },
    isTrimmed: (lane: number, chunk: number) => chunk < (floors[lane] ?? 0),
    close: () => told.unsubscribe(),
  }
}
export type KnownLanes = ReturnType<typeof knownLanes>
