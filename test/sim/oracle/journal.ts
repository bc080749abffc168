import type { Address, Entry, Position, SpecEvent } from '../../../core/event.ts'
import type { EventLog, NewEntry } from '../../../server/log/log.ts'

export type Logged = Position & {
  readonly sourceId: string
  readonly received_ms: number
  readonly event: SpecEvent
}
export type Fail = (text: string) => void
const EVERYTHING = { count_max: Number.MAX_SAFE_INTEGER, bytes_max: Number.MAX_SAFE_INTEGER }

/** What is in the log, kept beside it: what the server promised to have, and what it turned out to have. */
export function journal(lanes: number, fail: Fail, now_ms: () => number) {
  const logged: Logged[][] = Array.from({ length: lanes }, () => [])
  const ends: Position[] = Array.from({ length: lanes }, () => ({ chunk: 0, index: 0 }))
  const times = new Map<string, number>()
  const firstSeen_ms = new Map<string, number>()
  const counts: Record<Entry['kind'], number> = { event: 0, refused: 0, duplicate: 0, erased: 0 }
  const acknowledged = new Set<string>()
  let chunk_last = 0
  /** Chunks that a trim was allowed to remove. After a jump of the clock they need not be the oldest of their lane. */
  const removable = new Set<number>()

  function note({ lane, chunk, index }: Address, entry: Entry): void {
    counts[entry.kind] += 1
    ends[lane] = { chunk, index: index + 1 }
    chunk_last = Math.max(chunk_last, chunk)
    if (entry.kind !== 'event') return
    const { sourceId, event } = entry
    logged[lane]?.push({ chunk, index, sourceId, received_ms: Date.parse(entry.receivedAt), event })
    if (!times.has(event.messageId)) firstSeen_ms.set(event.messageId, now_ms())
    times.set(event.messageId, 1 + (times.get(event.messageId) ?? 0))
  }

  return {
    logged: (lane: number): readonly Logged[] => logged[lane] ?? [],
    end: (lane: number) => ends[lane] as Position,
    counts: () => counts,
    /** In true time. */
    age_ms: (id: string) => now_ms() - (firstSeen_ms.get(id) ?? now_ms()),
    /** `append` came back: it is on the disk. */
    appended(addresses: readonly Address[], entries: readonly NewEntry[]): void {
      addresses.forEach((address, at) => {
        note(address, JSON.parse((entries[at] as NewEntry).text) as Entry)
      })
    },
    mayGo(heads: readonly { readonly chunk: number }[]): void {
      for (const { chunk } of heads) removable.add(chunk)
    },
    /** A client got its 200. */
    acknowledge(id: string): void {
      acknowledged.add(id)
    },
    /** After a restart: everything that was promised is there; what nobody was told of may be. */
    async reopened(log: EventLog): Promise<void> {
      const from = chunk_last
      for (let lane = 0; lane < lanes; lane++) {
        const promised = ends[lane] as Position
        const found = await log.end(lane)
        const after = (logged[lane] ?? []).map(({ chunk }) => chunk).filter((chunk) => chunk > found.chunk)
        const isTrimmed = [promised.chunk, ...after].every((chunk) => removable.has(chunk))
        if (isBefore(found, promised) && !isTrimmed) {
          fail(
            `lane ${lane} of the log ended at ${placeText(promised)}, and after the crash at ${placeText(found)}`,
          )
        }
      }
      for (let lane = 0; lane < lanes; lane++) {
        for (const { chunk, text } of await log.read(lane, { chunk: from, index: 0 }, EVERYTHING)) {
          ;(JSON.parse(text) as Entry[]).forEach((entry, index) => {
            if (!isBefore({ chunk, index }, ends[lane] as Position)) note({ lane, chunk, index }, entry)
          })
        }
      }
    },
    check(): void {
      for (const id of acknowledged) if (!times.has(id)) fail(`${id} was answered 200 and is not in the log`)
    },
    at({ lane, chunk, index }: Address): Logged | undefined {
      const found = logged[lane]?.[firstFrom(logged[lane] ?? [], { chunk, index })]
      return found?.chunk === chunk && found.index === index ? found : undefined
    },
    mayBeGone: (chunk: number) => removable.has(chunk),
    isRepeated: (id: string) => (times.get(id) ?? 0) > 1,
  }
}
export type Journal = ReturnType<typeof journal>

export function isBefore(a: Position, b: Position): boolean {
  return a.chunk < b.chunk || (a.chunk === b.chunk && a.index < b.index)
}

/** Where the first entry stands that is not before the position. */
export function firstFrom(entries: readonly Logged[], position: Position): number {
  let [low, high] = [0, entries.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (isBefore(entries[middle] as Logged, position)) low = middle + 1
    else high = middle
  }
  return low
}

export function placeText({ chunk, index }: Position): string {
  return `${chunk}/${index}`
}
