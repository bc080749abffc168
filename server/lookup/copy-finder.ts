import type { Envelope } from '../../core/event.ts'
import type { EventIndexReader } from '../event-index/index-file.ts'
import { keyHash } from '../event-index/keys.ts'
import { readEnvelopes } from '../log/envelope.ts'
import type { LogReader } from '../log/log.ts'
import { chunkAt } from './chunk-at.ts'
import { indexedChunks } from './indexed-chunks.ts'

export type CopyFinderDeps = {
  readonly log: Pick<LogReader, 'after' | 'seed'>
  readonly index: EventIndexReader
  /** How far back the same id is a copy. */
  readonly window_ms: number
}
export type CopyFinder = (envelope: Envelope) => Promise<Envelope>

/**
 * Where several processes take events, the second copy of one stands in the log as an event, and whoever reads the lane leaves it
 * out (server/pipeline/copies.ts). Pages read single chunks, so they look the id up in the index: an event that stood in the same
 * lane before is shown as the duplicate that it is, once the index knows the first.
 */
export function copyFinder({ log, index, window_ms }: CopyFinderDeps): CopyFinder {
  async function isCopy(envelope: Extract<Envelope, { kind: 'event' }>): Promise<boolean> {
    const { sourceId, address, event, receivedAt } = envelope
    const since_ms = Date.parse(receivedAt) - window_ms
    const hash = keyHash({ kind: 'messageId', value: event.messageId }, log.seed)
    for (const number of indexedChunks(index, [hash], { from: 0, to: address.chunk })) {
      const chunk = await chunkAt(log, number)
      if (chunk?.lane !== address.lane) continue
      if (chunk.at_ms < since_ms) return false
      const isThere = readEnvelopes(chunk).some(
        (one) => one.kind === 'event' && one.sourceId === sourceId && one.event.messageId === event.messageId,
      )
      if (isThere) return true
    }
    return false
  }

  return async (envelope) => {
    if (envelope.kind !== 'event' || !(await isCopy(envelope))) return envelope
    const { sourceId, receivedAt, address } = envelope
    return { kind: 'duplicate', sourceId, receivedAt, messageId: envelope.event.messageId, address }
  }
}
