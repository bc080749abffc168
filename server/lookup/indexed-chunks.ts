import type { EventIndexReader } from '../event-index/index-file.ts'

/**
 * The numbers of chunks, from one on and before another, that may hold what has all these hashes: run by run, the newest first.
 * Each run is read at one moment; should runs be merged between two of them, the next one that is below is still the right one.
 */
export function* indexedChunks(
  index: EventIndexReader,
  hashes: readonly number[],
  { from, to }: { readonly from: number; readonly to: number },
): Generator<number> {
  for (let below = to; below > from; ) {
    const step = index.atOnce(() => {
      const run = index.runBelow(below)
      if (run === undefined || run.last_chunk < from) return undefined
      let chunks: readonly number[] | undefined
      for (const hash of hashes) {
        const those = index.chunksOf(run, hash)
        chunks = chunks === undefined ? those : inBoth(chunks, those)
        if (chunks.length === 0) break
      }
      return { first: run.first_chunk, chunks: chunks ?? [] }
    })
    if (step === undefined) return
    for (const chunk of step.chunks.toReversed()) {
      if (chunk < below && chunk >= from) yield chunk
    }
    below = step.first
  }
}

/** Both rise. */
function inBoth(a: readonly number[], b: readonly number[]): readonly number[] {
  const both: number[] = []
  let at = 0
  for (const value of a) {
    while (at < b.length && (b[at] as number) < value) at += 1
    if (b[at] === value) both.push(value)
  }
  return both
}
