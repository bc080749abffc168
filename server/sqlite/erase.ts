/**
 * For every connection that writes: what is removed or replaced is overwritten with zeros at once, in the free part of pages
 * and in free pages. Without it a deleted person would stay readable in the file. https://sqlite.org/pragma.html#pragma_secure_delete
 */
export const NOTHING_STAYS = 'pragma secure_delete = on;'

/**
 * Whether a `wal_checkpoint(truncate)` emptied the write-ahead file: until then it may hold what was overwritten. Without a
 * write-ahead file there is nothing to empty, and the answer is -1 for its frames.
 */
export function isEmptied(answer: unknown): boolean {
  return (answer as { readonly busy: number }).busy === 0
}
