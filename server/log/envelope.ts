import type { Address, Entry, Envelope } from '../../core/event.ts'
import type { Chunk } from './log.ts'

/** An entry as the log keeps it. */
export function entryText(entry: Entry): string {
  return JSON.stringify(entry)
}

export function readEntries({ text }: Chunk): readonly Entry[] {
  return JSON.parse(text) as Entry[]
}

/** A chunk's entries, each with its address. */
export function readEnvelopes(read: Chunk): readonly Envelope[] {
  const { lane, chunk } = read
  const entries = readEntries(read) as (Entry & { address?: Address })[]
  // They are this call's own: a copy of each would be made for its address only.
  for (const [index, entry] of entries.entries()) entry.address = { lane, chunk, index }
  return entries as readonly Envelope[]
}
