import type { Chunk, ChunkHead, ReadLimits } from './log.ts'

/** Whole chunks until a limit is passed; at least one, so that a reader always gets on. */
export function takeWithin(chunks: Iterable<Chunk>, limits: ReadLimits): Chunk[] {
  return takeSized(chunks, limits, ({ text }) => text.length)
}

/** The same of chunks whose texts are not at hand. */
export function takeSized<C extends ChunkHead>(
  chunks: Iterable<C>,
  { count_max, bytes_max }: ReadLimits,
  bytesOf: (chunk: C) => number,
): C[] {
  const taken: C[] = []
  let count = 0
  let bytes = 0
  for (const chunk of chunks) {
    taken.push(chunk)
    count += chunk.count
    bytes += bytesOf(chunk)
    if (count >= count_max || bytes >= bytes_max) break
  }
  return taken
}
