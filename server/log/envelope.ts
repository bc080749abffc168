import type { Entry, Envelope } from '../../core/event.ts'
import type { Chunk } from './log.ts'

/** An entry as the log keeps it. */
export function entryText(entry: Entry): string {
  return JSON.stringify(entry)
}

/** A chunk's entries, each with its address. */
export function readEnvelopes({ lane, chunk, text }: Chunk): readonly Envelope[] {
  const entries = JSON.parse(text) as Entry[]
  return entries.map((entry, index) => ({ ...entry, address: { lane, chunk, index } }))
}
