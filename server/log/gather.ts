import type { Address } from '../../core/event.ts'
import { laneOf } from '../../core/identity.ts'
import type { NewEntry } from './log.ts'

/** Bounds of a chunk: what a reader holds in memory at once, and what is read again after a crash. */
export const CHUNK_COUNT_MAX = 1_000
export const CHUNK_CHARS_MAX = 1_000_000

/** A chunk before it is written. */
export type Draft = {
  readonly lane: number
  readonly chunk: number
  readonly texts: readonly string[]
  /** High and low halves in turn. */
  readonly halves: readonly number[]
}

type OpenDraft = Draft & { texts: string[]; halves: number[]; chars: number }

/**
 * Gathers the entries of several appends into chunks by lane, numbered from `firstChunk`, and tells each append the
 * addresses of its entries. Entries keep the order in which they came.
 */
export function gather(
  appends: readonly (readonly NewEntry[])[],
  lanes: number,
  firstChunk: number,
): { readonly drafts: readonly Draft[]; readonly addresses: readonly (readonly Address[])[] } {
  const drafts: OpenDraft[] = []
  const open = new Map<number, OpenDraft>()

  function draftFor(lane: number, chars: number): OpenDraft {
    const draft = open.get(lane)
    if (
      draft !== undefined &&
      draft.texts.length < CHUNK_COUNT_MAX &&
      draft.chars + chars <= CHUNK_CHARS_MAX
    ) {
      return draft
    }
    const next = { lane, chunk: firstChunk + drafts.length, texts: [], halves: [], chars: 0 }
    drafts.push(next)
    open.set(lane, next)
    return next
  }

  const addresses = appends.map((entries) =>
    entries.map((entry): Address => {
      const lane = laneOf(entry.key, lanes)
      const draft = draftFor(lane, entry.text.length)
      draft.chars += entry.text.length
      if (entry.fingerprint !== undefined) draft.halves.push(entry.fingerprint.high, entry.fingerprint.low)
      return { lane, chunk: draft.chunk, index: draft.texts.push(entry.text) - 1 }
    }),
  )
  return { drafts, addresses }
}
