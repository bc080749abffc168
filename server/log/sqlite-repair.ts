import type { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import { LIMIT } from '../sqlite/limit.ts'
import { transaction } from '../sqlite/migrate.ts'

/** A power cut that tore something tore it here: what was written last. */
const TAIL_chunks = 200

export type Damaged = { readonly lane: number; readonly chunk: number; readonly count: number }
type Row = Damaged & { readonly crc: number; readonly text: string | Uint8Array }

/** Finds chunks that do not match their checksum, and takes them out of their lanes. */
export function sqliteRepair(db: DatabaseSync) {
  const one = db.prepare('select lane, chunk, count, crc, text from chunk where chunk = ?')
  const newest = db.prepare(`select lane, chunk, count, crc, text from chunk order by chunk desc ${LIMIT}`)
  const all = db.prepare('select lane, chunk, count, crc, text from chunk order by chunk')
  const keep = db.prepare(`
    insert or replace into damaged (chunk, lane, count, at_ms, crc, text)
    select chunk, lane, count, at_ms, crc, text from chunk where chunk = ?
  `)
  const remove = db.prepare('delete from chunk where chunk = ?')

  function setAside({ chunk }: Damaged): void {
    transaction(db, () => {
      keep.run(chunk)
      remove.run(chunk)
    })
  }
  function setAsideIn(rows: Iterable<unknown>): readonly Damaged[] {
    const damaged = [...damagedIn(rows as Iterable<Row>)]
    for (const found of damaged) setAside(found)
    return damaged
  }

  return {
    async setAside(chunk: number): Promise<number> {
      const [damaged] = setAsideIn([one.get(chunk)].filter((row) => row !== undefined))
      return damaged?.count ?? 0
    },
    /** At the start. */
    checkTail: () => setAsideIn(newest.iterate(TAIL_chunks)),
    /** Reads everything: 1 GB in some seconds. */
    checkAll: () => setAsideIn(all.iterate()),
  }
}

function* damagedIn(rows: Iterable<Row>): Generator<Damaged> {
  for (const { lane, chunk, count, crc, text } of rows) {
    if (crc32(text) !== crc) yield { lane, chunk, count }
  }
}
