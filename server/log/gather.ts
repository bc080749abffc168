import type { Address } from '../../core/event.ts'
import { laneOf } from '../../core/identity.ts'
import type { NewEntry } from './log.ts'

/** Bounds of a chunk: what a reader holds in memory at once, and what is read again after a crash. */
export const CHUNK_COUNT_MAX = 1_000
export const CHUNK_CHARS_MAX = 1_000_000

/** What a chunk may hold, and how an entry's text counts: a log that is kept elsewhere may have room for less. */
export type ChunkBounds = { readonly size_max: number; readonly sizeOf: (text: string) => number }
const IN_CHARS: ChunkBounds = { size_max: CHUNK_CHARS_MAX, sizeOf: ({ length }) => length }

/** A chunk before it is written. */
export type Draft = {
  readonly lane: number
  readonly chunk: number
  readonly texts: readonly string[]
  /** High and low halves in turn. */
  readonly halves: readonly number[]
}

type OpenDraft = Draft & { texts: string[]; halves: number[]; size: number }

/**
 * Gathers the entries of several appends into chunks by lane, numbered from `firstChunk`, and tells each append the
 * addresses of its entries. Entries keep the order in which they came.
 */
export function gather(
  appends: readonly (readonly NewEntry[])[],
  lanes: number,
  firstChunk: number,
  { size_max, sizeOf }: ChunkBounds = IN_CHARS,
): { readonly drafts: readonly Draft[]; readonly addresses: readonly (readonly Address[])[] } {
  const drafts: OpenDraft[] = []
  const open = new Map<number, OpenDraft>()

  function draftFor(lane: number, size: number): OpenDraft {
    const draft = open.get(lane)
    if (draft !== undefined && draft.texts.length < CHUNK_COUNT_MAX && draft.size + size <= size_max) {
      return draft
    }
    const next = { lane, chunk: firstChunk + drafts.length, texts: [], halves: [], size: 0 }
    drafts.push(next)
    open.set(lane, next)
    return next
  }

  const addresses = appends.map((entries) =>
    entries.map((entry): Address => {
      const lane = laneOf(entry.key, lanes)
      const size = sizeOf(entry.text)
      const draft = draftFor(lane, size)
      draft.size += size
      if (entry.fingerprint !== undefined) draft.halves.push(entry.fingerprint.high, entry.fingerprint.low)
      return { lane, chunk: draft.chunk, index: draft.texts.push(entry.text) - 1 }
    }),
  )
  return { drafts, addresses }
}
