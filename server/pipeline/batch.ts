import type { Position } from '../../core/event.ts'
import type { BoundDelivery, CompiledInstance } from '../../core/instance.ts'
import type { ReadLimits } from '../log/log.ts'
import type { DecodedChunk, DecodedLog } from './decoded-log.ts'
import { type Kept, letsGo } from './let-go.ts'

/** An event that at least one trigger matched, and what it became. */
export type BatchEntry = Kept & {
  /** Events of connected sources since the entry before this one that were not handled. */
  readonly skippedBefore: Skipped | undefined
}

/** By source: how many events no trigger matched, and how many consent or the call itself keeps from this instance. */
export type Skipped = ReadonlyMap<string, { readonly discarded: number; readonly filtered: number }>

/** What an instance has to do next in a lane. */
export type Batch = {
  readonly entries: readonly BatchEntry[]
  readonly deliveries: readonly BoundDelivery[]
  readonly skippedAtEnd: Skipped | undefined
  readonly from: Position
  /** The cursor when all of it is done; equal to where it began when there was nothing to read. */
  readonly end: Position
  readonly isFull: boolean
  /** When the newest of it came into the log; undefined when there was nothing to read. */
  readonly newest_ms: number | undefined
}

/**
 * Reads on from a place in a lane until the destination's batch limits are reached, or the log ends. What was `passed` before it, and
 * is not stored yet, is counted with it.
 */
export async function readBatch(
  log: DecodedLog,
  instance: CompiledInstance,
  lane: number,
  from: Position,
  passed?: Skipped,
): Promise<Batch> {
  const { count_max, bytes_max } = instance.destination.batch
  const chunks = await readOn(log, lane, from, { count_max, bytes_max })
  const entries: BatchEntry[] = []
  const deliveries: BoundDelivery[] = []
  const skipped = skips(passed)
  const letGo = letsGo(instance)
  let end = from
  let seen = 0
  for (const { chunk, open } of chunks) {
    const envelopes = open()
    for (let index = chunk === from.chunk ? from.index : 0; index < envelopes.length; index++) {
      if (deliveries.length >= count_max) return { ...batch({ chunk, index }), isFull: true }
      const envelope = envelopes[index]
      if (envelope === undefined || !instance.sources.has(envelope.sourceId)) continue
      // Its person was deleted before it was read: a source accepted it, so it is counted here too.
      if (envelope.kind === 'erased' && envelope.was === 'event') skipped.add(envelope.sourceId, 'filtered')
      if (envelope.kind !== 'event') continue
      if (instance.filters(envelope) !== undefined) {
        skipped.add(envelope.sourceId, 'filtered')
        continue
      }
      const handled = instance.handle(envelope)
      if (handled.length === 0) {
        skipped.add(envelope.sourceId, 'discarded')
        continue
      }
      const kept = letGo(envelope, handled)
      entries.push({ ...kept, skippedBefore: skipped.take() })
      for (const one of kept.handled) if (one.status === 'ready') deliveries.push(one.delivery)
    }
    end = { chunk: chunk + 1, index: 0 }
    seen += envelopes.length - (chunk === from.chunk ? from.index : 0)
  }
  return { ...batch(end), isFull: seen >= count_max }

  function batch(position: Position) {
    const newest_ms = chunks.at(-1)?.at_ms
    return { entries, deliveries, skippedAtEnd: skipped.take(), from, end: position, newest_ms }
  }
}

/** Most events are handled, so a map is made only where one was not. */
function skips(before: Skipped | undefined) {
  let counts: Map<string, { discarded: number; filtered: number }> | undefined =
    before && new Map([...before].map(([sourceId, ofSource]) => [sourceId, { ...ofSource }]))
  return {
    add(sourceId: string, why: 'discarded' | 'filtered'): void {
      counts ??= new Map()
      const ofSource = counts.get(sourceId) ?? { discarded: 0, filtered: 0 }
      ofSource[why] += 1
      counts.set(sourceId, ofSource)
    },
    take(): Skipped | undefined {
      const taken = counts
      counts = undefined
      return taken
    },
  }
}

/**
 * The log counts whole chunks. When the first one was half done before, what was done of it is read once more on top:
 * else a batch would end where that chunk ends, and every other request would be small.
 */
async function readOn(
  log: DecodedLog,
  lane: number,
  from: Position,
  { count_max, bytes_max }: ReadLimits,
): Promise<readonly DecodedChunk[]> {
  const chunks = await log.read(lane, from, { count_max, bytes_max })
  const [first] = chunks
  const last = chunks.at(-1)
  if (first === undefined || last === undefined || first.chunk !== from.chunk || from.index === 0)
    return chunks
  const done = from.index / first.count
  const count = chunks.reduce((sum, chunk) => sum + chunk.count, 0) - from.index
  const bytes = chunks.reduce((sum, { chars }) => sum + chars, 0) - done * first.chars
  if (count >= count_max || bytes >= bytes_max) return chunks
  const next = { chunk: last.chunk + 1, index: 0 }
  const more = await log.read(lane, next, { count_max: count_max - count, bytes_max: bytes_max - bytes })
  return [...chunks, ...more]
}
