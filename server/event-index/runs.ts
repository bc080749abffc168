import type { DatabaseSync } from 'node:sqlite'
import {
  BLOCK_POSTINGS,
  bytesOf,
  mergedBlocks,
  OFFSETS,
  type Postings,
  placeOf,
  posting,
  postingsOf,
} from './postings.ts'

/** Chunks from `first_chunk` to `last_chunk`; no two runs share any. */
export type Run = {
  readonly id: number
  readonly first_chunk: number
  readonly last_chunk: number
  readonly count: number
}

/** So many runs of about one size become one of the next: each posting is written about once for each power of it. */
const FAN = 8
/** Runs of 8^7 postings and more (16 MB) stay: merging them would save little and hold much up. */
const CLASS_MAX = 7
/** What is removed at once holds the writer for some milliseconds. */
const REMOVED_BLOCKS = 64

export const RUN_TABLES = `
create table run (
  id integer primary key autoincrement,
  first_chunk integer not null,
  last_chunk integer not null,
  count integer not null
) strict;
create table block (
  id integer primary key,
  run integer not null,
  seq integer not null,
  first real not null,
  data blob not null
) strict;
create index block_by_run on block (run, seq);
create index block_by_first on block (run, first);
`

/** What is asked of runs. */
export function runReads(db: DatabaseSync) {
  const all = db.prepare('select id, first_chunk, last_chunk, count from run order by first_chunk')
  const below = db.prepare(
    'select id, first_chunk, last_chunk, count from run where first_chunk < ? order by first_chunk desc limit 1',
  )
  const start = db.prepare('select seq from block where run = ? and first <= ? order by first desc limit 1')
  const block = db.prepare('select data from block where run = ? and seq = ?')

  function read(run: number, seq: number): Postings | undefined {
    const row = block.get(run, seq) as { data: Uint8Array } | undefined
    return row && postingsOf(row.data)
  }

  return {
    read,
    /** Oldest first. */
    runs: () => all.all() as Run[],
    /** The newest run that holds chunks with lower numbers than this. */
    runBelow: (chunk: number) => below.get(chunk) as Run | undefined,
    /** The chunks of a run that may hold what has this hash, in the order of their numbers. */
    chunksOf({ id, first_chunk }: Run, hash: number): readonly number[] {
      const [from, end] = [posting(hash, 0), posting(hash + 1, 0)]
      const first = start.get(id, from) as { seq: number } | undefined
      const found: number[] = []
      for (let seq = first?.seq ?? 0; ; seq++) {
        const postings = read(id, seq)
        if (postings === undefined) return found
        for (let at = placeOf(postings, from); at < postings.length; at++) {
          const value = postings[at] as number
          if (value >= end) return found
          found.push(first_chunk + (value - from))
        }
      }
    },
  }
}

/** Changes runs. Whoever calls holds the transaction, except where it says otherwise. */
export function runWrites(db: DatabaseSync, inTransaction: <Result>(work: () => Result) => Result) {
  const reads = runReads(db)
  const addRun = db.prepare('insert into run (first_chunk, last_chunk, count) values (?, ?, ?)')
  const addMerged = db.prepare('insert into run (id, first_chunk, last_chunk, count) values (?, ?, ?, ?)')
  const removeRun = db.prepare('delete from run where id = ?')
  const addBlock = db.prepare('insert into block (run, seq, first, data) values (?, ?, ?, ?)')
  const removeBlocks = db.prepare(`
    delete from block where id in (
      select id from block where run not in (select id from run) limit ${REMOVED_BLOCKS})
  `)
  const reserve = db.prepare('select coalesce(max(run), 0) as last from block')
  const nextRun = db.prepare("select seq from sqlite_sequence where name = 'run'")

  /** A number for blocks whose run is not there yet: above all that are, or were, in use. */
  function unusedRun(): number {
    const { last } = reserve.get() as { last: number }
    const { seq } = (nextRun.get() as { seq: number } | undefined) ?? { seq: 0 }
    return Math.max(last, seq) + 1
  }

  return {
    ...reads,
    add(first_chunk: number, last_chunk: number, postings: Postings): void {
      const id = Number(addRun.run(first_chunk, last_chunk, postings.length).lastInsertRowid)
      for (let seq = 0; seq * BLOCK_POSTINGS < postings.length; seq++) {
        const part = postings.subarray(seq * BLOCK_POSTINGS, (seq + 1) * BLOCK_POSTINGS)
        addBlock.run(id, seq, part[0] as number, bytesOf(part))
      }
    },
    /** Removes runs whose chunks are all gone. */
    trim(oldest_chunk: number): void {
      for (const { id, last_chunk } of reads.runs()) if (last_chunk < oldest_chunk) removeRun.run(id)
    },
    /**
     * Merges runs, a block at a time: each is written in a transaction of its own, and only the last one makes the new run
     * stand for the old ones. After a crash in between, blocks of no run are left, which `sweep` removes.
     */
    *merge(runs: readonly Run[], oldest_chunk: number): Generator<void> {
      const [first, last] = [runs[0] as Run, runs.at(-1) as Run]
      const readers = runs.map(({ id, first_chunk }) => {
        let seq = 0
        return { shift: first_chunk - first.first_chunk, next: () => reads.read(id, seq++) }
      })
      const id = unusedRun()
      let [seq, count] = [0, 0]
      for (const block of mergedBlocks(readers, oldest_chunk - first.first_chunk)) {
        inTransaction(() => addBlock.run(id, seq, block[0] as number, bytesOf(block)))
        seq += 1
        count += block.length
        yield
      }
      inTransaction(() => {
        for (const run of runs) removeRun.run(run.id)
        addMerged.run(id, first.first_chunk, last.last_chunk, count)
      })
      yield* this.sweep()
    },
    /** Removes blocks of runs that are not there, a few in each transaction. */
    *sweep(): Generator<void> {
      while (inTransaction(() => removeBlocks.run()).changes > 0) yield
    },
  }
}

/** The newest runs that are to become one, oldest first; none when there are few enough. */
export function dueForMerge(runs: readonly Run[]): readonly Run[] {
  for (let sizeClass = 0; sizeClass < CLASS_MAX; sizeClass++) {
    let from = runs.length
    const last = runs.at(-1)?.last_chunk ?? 0
    while (from > 0) {
      const { count, first_chunk } = runs[from - 1] as Run
      if (classOf(count) > sizeClass || last - first_chunk >= OFFSETS) break
      from -= 1
    }
    if (runs.length - from >= FAN) return runs.slice(from)
  }
  return []
}

function classOf(count: number): number {
  return Math.floor(Math.log(Math.max(1, count)) / Math.log(FAN))
}
