import { type Address, addressText, type EventEnvelope, type Json } from '../../core/event.ts'
import type { BoundDelivery, CompiledInstance, FilterReason } from '../../core/instance.ts'
import type { Reason } from '../../core/outcome.ts'
import type { DecodedChunk, DecodedLog } from '../pipeline/decoded-log.ts'
import { invalid, type Rejected, unsent } from './settlement.ts'

/** Events that are asked for one after the other often share a chunk. */
const CHUNKS_MAX = 8

/** Reads events by their addresses, and nothing else; chunks once as far as events lie together. */
export function eventReader(log: DecodedLog) {
  const known = new Map<number, DecodedChunk | undefined>()
  return async function read({ lane, chunk, index }: Address): Promise<EventEnvelope | undefined> {
    if (!known.has(chunk)) {
      known.set(chunk, await log.at(lane, chunk))
      for (const oldest of known.keys()) {
        if (known.size <= CHUNKS_MAX) break
        known.delete(oldest)
      }
    }
    const envelope = known.get(chunk)?.one(index)
    return envelope?.kind === 'event' ? envelope : undefined
  }
}
export type ReadEvent = ReturnType<typeof eventReader>

export type Read =
  | { readonly delivery: BoundDelivery }
  | { readonly outcome: Rejected; readonly envelope: EventEnvelope | undefined }
type Wanted = { readonly subscriptionId: string; readonly address: Address; readonly state?: Json }

const FILTERED: Readonly<Record<FilterReason, Reason>> = {
  consent: {
    code: 'CONSENT_MISSING',
    text: 'The destination needs consent now that the event does not carry.',
  },
  integrations: {
    code: 'INTEGRATION_OFF',
    text: 'The integrations of the call switch off what the destination is called now.',
  },
}

/** Reads the event again, and handles it as the instance is configured now. */
export async function readDelivery(
  read: ReadEvent,
  instance: CompiledInstance,
  wanted: Wanted,
): Promise<Read> {
  const envelope = await read(wanted.address)
  const rejected = (outcome: Rejected): Read => ({ outcome, envelope })
  if (envelope === undefined) {
    const text = `There is no event at ${addressText(wanted.address)}.`
    return rejected(unsent({ code: 'EVENT_GONE', text }))
  }
  const filter = instance.filters(envelope)
  if (filter !== undefined) return rejected(unsent(FILTERED[filter]))
  for (const one of instance.handle(envelope)) {
    if (one.status === 'rejected') {
      if (one.subscriptionId !== wanted.subscriptionId) continue
      return rejected(invalid(one.problems, one.code))
    }
    if (one.delivery.subscriptionId !== wanted.subscriptionId) continue
    const { state } = wanted
    return { delivery: state === undefined ? one.delivery : { ...one.delivery, state } }
  }
  const text = `"${wanted.subscriptionId}" is off or removed, or its trigger does not match this event any more.`
  return rejected(unsent({ code: 'SUBSCRIPTION_GONE', text }))
}
