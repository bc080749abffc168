import type { Position } from '../../core/event.ts'
import type { LogReader, ReadLimits } from '../log/log.ts'
import { takeSized } from '../log/take-within.ts'
import type { DecodedChunk } from './decoded-log.ts'

/** Of all lanes together, in characters of their texts: decoded they take about three times as much memory. */
const KEPT_CHARS_MAX = 2_000_000

/** The newest chunks of a lane that were read: all from `from` up to `end`, the latter not among them. */
type Tail = {
  from: number
  end: number
  chunks: readonly DecodedChunk[]
  /** How often the lane had grown when it was read to its end; undefined where there may be more. */
  readAt: number | undefined
  /** Somebody reads on. */
  reading: Promise<void> | undefined
}
type ReadOn = (lane: number, from: number, limits: ReadLimits) => Promise<readonly DecodedChunk[]>

export type LaneTailsDeps = {
  readonly log: Pick<LogReader, 'lanes' | 'onAppend'>
  /** Chunks of a lane from a number on, as the log reads them. */
  readonly readOn: ReadOn
  /** False: nothing is kept, for who is the only reader of its lanes. */
  readonly isShared: () => boolean
}

/**
 * Keeps the newest chunks of each lane, so that the log is asked once for all instances that keep up, and not at all while a lane has not
 * grown: a log on other machines would send each of them everything again.
 */
export function laneTails({ log, readOn, isShared }: LaneTailsDeps) {
  const grown = growth(log)
  const shared = sharedTails(grown, readOn)
  const alone = endsOnly(grown, readOn)
  return {
    /** As the log reads it. Nothing comes at the end of a lane until it has grown. */
    read: (lane: number, from: Position, limits: ReadLimits): Promise<readonly DecodedChunk[]> =>
      (isShared() ? shared : alone).read(lane, from, limits),
    /** Chunks were rewritten. */
    forget(): void {
      shared.forget()
      alone.forget()
    },
  }
}

/** How often a lane has grown. */
function growth(log: LaneTailsDeps['log']): (lane: number) => number {
  const grown = new Array<number>(log.lanes).fill(0)
  log.onAppend((lane) => {
    grown[lane] = (grown[lane] ?? 0) + 1
  })
  return (lane) => grown[lane] ?? 0
}

/** Where each lane was read to its end, and nothing of what was read. */
function endsOnly(grown: (lane: number) => number, readOn: ReadOn) {
  const ends = new Map<number, { readonly end: number; readonly readAt: number | undefined }>()
  return {
    async read(
      lane: number,
      { chunk: from }: Position,
      limits: ReadLimits,
    ): Promise<readonly DecodedChunk[]> {
      const version = grown(lane)
      const known = ends.get(lane)
      if (known?.end === from && known.readAt === version) return []
      const found = await readOn(lane, from, limits)
      const end = (found.at(-1)?.chunk ?? from - 1) + 1
      ends.set(lane, { end, readAt: isFull(found, limits) ? undefined : version })
      return found
    },
    forget: () => ends.clear(),
  }
}

function sharedTails(grown: (lane: number) => number, readOn: ReadOn) {
  const tails = new Map<number, Tail>()
  const kept = keptChunks()

  /** A reader that is further on begins a new one; undefined for one that is behind it. */
  function tailFor(lane: number, from: number): Tail | undefined {
    const known = tails.get(lane)
    if (known !== undefined && from <= known.end) return from < known.from ? undefined : known
    if (known !== undefined) kept.drop(known)
    const tail: Tail = { from, end: from, chunks: [], readAt: undefined, reading: undefined }
    tails.set(lane, tail)
    return tail
  }

  /** Reads on where a tail ends, once for all who want to go on there. */
  function goOn(tail: Tail, lane: number, limits: ReadLimits): Promise<void> {
    async function read(): Promise<void> {
      const version = grown(lane)
      const found = await readOn(lane, tail.end, limits)
      // It was forgotten meanwhile, or somebody is further on.
      if (tails.get(lane) !== tail) return
      tail.readAt = isFull(found, limits) ? undefined : version
      kept.add(tail, found)
    }
    tail.reading ??= read().finally(() => {
      tail.reading = undefined
    })
    return tail.reading
  }

  return {
    async read(lane: number, from: Position, limits: ReadLimits): Promise<readonly DecodedChunk[]> {
      for (;;) {
        const tail = tailFor(lane, from.chunk)
        if (tail === undefined) return readOn(lane, from.chunk, limits)
        const there = tail.chunks.filter(({ chunk }) => chunk >= from.chunk)
        const taken = takeSized(there, limits, charsOf)
        if (isFull(taken, limits) || tail.readAt === grown(lane)) return taken
        await goOn(tail, lane, without(limits, there))
      }
    },
    forget(): void {
      tails.clear()
      kept.clear()
    },
  }
}

/** The chunks of all tails: when there are too many, the one that was read first goes from the beginning of its tail. */
function keptChunks() {
  const tailOf = new Map<DecodedChunk, Tail>()
  let chars = 0

  function dropOldest(): void {
    for (const [oldest, tail] of tailOf) {
      if (chars <= KEPT_CHARS_MAX) return
      tailOf.delete(oldest)
      chars -= oldest.chars
      tail.chunks = tail.chunks.slice(1)
      tail.from = oldest.chunk + 1
    }
  }
  return {
    add(tail: Tail, read: readonly DecodedChunk[]): void {
      tail.chunks = [...tail.chunks, ...read]
      tail.end = (read.at(-1)?.chunk ?? tail.end - 1) + 1
      for (const chunk of read) {
        tailOf.set(chunk, tail)
        chars += chunk.chars
      }
      dropOldest()
    },
    drop({ chunks }: Tail): void {
      for (const chunk of chunks) if (tailOf.delete(chunk)) chars -= chunk.chars
    },
    clear(): void {
      tailOf.clear()
      chars = 0
    },
  }
}

const charsOf = ({ chars }: DecodedChunk) => chars

function isFull(chunks: readonly DecodedChunk[], { count_max, bytes_max }: ReadLimits): boolean {
  const { count, chars } = sizeOf(chunks)
  return count >= count_max || chars >= bytes_max
}

function without({ count_max, bytes_max }: ReadLimits, chunks: readonly DecodedChunk[]): ReadLimits {
  const { count, chars } = sizeOf(chunks)
  return { count_max: count_max - count, bytes_max: bytes_max - chars }
}

function sizeOf(chunks: readonly DecodedChunk[]) {
  return chunks.reduce((sum, one) => ({ count: sum.count + one.count, chars: sum.chars + one.chars }), {
    count: 0,
    chars: 0,
  })
}
