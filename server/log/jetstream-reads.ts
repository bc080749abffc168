import type { Beside } from './jetstream-beside.ts'
import type { ChunkReads } from './jetstream-chunks.ts'
import { halvesOf, type StoredHead } from './jetstream-head.ts'
import { type PrintsStream, printsOfHead } from './jetstream-prints.ts'
import type { StreamWire } from './jetstream-wire.ts'
import type {
  Chunk,
  ChunkHead,
  EventLog,
  FingerprintsOfChunk,
  LanePrints,
  LogReader,
  PrintsRange,
  ReadLimits,
  Rest,
} from './log.ts'

/** So many heads are counted one by one: some ten milliseconds. */
const COUNTED_CHUNKS_MAX = 2_000
const NO_LIMIT: ReadLimits = { count_max: Number.MAX_SAFE_INTEGER, bytes_max: Number.MAX_SAFE_INTEGER }
const NOTHING: Rest = { count: 0, isEstimate: false, oldest_ms: undefined }

type Reads = Omit<LogReader, 'lanes' | 'seed' | 'onAppend' | 'close'> & Pick<EventLog, 'fingerprints'>

/** What writers and readers of the log on JetStream have in common. */
export function jetstreamReads(
  wire: StreamWire,
  beside: Beside,
  chunks: ChunkReads,
  prints: PrintsStream,
): Reads {
  return {
    read: (lane, from, limits) => takeChunks(chunks, lane, from.chunk, limits),
    after: (chunk, limits) => takeChunks(chunks, undefined, chunk + 1, limits),
    async headsAfter(chunk, chunks_max) {
      const found: ChunkHead[] = []
      if (chunks_max <= 0) return found
      for await (const { lane, chunk: number, count, at_ms } of chunks.heads(undefined, chunk + 1)) {
        if (found.push({ lane, chunk: number, count, at_ms }) === chunks_max) break
      }
      return found
    },
    newest: (count_max, before) => newestChunks(wire, chunks, count_max, before),
    firstAt: (at_ms) => firstAt(wire, chunks, at_ms),
    async oldestFrom(lane, from) {
      const first = await chunks.firstHead(lane, from.chunk)
      const isRead = first?.chunk === from.chunk && first.count <= from.index
      return isRead ? (await chunks.firstHead(lane, from.chunk + 1))?.at_ms : first?.at_ms
    },
    restFrom: (lane, from) => restFrom(wire, chunks, lane, from),
    async lanePrints(lane, range) {
      const kept = await prints.newest(lane, range)
      if (kept === undefined) return printsOfChunks(wire, chunks, lane, range)
      if (kept.count >= range.count_max || kept.from === 0) return kept.prints
      const older = { ...range, before: kept.from, count_max: range.count_max - kept.count }
      return [...(await printsOfChunks(wire, chunks, lane, older)), ...kept.prints]
    },
    keepPrints: prints.keep,
    async chunkBehind(share) {
      const { messages } = await wire.state()
      const replaced = beside.heads(undefined, 0, Number.POSITIVE_INFINITY).length
      let left = Math.ceil((messages + replaced) * share)
      for await (const { chunk } of chunks.heads(undefined, 0)) {
        if (left === 0) return chunk
        left -= 1
      }
      return Number.MAX_SAFE_INTEGER
    },
    async end(lane) {
      const head = await chunks.lastHead(lane)
      return head === undefined ? { chunk: 0, index: 0 } : { chunk: head.chunk, index: head.count }
    },
    async stats() {
      const { bytes, messages } = await wire.state()
      const oldest = await chunks.firstHead(undefined, 0)
      const replaced = beside.heads(undefined, 0, Number.POSITIVE_INFINITY)
      return {
        bytes: bytes + replaced.reduce((sum, { text_bytes }) => sum + text_bytes, 0),
        chunks: messages + replaced.length,
        oldest_ms: oldest?.at_ms,
        damaged_count: beside.damaged().reduce((sum, { count }) => sum + count, 0),
      }
    },
    async fingerprints(since_ms, count_max) {
      const { last_seq } = await wire.state()
      // Each chunk has one at least.
      const from = Math.max(await firstAt(wire, chunks, since_ms), last_seq + 1 - count_max)
      return newestFingerprints(chunks.heads(undefined, from), count_max)
    },
  }
}

async function takeChunks(
  chunks: ChunkReads,
  lane: number | undefined,
  from: number,
  limits: ReadLimits,
): Promise<readonly Chunk[]> {
  const taken: Chunk[] = []
  let [count, bytes] = [0, 0]
  await chunks.each(lane, from, limits, (chunk) => {
    taken.push(chunk)
    count += chunk.count
    bytes += chunk.text.length
    return count >= limits.count_max || bytes >= limits.bytes_max
  })
  return taken
}

