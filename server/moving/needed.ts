import type { SourceFiles } from './source.ts'

type Cursor = { readonly lane: number; readonly chunk: number; readonly idx: number }

/** The first chunk that a reader has not read, that a parked delivery needs, or that a dead letter would be sent again from. */
export function firstNeeded({ files, log }: SourceFiles): number {
  const { first, next } = log.facts()
  const cursors = files.ledger
    .prepare('select lane, chunk, idx from cursors')
    .all() as unknown as readonly Cursor[]
  if (cursors.length === 0) return first ?? next
  const behind = files.log.prepare(
    'select min(chunk) as chunk from chunk where lane = ? and (chunk > ? or (chunk = ? and count > ?))',
  )
  const unread = cursors.map(({ lane, chunk, idx }) => behind.get(lane, chunk, chunk, idx)?.['chunk'])
  const kept = ['parked', 'dead_letters'].map(
    (table) => files.ledger.prepare(`select min(chunk) as chunk from ${table}`).get()?.['chunk'],
  )
  const numbers = [...unread, ...kept].filter((chunk) => typeof chunk === 'number')
  return Math.max(first ?? next, Math.min(next, ...numbers))
}

/** What takes something away again that was copied already: deletions of people, and chunks that are set aside. */
export function marksOf({ files, log }: SourceFiles): string {
  const sql =
    'select count(*) as deletions, coalesce(max(id), 0) as newest, coalesce(sum(is_running), 0) as running from deletions'
  return JSON.stringify({ ...files.store.prepare(sql).get(), damaged: log.facts().damaged })
}
