import type { Beside } from './jetstream-beside.ts'
import { checkedChunk, headOf, type StoredHead, type StoredMessage } from './jetstream-head.ts'
import type { KnownLanes } from './jetstream-known.ts'
import type { Page, Place, StreamWire } from './jetstream-wire.ts'
import type { Chunk, ReadLimits } from './log.ts'

export type ChunkReads = ReturnType<typeof chunkReads>

/** The log's two streams read as one: a chunk that was replaced comes where it stood. */
export function chunkReads(wire: StreamWire, beside: Beside, known: KnownLanes) {
  const subjectOf = (lane: number | undefined) => `${wire.stream}.lane.${lane ?? '*'}`
  const laneOf = ({ subject }: StoredMessage) => Number(subject.slice(subjectOf(undefined).length - 1))
  const head = (message: StoredMessage) => headOf(message, laneOf(message))

  const anyPage = pagesOf(wire)

  /** A page, and where it seems to be the last, what the leader knows of that. */
  async function page(lane: number | undefined, seq: number, limits: ReadLimits): Promise<Page> {
    const subject = subjectOf(lane)
    const found = await anyPage({ subject, seq }, limits)
    const after = found.messages.at(-1)?.seq ?? seq - 1
    if (found.behind > 0 || after >= known.newest(lane)) return found
    const next = await wire.next({ subject, seq: after + 1 })
    return next === undefined ? found : { messages: [...found.messages, next], behind: 1 }
  }
  return {
    subjectOf,
    head,
    /** Calls `take` with each chunk from a number on, until it says that this is enough. */
    async each(
      lane: number | undefined,
      from: number,
      limits: ReadLimits,
      take: (chunk: Chunk) => boolean,
    ): Promise<void> {
      let at = Math.max(1, from)
      for (;;) {
        const { messages, behind } = await page(lane, at, limits)
        await beside.catchUp()
        const below = behind === 0 ? Number.POSITIVE_INFINITY : (messages.at(-1)?.seq ?? at) + 1
        const own = messages
          .filter((message) => !known.isTrimmed(laneOf(message), message.seq))
          .map((message) => ({
            seq: message.seq,
            chunk: () => checkedChunk(head(message), message.data),
          }))
        if (await takeMerged(own, beside.heads(lane, at, below), beside, take)) return
        if (behind === 0) return
        at = below
      }
    },
    /** The heads of the same, without reading any text. */
    async *heads(lane: number | undefined, from: number): AsyncGenerator<StoredHead> {
      await beside.catchUp()
      const replaced = [...beside.heads(lane, from, Number.POSITIVE_INFINITY)]
      for await (const message of wire.heads({ subject: subjectOf(lane), seq: from })) {
        if (known.isTrimmed(laneOf(message), message.seq)) continue
        while (replaced[0] !== undefined && replaced[0].chunk < message.seq)
          yield replaced.shift() as StoredHead
        yield replaced[0]?.chunk === message.seq ? (replaced.shift() as StoredHead) : head(message)
      }
      yield* replaced
    },
    /** The first head from a number on. */
    async firstHead(lane: number | undefined, from: number): Promise<StoredHead | undefined> {
      const message = await wire.next({ subject: subjectOf(lane), seq: from })
      await beside.catchUp()
      const [replaced] = beside.heads(lane, from, (message?.seq ?? Number.MAX_SAFE_INTEGER) + 1)
      return replaced ?? (message && head(message))
    },
    async lastHead(lane: number): Promise<StoredHead | undefined> {
      const message = await wire.last(subjectOf(lane))
      await beside.catchUp()
      return (
        beside.heads(lane, message?.seq ?? 0, Number.POSITIVE_INFINITY).at(-1) ?? (message && head(message))
      )
    },
  }
}

/** A server that gave no page after several tries is not asked for one for so long: it may have lost its part of the stream. */
const AVOIDED_MS = 5_000
const LEADER_PAGE_CHUNKS_MAX = 64

/** From whichever server this process is connected to; while that gives none, from the leader, one message after the other. */
function pagesOf(wire: StreamWire) {
  let avoidedUntil_ms = Number.NEGATIVE_INFINITY
  return async (place: Place, limits: ReadLimits): Promise<Page> => {
    if (performance.now() >= avoidedUntil_ms) {
      const found = await wire.page(place, limits.bytes_max, limits.count_max).catch(() => undefined)
      if (found !== undefined) return found
      avoidedUntil_ms = performance.now() + AVOIDED_MS
    }
    return leaderPage(wire, place, limits)
  }
}

/** @throws {AppError} LOG_UNAVAILABLE */
async function leaderPage(
  wire: StreamWire,
  { subject, seq }: Place,
  { count_max, bytes_max }: ReadLimits,
): Promise<Page> {
  const messages: StoredMessage[] = []
  let bytes = 0
  while (messages.length < Math.min(count_max, LEADER_PAGE_CHUNKS_MAX) && bytes < bytes_max) {
    const next = await wire.next({ subject, seq: (messages.at(-1)?.seq ?? seq - 1) + 1 })
    if (next === undefined) return { messages, behind: 0 }
    messages.push(next)
    bytes += next.text_bytes
  }
  return { messages, behind: 1 }
}

/** The chunks of a stretch of the first stream with those that stand in for others, in the order of their numbers, until it is enough. */
async function takeMerged(
  messages: readonly { readonly seq: number; readonly chunk: () => Chunk }[],
  replaced: readonly StoredHead[],
  beside: Beside,
  take: (chunk: Chunk) => boolean,
): Promise<boolean> {
  const isReplaced = new Set(replaced.map(({ chunk }) => chunk))
  const own = messages.filter(({ seq }) => !isReplaced.has(seq))
  const others = replaced.map((one) => ({ seq: one.chunk, chunk: () => beside.chunk(one) }))
  for (const one of [...own, ...others].sort((a, b) => a.seq - b.seq)) {
    const chunk = await one.chunk()
    if (chunk !== undefined && take(chunk)) return true
  }
  return false
}