/** A stream is read forwards only: from as far back as it should take, and from further back when there were gaps. */
async function newestChunks(
  wire: StreamWire,
  chunks: ChunkReads,
  count_max: number,
  before = Number.MAX_SAFE_INTEGER,
): Promise<readonly Chunk[]> {
  const { first_seq, last_seq } = await wire.state()
  const oldest = (await chunks.firstHead(undefined, 0))?.chunk ?? first_seq
  const below = Math.min(before, last_seq + 1)
  for (let back = count_max; ; back *= 4) {
    const from = Math.max(oldest, below - back)
    const found: Chunk[] = []
    await chunks.each(undefined, from, { ...NO_LIMIT, count_max: below - from }, (chunk) => {
      if (chunk.chunk < below) found.push(chunk)
      return chunk.chunk >= below - 1
    })
    if (found.length >= count_max || from <= oldest) return found.reverse().slice(0, count_max)
  }
}

async function firstAt(wire: StreamWire, chunks: ChunkReads, at_ms: number): Promise<number> {
  const { last_seq } = await wire.state()
  const oldest = await chunks.firstHead(undefined, 0)
  if (oldest === undefined || oldest.at_ms >= at_ms) return oldest?.chunk ?? last_seq + 1
  let [low, high] = [oldest.chunk, last_seq + 1]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const found = await chunks.firstHead(undefined, middle)
    if (found === undefined || found.at_ms >= at_ms) high = middle
    else low = found.chunk + 1
  }
  return low
}

async function restFrom(
  wire: StreamWire,
  chunks: ChunkReads,
  lane: number,
  from: { readonly chunk: number; readonly index: number },
): Promise<Rest> {
  let [count, counted] = [0, 0]
  let oldest: StoredHead | undefined
  let last = from.chunk
  for await (const head of chunks.heads(lane, from.chunk)) {
    const own = head.count - (head.chunk === from.chunk ? from.index : 0)
    if (own > 0) oldest ??= head
    count += own
    counted += 1
    last = head.chunk
    if (counted === COUNTED_CHUNKS_MAX) break
  }
  if (oldest === undefined) return NOTHING
  const rest = counted < COUNTED_CHUNKS_MAX ? 0 : await countFrom(wire, chunks.subjectOf(lane), last + 1)
  return {
    count: count + Math.round((rest * count) / counted),
    isEstimate: rest > 0,
    oldest_ms: oldest.at_ms,
  }
}

async function countFrom(wire: StreamWire, subject: string, seq: number): Promise<number> {
  const { messages, behind } = await wire.page({ subject, seq }, 1, 1)
  return messages.length + behind
}

/** So much more than is wanted is read, as chunks are not all of one size. */
const PRINTS_MORE = 1.5

/** From as far back as seems to be needed: a lane of a busy day has far more than anybody remembers. */
async function printsOfChunks(
  wire: StreamWire,
  chunks: ChunkReads,
  lane: number,
  { since_ms, before, count_max }: PrintsRange,
): Promise<readonly LanePrints[]> {
  const first = await firstAt(wire, chunks, since_ms)
  const [rest, end] = [await restFrom(wire, chunks, lane, { chunk: first, index: 0 }), await wire.state()]
  const chunksPerEntry = (end.last_seq + 1 - first) / Math.max(1, rest.count)
  const from = rest.isEstimate ? before - Math.ceil(count_max * PRINTS_MORE * chunksPerEntry) : first
  const found: LanePrints[] = []
  for await (const head of chunks.heads(lane, Math.max(first, from))) {
    if (head.chunk >= before) break
    found.push(printsOfHead(head))
  }
  return found
}

/** The newest of what is gone through, as many as are wanted and the rest of a chunk. */
async function newestFingerprints(
  heads: AsyncIterable<StoredHead>,
  count_max: number,
): Promise<readonly FingerprintsOfChunk[]> {
  const found: FingerprintsOfChunk[] = []
  let [count, start] = [0, 0]
  for await (const { at_ms, prints } of heads) {
    const halves = halvesOf(prints)
    found.push({ at_ms, halves })
    count += halves.length / 2
    // What is older than enough goes: the chunk that is only partly needed stays.
    for (;;) {
      const oldest = (found[start]?.halves.length ?? 0) / 2
      if (start >= found.length - 1 || count - oldest < count_max) break
      count -= oldest
      delete found[start]
      start += 1
    }
  }
  return found.slice(start)
}
