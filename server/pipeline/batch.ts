import type { Position } from '../../core/event.ts'
import type { BoundDelivery, CompiledInstance } from '../../core/instance.ts'
import type { ReadLimits } from '../log/log.ts'
import type { DecodedChunk, DecodedLog } from './decoded-log.ts'
import { type Kept, letsGo } from './let-go.ts'
import { passedBy, type Skipped, skips } from './skipped.ts'

/** An event that at least one trigger matched, and what it became. */
export type BatchEntry = Kept & {
  /** Events of connected sources since the entry before this one that were not handled. */
  readonly skippedBefore: Skipped | undefined
}

/** An entry as it is kept: nearly all are an event's only delivery, with nothing skipped before it, and that says it all. */
export type KeptEntry = BatchEntry | BoundDelivery

function keptEntry(entry: BatchEntry): KeptEntry {
  const [one, ...others] = entry.handled
  if (entry.skippedBefore !== undefined || others.length > 0 || one?.status !== 'ready') return entry
  return one.delivery.envelope === entry.envelope ? one.delivery : entry
}

export function entryOf(kept: KeptEntry): BatchEntry {
  if ('handled' in kept) return kept
  return {
    envelope: kept.envelope,
    handled: [{ status: 'ready', delivery: kept }],
    skippedBefore: undefined,
  }
}

/** What an instance has to do next in a lane. */
export type Batch = {
  readonly entries: readonly KeptEntry[]
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
  const limits = { count_max, bytes_max }
  const chunks = await readOn(log, lane, from, limits)
  const entries: KeptEntry[] = []
  const deliveries: BoundDelivery[] = []
  const skipped = skips(passed)
  const letGo = letsGo(instance)
  let end = from
  for (const { chunk, open } of chunks) {
    const envelopes = open()
    for (let index = chunk === from.chunk ? from.index : 0; index < envelopes.length; index++) {
      if (deliveries.length >= count_max) return { ...batch({ chunk, index }), isFull: true }
      const envelope = envelopes[index]
      if (envelope === undefined) continue
      const how = passedBy(instance, envelope)
      if (how === 'filtered') skipped.add(envelope.sourceId, how)
      if (how !== undefined || envelope.kind !== 'event') continue
      const handled = instance.handle(envelope)
      if (handled.length === 0) {
        skipped.add(envelope.sourceId, 'discarded')
        continue
      }
      const kept = letGo(envelope, handled)
      entries.push(keptEntry({ ...kept, skippedBefore: skipped.take() }))
      for (const one of kept.handled) if (one.status === 'ready') deliveries.push(one.delivery)
    }
    end = { chunk: chunk + 1, index: 0 }
  }
  return { ...batch(end), isFull: isFullFrom(from, chunks, limits) }

  function batch(position: Position) {
    const newest_ms = chunks.at(-1)?.at_ms
    return { entries, deliveries, skippedAtEnd: skipped.take(), from, end: position, newest_ms }
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
  limits: ReadLimits,
): Promise<readonly DecodedChunk[]> {
  const chunks = await log.read(lane, from, limits)
  const [first] = chunks
  const last = chunks.at(-1)
  if (first === undefined || last === undefined || first.chunk !== from.chunk || from.index === 0)
    return chunks
  if (isFullFrom(from, chunks, limits)) return chunks
  const { count, chars } = sizeFrom(from, chunks)
  const left = { count_max: limits.count_max - count, bytes_max: limits.bytes_max - chars }
  return [...chunks, ...(await log.read(lane, { chunk: last.chunk + 1, index: 0 }, left))]
}

function isFullFrom(
  from: Position,
  chunks: readonly DecodedChunk[],
  { count_max, bytes_max }: ReadLimits,
): boolean {
  const { count, chars } = sizeFrom(from, chunks)
  return count >= count_max || chars >= bytes_max
}

/** Of what comes after a place, which may be within the first chunk. */
function sizeFrom(from: Position, chunks: readonly DecodedChunk[]) {
  const [first] = chunks
  const done = first?.chunk === from.chunk ? from.index : 0
  const count = chunks.reduce((sum, chunk) => sum + chunk.count, 0) - done
  const doneChars = first === undefined || done === 0 ? 0 : (done / first.count) * first.chars
  const chars = chunks.reduce((sum, chunk) => sum + chunk.chars, 0) - doneChars
  return { count, chars }
}
