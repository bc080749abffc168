import { setImmediate } from 'node:timers/promises'
import type { EventEnvelope } from '../../core/event.ts'
import { readEnvelopes } from '../log/envelope.ts'
import type { Chunk, LogReader } from '../log/log.ts'

/** Read at once: a chunk holds one event or thousands, and what is read is in memory. */
const STEP_chunks = 64
const CHUNKS_MAX = 4_096
/** Others on this thread, such as ingest, get a turn after so much work. */
const TURN_MS = 5
/** A person waits no longer than this for events of a source that has sent none for long. */
const LOOK_MS_MAX = 5_000

/**
 * The newest events of these sources (all when undefined), newest first, until `events_max` were looked at, or so many
 * chunks or so much time that nobody wants to wait longer.
 */
export async function* recentEvents(
  log: LogReader,
  sources: readonly string[] | undefined,
  events_max: number,
): AsyncGenerator<EventEnvelope> {
  const wanted = sources === undefined ? undefined : new Set(sources)
  if (wanted?.size === 0) return
  let looked = 0
  for await (const chunk of newestChunks(log)) {
    for (const envelope of readEnvelopes(chunk).toReversed()) {
      if (envelope.kind !== 'event' || wanted?.has(envelope.sourceId) === false) continue
      yield envelope
      looked += 1
      if (looked >= events_max) return
    }
  }
}

async function* newestChunks(log: LogReader): AsyncGenerator<Chunk> {
  const began_ms = performance.now()
  let turn_ms = began_ms
  let before: number | undefined
  for (let count = 0; count < CHUNKS_MAX; count += STEP_chunks) {
    const chunks = await log.newest(STEP_chunks, before)
    for (const chunk of chunks) {
      yield chunk
      if (performance.now() - turn_ms < TURN_MS) continue
      await setImmediate()
      turn_ms = performance.now()
    }
    before = chunks.at(-1)?.chunk
    if (chunks.length < STEP_chunks || performance.now() - began_ms > LOOK_MS_MAX) return
  }
}
