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

export type LaneTailsDeps = {
  /** 0: nothing, for who is the only reader of its lanes. */
  readonly keptChars_max?: number
  readonly log: Pick<LogReader, 'lanes' | 'onAppend'>
  /** Chunks of a lane from a number on, as the log reads them. */
  readonly readOn: (lane: number, from: number, limits: ReadLimits) => Promise<readonly DecodedChunk[]>
}

/**
 * Keeps the newest chunks of each lane, so that the log is asked once for all instances that keep up, and not at all while a lane has not
 * grown: a log on other machines would send each of them everything again.
 */
export function laneTails({ log, readOn, keptChars_max = KEPT_CHARS_MAX }: LaneTailsDeps) {
  let tails = new Map<number, Tail>()
  let kept = new Map<DecodedChunk, Tail>()
  let chars = 0
  const grown = new Array<number>(log.lanes).fill(0)
  log.onAppend((lane) => {
    grown[lane] = (grown[lane] ?? 0) + 1
  })

  /** A reader that is further on begins a new one; undefined for one that is behind it. */
  function tailFor(lane: number, from: number): Tail | undefined {
    const known = tails.get(lane)
    if (known !== undefined && from <= known.end) return from < known.from ? undefined : known
    drop(known)
    const tail: Tail = { from, end: from, chunks: [], readAt: undefined, reading: undefined }
    tails.set(lane, tail)
    return tail
  }

  function drop(tail: Tail | undefined): void {
    for (const chunk of tail?.chunks ?? []) if (kept.delete(chunk)) chars -= chunk.chars
  }

  function keep(tail: Tail, read: readonly DecodedChunk[]): void {
    const end = read.at(-1)
    if (end === undefined) return
    tail.chunks = [...tail.chunks, ...read]
    tail.end = end.chunk + 1
    for (const chunk of read) {
      kept.set(chunk, tail)
      chars += chunk.chars
    }
    for (const [oldest, of] of kept) {
      if (chars <= keptChars_max) break
      kept.delete(oldest)
      chars -= oldest.chars
      of.chunks = of.chunks.slice(1)
      of.from = oldest.chunk + 1
    }
  }

  /** Reads on where a tail ends, once for all who want to go on there. */
  function goOn(tail: Tail, lane: number, limits: ReadLimits): Promise<void> {
    async function read(): Promise<void> {
      const version = grown[lane]
      const found = await readOn(lane, tail.end, limits)
      if (tails.get(lane) !== tail) return
      tail.readAt = isFull(found, limits) ? undefined : version
      keep(tail, found)
    }
    tail.reading ??= read().finally(() => {
      tail.reading = undefined
    })
    return tail.reading
  }

  /** Keeps where the lane was read to its end, and nothing of it. */
  async function readAlone(lane: number, from: number, limits: ReadLimits): Promise<readonly DecodedChunk[]> {
    const known = tails.get(lane)
    const version = grown[lane]
    if (known?.end === from && known.readAt === version) return []
    const found = await readOn(lane, from, limits)
    const end = (found.at(-1)?.chunk ?? from - 1) + 1
    const readAt = isFull(found, limits) ? undefined : version
    tails.set(lane, { from: end, end, chunks: [], readAt, reading: undefined })
    return found
  }

  return {
    /** As the log reads it. Nothing comes at the end of a lane until it has grown. */
    async read(lane: number, from: Position, limits: ReadLimits): Promise<readonly DecodedChunk[]> {
      if (keptChars_max === 0) return readAlone(lane, from.chunk, limits)
      for (;;) {
        const tail = tailFor(lane, from.chunk)
        if (tail === undefined) return readOn(lane, from.chunk, limits)
        const there = tail.chunks.filter(({ chunk }) => chunk >= from.chunk)
        const taken = takeSized(there, limits, charsOf)
        if (isFull(taken, limits) || tail.readAt === grown[lane]) return taken
        await goOn(tail, lane, without(limits, there))
      }
    },
    /** Chunks were rewritten. */
    forget(): void {
      tails = new Map()
      kept = new Map()
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
