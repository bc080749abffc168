import { headers } from '@nats-io/transport-node'
import type { ChunkReads } from './jetstream-chunks.ts'
import { halvesOf, type StoredHead } from './jetstream-head.ts'
import type { StreamWire } from './jetstream-wire.ts'
import type { KeptPrints, LanePrints, PrintsRange } from './log.ts'

/** `from to at_ms`: the stretch of the lane, the chunk `to` not among it. */
const STRETCH_HEADER = 'Millrace-Stretch'
/** Messages of a lane; the oldest go. With those of copies.ts they hold at least 65,000 fingerprints, and at most 8 MB. */
export const KEPT_MAX = 128
const PAGE_BYTES = 8_000_000
const KEEP_WITHIN_MS = 5_000

export type PrintsStream = ReturnType<typeof printsStream>

/**
 * The fingerprints of lanes, many chunks in one message, in a stream of their own: whoever gets a lane needs those of the time before,
 * and the log itself gives them chunk by chunk, at 0.1 ms each. They follow from the log, so it does no harm when some are lost.
 */
export function printsStream(wire: StreamWire, subject: string, chunks: ChunkReads) {
  const subjectOf = (lane: number) => `${subject}.${lane}`

  async function keptOf(lane: number): Promise<readonly KeptPrints[]> {
    const kept: KeptPrints[] = []
    for (let seq = 1; ; ) {
      const { messages, behind } = await wire.page({ subject: subjectOf(lane), seq }, PAGE_BYTES, KEPT_MAX)
      for (const { headers: found, data } of messages) {
        const [from = 0, to = 0, at_ms = 0] = found.get(STRETCH_HEADER).split(' ').map(Number)
        kept.push({ from, to, at_ms, halves: new Uint32Array(new Uint8Array(data).buffer) })
      }
      const last = messages.at(-1)
      if (last === undefined || behind === 0) return kept
      seq = last.seq + 1
    }
  }

  /** What the log says itself of the chunks of a lane from one number to another, the latter not among it. */
  async function between(lane: number, from: number, to: number): Promise<readonly LanePrints[]> {
    const found: LanePrints[] = []
    for await (const head of from < to ? chunks.heads(lane, from) : []) {
      if (head.chunk >= to) break
      found.push(printsOfHead(head))
    }
    return found
  }

  return {
    /**
     * The newest of a lane before a chunk, oldest first, and how far back they go: what is kept, and of what lies between the chunks
     * themselves. Undefined where nothing is kept.
     */
    async newest(lane: number, { since_ms, before, count_max }: PrintsRange) {
      const kept = (await keptOf(lane))
        .filter(({ to, at_ms }) => to <= before && at_ms >= since_ms)
        .toSorted((a, b) => b.to - a.to)
      if (kept.length === 0) return undefined
      const found: (readonly LanePrints[])[] = []
      let [from, count] = [before, 0]
      for (const one of kept) {
        if (one.from >= from) continue
        if (count >= count_max) break
        found.push(await between(lane, one.to, from), [{ ...one, isKept: true }])
        // Of one that overlaps with what was found before, as much as is new.
        count += ((one.halves.length / 2) * (Math.min(one.to, from) - one.from)) / (one.to - one.from)
        from = one.from
      }
      return { from, count, prints: found.toReversed().flat() }
    },
    keep: keeping(wire, subjectOf),
  }
}

/** One after the other, and nothing that is not newer than what is there: others read the lane too. */
function keeping(wire: StreamWire, subjectOf: (lane: number) => string) {
  /** Where the newest that is kept of a lane ends. */
  const ends = new Map<number, number>()
  const turns = new Map<number, Promise<void>>()

  async function endOf(lane: number): Promise<number> {
    const last = await wire.last(subjectOf(lane))
    return Number(last?.headers.get(STRETCH_HEADER).split(' ')[1] ?? 0)
  }

  async function keepNext(lane: number, { from, to, at_ms, halves }: KeptPrints): Promise<void> {
    if (!ends.has(lane)) ends.set(lane, await endOf(lane))
    if (to <= (ends.get(lane) ?? 0)) return
    const made = headers()
    made.set(STRETCH_HEADER, `${from} ${to} ${at_ms}`)
    const bytes = new Uint8Array(halves.buffer, halves.byteOffset, halves.byteLength)
    const answer = await wire.nc.request(subjectOf(lane), bytes, { headers: made, timeout: KEEP_WITHIN_MS })
    if (answer.json<{ error?: object }>().error === undefined) ends.set(lane, to)
  }

  return (lane: number, kept: KeptPrints): Promise<void> => {
    const done = (turns.get(lane) ?? Promise.resolve()).then(() => keepNext(lane, kept))
    turns.set(
      lane,
      done.catch(() => {}),
    )
    return done
  }
}

/** What the log says itself of a chunk. */
export function printsOfHead({ chunk, at_ms, prints }: StoredHead): LanePrints {
  return { from: chunk, to: chunk + 1, at_ms, halves: halvesOf(prints), isKept: false }
}
