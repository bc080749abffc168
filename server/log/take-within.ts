import type { Chunk, ReadLimits } from './log.ts'

/** Whole chunks until a limit is passed; at least one, so that a reader always gets on. */
export function takeWithin<C extends Chunk>(chunks: Iterable<C>, { count_max, bytes_max }: ReadLimits): C[] {
  const taken: C[] = []
  let count = 0
  let bytes = 0
  for (const chunk of chunks) {
    taken.push(chunk)
    count += chunk.count
    bytes += chunk.text.length
    if (count >= count_max || bytes >= bytes_max) break
  }
  return taken
}
