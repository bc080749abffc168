import type { Address, Position } from '../../core/event.ts'
import { chunkText } from './envelope.ts'
import { gather } from './gather.ts'
import { groupCommit } from './group-commit.ts'
import { laneListeners } from './listeners.ts'
import type { Chunk, EventLog, FingerprintsOfChunk, NewEntry, TrimPolicy } from './log.ts'
import { takeWithin } from './take-within.ts'

type StoredChunk = Chunk & { readonly halves: Uint32Array }

/** Forgets everything at exit: for tests and trials. */
export function memoryLog({ lanes = 8, now = Date.now, seed = 1 } = {}): EventLog {
  let chunks: StoredChunk[] = []
  let next = 1
  const ends = new Map<number, { chunk: number; index: number }>()
  const listeners = laneListeners()
  const { append } = groupCommit(commit)

  function commit(appends: readonly (readonly NewEntry[])[]): readonly (readonly Address[])[] {
    const { drafts, addresses } = gather(appends, lanes, next)
    const at_ms = now()
    const written = drafts.map(
      ({ lane, chunk, texts, halves }): StoredChunk => ({
        lane,
        chunk,
        count: texts.length,
        text: chunkText(texts),
        at_ms,
        halves: Uint32Array.from(halves),
      }),
    )
    chunks.push(...written)
    for (const { lane, chunk, count } of written) ends.set(lane, { chunk, index: count })
    next += drafts.length
    listeners.tell(drafts.map(({ lane }) => lane))
    return addresses
  }

  function bytes(): number {
    return chunks.reduce((sum, { text }) => sum + text.length, 0)
  }

  return {
    lanes,
    seed,
    append,
    async read(lane, from, limits) {
      return takeWithin(
        chunks.filter((chunk) => chunk.lane === lane && chunk.chunk >= from.chunk),
        limits,
      )
    },
    async end(lane) {
      return ends.get(lane) ?? { chunk: 0, index: 0 }
    },
    ...memoryPlaces(
      () => chunks,
      () => next,
    ),
    onAppend: listeners.add,
    async fingerprints(since_ms, count_max) {
      return newestFingerprints([...chunks].reverse(), since_ms, count_max)
    },
    async stats() {
      return { bytes: bytes(), chunks: chunks.length, oldest_ms: chunks[0]?.at_ms, damaged_count: 0 }
    },
    ...memoryErase(() => chunks),
    async trim({ before_ms, bytes_max, keepFrom }: TrimPolicy) {
      const count = chunks.length
      let over_bytes = bytes() - bytes_max
      chunks = chunks.filter(({ lane, chunk, at_ms, text }) => {
        const goes = chunk < (keepFrom[lane] ?? 0) && (at_ms < before_ms || over_bytes > 0)
        if (goes) over_bytes -= text.length
        return !goes
      })
      return count - chunks.length
    },
    async close() {},
  }
}

function memoryErase(
  all: () => StoredChunk[],
): Pick<EventLog, 'setAside' | 'clearDamaged' | 'rewrite' | 'compact'> {
  return {
    // Memory does not tear.
    setAside: async () => 0,
    clearDamaged: async () => 0,
    async rewrite(number, text) {
      const at = all().findIndex(({ chunk }) => chunk === number)
      if (at >= 0) all()[at] = { ...(all()[at] as StoredChunk), text }
      return at >= 0
    },
    compact: async () => true,
  }
}

/** What is found by numbers and times. */
function memoryPlaces(
  all: () => readonly StoredChunk[],
  next: () => number,
): Pick<EventLog, 'after' | 'headsAfter' | 'newest' | 'chunkBehind' | 'firstAt' | 'oldestFrom' | 'restFrom'> {
  const restOf = (lane: number, from: Position) =>
    all()
      .filter((chunk) => chunk.lane === lane && chunk.chunk >= from.chunk)
      .map(({ chunk, count, at_ms }) => ({ at_ms, count: count - (chunk === from.chunk ? from.index : 0) }))
  const oldestOf = (left: ReturnType<typeof restOf>) => left.find(({ count }) => count > 0)?.at_ms
  return {
    oldestFrom: async (lane, from) => oldestOf(restOf(lane, from)),
    async after(chunk, limits) {
      return takeWithin(
        all().filter((one) => one.chunk > chunk),
        limits,
      )
    },
    async headsAfter(chunk, chunks_max) {
      const found = all()
        .filter((one) => one.chunk > chunk)
        .slice(0, chunks_max)
      return found.map(({ lane, chunk, count, at_ms }) => ({ lane, chunk, count, at_ms }))
    },
    async newest(count_max, before = Number.MAX_SAFE_INTEGER) {
      return all()
        .filter(({ chunk }) => chunk < before)
        .reverse()
        .slice(0, count_max)
    },
    async chunkBehind(share) {
      return all()[Math.ceil(all().length * share)]?.chunk ?? Number.MAX_SAFE_INTEGER
    },
    async firstAt(at_ms) {
      return all().find((chunk) => chunk.at_ms >= at_ms)?.chunk ?? next()
    },
    async restFrom(lane, from) {
      const left = restOf(lane, from)
      const count = left.reduce((sum, one) => sum + one.count, 0)
      return { count, isEstimate: false, oldest_ms: oldestOf(left) }
    },
  }
}

/** Takes from the newest back until enough is taken; gives them oldest first. */
function newestFingerprints(
  newestFirst: Iterable<FingerprintsOfChunk>,
  since_ms: number,
  count_max: number,
): readonly FingerprintsOfChunk[] {
  const found: FingerprintsOfChunk[] = []
  let count = 0
  for (const { at_ms, halves } of newestFirst) {
    if (at_ms < since_ms || count >= count_max) break
    found.push({ at_ms, halves })
    count += halves.length / 2
  }
  return found.reverse()
}
