import { setImmediate } from 'node:timers/promises'
import type { EventEnvelope } from '../../core/event.ts'
import { readEnvelopes } from '../log/envelope.ts'
import type { Chunk, LogReader } from '../log/log.ts'

/** A chunk holds one event or thousands, so a few are read first, and more as they are needed. */
const STEPS_chunks = [8, 64, 512, 4_096]

/** The newest events of these sources (all when undefined), newest first, until `events_max` were looked at. */
export async function* recentEvents(
  log: LogReader,
  sources: readonly string[] | undefined,
  events_max: number,
): AsyncGenerator<EventEnvelope> {
  const wanted = sources === undefined ? undefined : new Set(sources)
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

/** Others on this thread, such as ingest, get a turn after each. */
async function* newestChunks(log: LogReader): AsyncGenerator<Chunk> {
  const seen = new Set<string>()
  for (const count of STEPS_chunks) {
    const chunks = await log.newest(count)
    for (const chunk of chunks) {
      const place = `${chunk.lane}/${chunk.chunk}`
      if (seen.has(place)) continue
      seen.add(place)
      yield chunk
      await setImmediate()
    }
    if (chunks.length < count) return
  }
}
