import { headOf, type StoredHead, type StoredMessage } from './jetstream-head.ts'

/** How far the originals of replaced chunks are gone: the number of a message of the second stream. */
export const SWEPT_HEADER = 'Millrace-Swept'

export type BesideIndex = ReturnType<typeof besideIndex>

/** What is known of the second stream: which chunk stands where in it. About 200 bytes for each. */
export function besideIndex() {
  const instead = new Map<number, StoredHead>()
  const damaged = new Map<number, StoredHead>()
  /** Older texts of what was replaced or emptied again: numbers of this stream, to be overwritten. */
  const outdated = new Set<number>()
  let [upTo, swept] = [0, 0]
  let ordered: readonly StoredHead[] | undefined

  return {
    outdated,
    upTo: () => upTo,
    /** Up to here nothing is left to overwrite. */
    swept: () => swept,
    note(message: StoredMessage): void {
      upTo = Math.max(upTo, message.seq)
      const [, kind, lane, chunk] = message.subject.split('.')
      if (kind === 'swept') swept = Math.max(swept, Number(message.headers.get(SWEPT_HEADER)))
      if (kind !== 'instead' && kind !== 'damaged') return
      const known = kind === 'instead' ? instead : damaged
      const head = headOf(message, Number(lane), Number(chunk))
      const before = known.get(head.chunk)
      if (before !== undefined && before.seq < head.seq) outdated.add(before.seq)
      known.set(head.chunk, head)
      ordered = undefined
    },
    forget({ chunk, seq }: StoredHead): void {
      if (instead.get(chunk)?.seq === seq) instead.delete(chunk)
      ordered = undefined
    },
    replaced: (chunk: number) => instead.get(chunk),
    damaged: () => [...damaged.values()],
    all: () => [...instead.values(), ...damaged.values()],
    /** Replaced chunks, of one lane or of all, by number. */
    heads(lane: number | undefined, from: number, below: number): readonly StoredHead[] {
      ordered ??= [...instead.values()].sort((a, b) => a.chunk - b.chunk)
      return ordered.filter((head) => {
        return (lane === undefined || head.lane === lane) && head.chunk >= from && head.chunk < below
      })
    },
  }
}
