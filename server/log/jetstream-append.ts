import type { Address } from '../../core/event.ts'
import { CHARS_BESIDE_ENTRY, chunkText } from './envelope.ts'
import { CHUNK_CHARS_MAX, type ChunkBounds, gather } from './gather.ts'
import { chunkHeaders, HEADERS_BYTES_MAX, printsOf } from './jetstream-head.ts'
import type { groupPublisher, Message } from './jetstream-publish.ts'
import type { NewEntry } from './log.ts'

/** A group is closed at this size, so that one that waits long does not become one that takes long. */
const GROUP_BYTES_MAX = 4_000_000
/** The server's bound of a batch is 1,000 messages; an append alone may need some of them for its large entries. */
const GROUP_APPENDS_MAX = 500

type Waiting = {
  readonly entries: readonly NewEntry[]
  readonly bytes: number
  readonly resolve: (addresses: readonly Address[]) => void
  readonly reject: (error: unknown) => void
}
export type AppendOptions = {
  readonly lanes: number
  readonly now: () => number
  readonly subjectOf: (lane: number) => string
  readonly payload_bytes_max: number
  readonly publisher: ReturnType<typeof groupPublisher>
  /** Told of every chunk that was stored. */
  readonly onStored: (lane: number, chunk: number) => void
}

/**
 * Gathers appends as `groupCommit` does, but with several groups on their way: what comes while all of them are waits for the next
 * answer, so that a busy server makes large groups.
 */
export function jetstreamAppend(options: AppendOptions) {
  const { publisher } = options
  const bounds: ChunkBounds = {
    size_max: Math.min(CHUNK_CHARS_MAX, options.payload_bytes_max - HEADERS_BYTES_MAX),
    sizeOf: (text) => Buffer.byteLength(text) + CHARS_BESIDE_ENTRY,
  }
  const waiting: Waiting[] = []
  let isDue = false
  const running = new Set<Promise<void>>()

  function flush(): void {
    isDue = false
    while (waiting.length > 0 && publisher.hasRoom()) {
      const group = takeGroup(waiting)
      const work = commit(group, options, bounds).then(() => {
        running.delete(work)
        flush()
      })
      running.add(work)
    }
  }
  return {
    append(entries: readonly NewEntry[]): Promise<readonly Address[]> {
      return new Promise((resolve, reject) => {
        const bytes = entries.reduce((sum, { text }) => sum + text.length, 0)
        waiting.push({ entries, bytes, resolve, reject })
        if (isDue) return
        isDue = true
        setImmediate(flush)
      })
    },
    /** Resolves when everything that was given has been answered. */
    async drain(): Promise<void> {
      flush()
      while (running.size > 0) await Promise.all(running)
    },
  }
}

/** The oldest that wait, at least one. */
function takeGroup(waiting: Waiting[]): readonly Waiting[] {
  let bytes = 0
  let count = 0
  for (const one of waiting) {
    bytes += one.bytes
    if (count > 0 && (bytes > GROUP_BYTES_MAX || count >= GROUP_APPENDS_MAX)) break
    count += 1
  }
  return waiting.splice(0, count)
}

/** Never rejects: it tells those who wait. */
async function commit(group: readonly Waiting[], options: AppendOptions, bounds: ChunkBounds): Promise<void> {
  const { lanes, now, subjectOf, publisher, onStored } = options
  try {
    const { drafts, addresses } = gather(
      group.map(({ entries }) => entries),
      lanes,
      0,
      bounds,
    )
    const at_ms = now()
    const messages = drafts.map(({ lane, texts, halves }): Message => {
      const data = Buffer.from(chunkText(texts))
      const headers = chunkHeaders({ count: texts.length, at_ms, text: data, prints: printsOf(halves) })
      return { subject: subjectOf(lane), headers, data }
    })
    const first = messages.length === 0 ? 0 : await publisher.publish(messages)
    for (const { lane, chunk } of drafts) onStored(lane, first + chunk)
    group.forEach(({ resolve }, index) => {
      const own = addresses[index] as readonly Address[]
      resolve(own.map((address) => ({ ...address, chunk: first + address.chunk })))
    })
  } catch (error) {
    for (const { reject } of group) reject(error)
  }
}
