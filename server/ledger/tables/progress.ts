import type { DatabaseSync } from 'node:sqlite'
import type { Position } from '../../../core/event.ts'
import type { Reason } from '../../../core/outcome.ts'
import type { Count, CountName, Failing, ReaderId } from '../ledger.ts'

type CursorRow = { reader_id: string; lane: number; chunk: number; idx: number }
type FailingRow = { since_ms: number; code: Reason['code']; text: string }
type CountRow = { of_id: string; part: string; name: CountName; count: number }

/** How far readers are, what they count and where they are stuck: few rows, changed often. */
export function progressTables(db: DatabaseSync) {
  return { ...cursorTable(db), ...failingTable(db), ...countTable(db) }
}

function cursorTable(db: DatabaseSync) {
  const one = db.prepare('select * from cursors where reader_id = ? and lane = ?')
  const all = db.prepare('select * from cursors order by reader_id, lane')
  const known = db.prepare('select 1 from cursors where reader_id = ? limit 1')
  const remove = db.prepare('delete from cursors where reader_id = ?')
  const set = db.prepare(`
    insert into cursors (reader_id, lane, chunk, idx) values (?, ?, ?, ?)
    on conflict (reader_id, lane) do update set chunk = excluded.chunk, idx = excluded.idx
  `)
  return {
    cursor(readerId: ReaderId, lane: number): Position | undefined {
      const row = one.get(readerId, lane) as CursorRow | undefined
      return row && readPosition(row)
    },
    cursors(): readonly { readerId: ReaderId; lane: number; cursor: Position }[] {
      const rows = all.all() as CursorRow[]
      return rows.map((row) => ({ readerId: row.reader_id, lane: row.lane, cursor: readPosition(row) }))
    },
    hasCursors(readerId: ReaderId): boolean {
      return known.get(readerId) !== undefined
    },
    setCursor(readerId: ReaderId, lane: number, { chunk, index }: Position): void {
      set.run(readerId, lane, chunk, index)
    },
    removeCursors(readerId: ReaderId): void {
      remove.run(readerId)
    },
  }
}

function failingTable(db: DatabaseSync) {
  const one = db.prepare('select * from failing where reader_id = ? and lane = ?')
  const remove = db.prepare('delete from failing where reader_id = ? and lane = ?')
  const removeAll = db.prepare('delete from failing where reader_id = ?')
  const set = db.prepare(
    'insert or replace into failing (reader_id, lane, since_ms, code, text) values (?, ?, ?, ?, ?)',
  )
  return {
    failing(readerId: ReaderId, lane: number): Failing | undefined {
      const row = one.get(readerId, lane) as FailingRow | undefined
      return row && { since_ms: row.since_ms, reason: { code: row.code, text: row.text } }
    },
    setFailing(readerId: ReaderId, lane: number, failing: Failing | undefined): void {
      if (failing === undefined) remove.run(readerId, lane)
      else set.run(readerId, lane, failing.since_ms, failing.reason.code, failing.reason.text)
    },
    removeFailing(readerId: ReaderId): void {
      removeAll.run(readerId)
    },
  }
}

function countTable(db: DatabaseSync) {
  const all = db.prepare('select * from counts order by of_id, part, name')
  const add = db.prepare(`
    insert into counts (of_id, part, name, count) values (?, ?, ?, ?)
    on conflict (of_id, part, name) do update set count = count + excluded.count
  `)
  return {
    counts(): readonly Count[] {
      const rows = all.all() as CountRow[]
      return rows.map(({ of_id, part, name, count }) => ({ of: of_id, part, name, count }))
    },
    addCount({ of, part, name, count }: Count): void {
      add.run(of, part, name, count)
    },
    /** A dead letter is one no more. */
    giveUpOne({ of, part }: Pick<Count, 'of' | 'part'>): void {
      add.run(of, part, 'dead', -1)
      add.run(of, part, 'givenUp', 1)
    },
  }
}

function readPosition({ chunk, idx }: CursorRow): Position {
  return { chunk, index: idx }
}
