import { rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { Entry } from '../../core/event.ts'
import { isEmptied, NOTHING_STAYS } from '../sqlite/erase.ts'
import { transaction } from '../sqlite/migrate.ts'
import { makeShrinkable, SHRINK_STEPS_MAX, shrinkSteps } from '../sqlite/shrink.ts'
import { keyTeller } from './keys.ts'
import { OFFSETS, posting, sortedPostings } from './postings.ts'
import { dueForMerge, RUN_TABLES, runReads, runWrites } from './runs.ts'
import { SHAPE_TABLES, shapeTables, shapeWrites } from './shape-tables.ts'
import { type EventBrief, shapes } from './shapes.ts'

/** Another number makes every index be built anew from the log. */
const VERSION = 1
const BUSY_MS = 5_000
const CACHE_KIB = 2_048

const META = `
create table meta (
  id integer primary key check (id = 1),
  seed integer not null,
  cursor integer not null,
  entries integer not null,
  since_ms integer
) strict;
`

/** A chunk as the index reads it. */
export type IndexedChunk = {
  readonly chunk: number
  readonly at_ms: number
  readonly entries: readonly Entry[]
}
/** All that the index is told of a chunk: it outlives the chunk's entries, and is a twentieth of them. */
export type Brief = Pick<IndexedChunk, 'chunk' | 'at_ms'> & {
  readonly count: number
  readonly hashes: readonly number[]
  readonly events: readonly EventBrief[]
}
type Meta = { cursor: number; entries: number; since_ms: number | null }

/**
 * The index of the log, for who writes it. It is derived: a file that is missing, damaged, of another version or of another
 * log is begun anew, and the cursor is then before the first chunk.
 *
 * `flush` stores what was added, what it taught about the shapes of events, and the cursor, in one transaction: after a crash
 * the same chunks are added again, and nothing is there twice.
 */
export function openEventIndex(path: string, seed: number) {
  const db = openOrBegin(path, seed)
  const runs = runWrites(db, (work) => transaction(db, work))
  const stored = shapeTables(db)
  const { store } = shapeWrites(db)
  const known = shapes(stored.shapes())
  const setCursor = db.prepare('update meta set cursor = ?, entries = ?, since_ms = ?')
  const meta = readMeta(db)
  const buffer = postingBuffer()
  const brief = briefer(seed, known)
  let [flushed, added, oldest] = [meta.cursor, meta.cursor, 0]

  function addBrief({ chunk, at_ms, count, hashes, events }: Brief): void {
    if (chunk <= added) throw new Error(`chunk ${chunk} comes after ${added}`)
    if (!buffer.begin(chunk)) {
      flush()
      buffer.begin(chunk)
    }
    for (const hash of hashes) buffer.add(hash)
    for (const event of events) known.add(event, at_ms)
    meta.entries += count
    meta.since_ms ??= at_ms
    added = chunk
  }

  function flush(): void {
    if (added === flushed) return
    const { first, postings } = buffer.take()
    transaction(db, () => {
      runs.add(first, added, sortedPostings(postings))
      for (const shape of known.takeChanged()) store(shape)
      setCursor.run(added, meta.entries, meta.since_ms)
    })
    flushed = added
  }

  return {
    /** The number of the last chunk that was added. */
    added: () => added,
    /** The number of the last chunk that would be there after a crash. */
    cursor: () => flushed,
    /** How many postings wait to be stored. */
    waiting: () => buffer.count(),
    add: (chunk: IndexedChunk) => addBrief(brief(chunk)),
    /** What `addBrief` is to be given of a chunk, when its turn comes. */
    brief,
    addBrief,
    flush,
    /** What is before this chunk is not in the log any more. `tidy` forgets it. */
    trim(oldest_chunk: number): void {
      oldest = oldest_chunk
    },
    /** Merges runs where there are many, a few milliseconds at a time, forgets what is gone, and makes the file smaller by it. */
    tidy: () => tidy(db, runs, oldest),
    /** What was flushed survives a power cut after it. */
    sync(): void {
      db.exec('pragma wal_checkpoint(passive)')
    },
    close: () => db.close(),
  }
}

/** Makes of chunks what the index is to be told of them. */
function briefer(seed: number, known: Pick<ReturnType<typeof shapes>, 'brief'>) {
  let hashes: number[] = []
  const teller = keyTeller(seed, (hash) => hashes.push(hash))
  return ({ chunk, at_ms, entries }: IndexedChunk): Brief => {
    hashes = []
    const events: EventBrief[] = []
    teller.nextChunk()
    for (const entry of entries) {
      const messageIdHash = teller.entry(entry)
      if (entry.kind === 'event') events.push(known.brief(entry, messageIdHash))
    }
    return { chunk, at_ms, count: entries.length, hashes, events }
  }
}

function* tidy(db: DatabaseSync, runs: ReturnType<typeof runWrites>, oldest: number): Generator<void> {
  let isLighter = false
  if ((runs.runs()[0]?.last_chunk ?? oldest) < oldest) {
    transaction(db, () => runs.trim(oldest))
    yield* runs.sweep()
    isLighter = true
  }
  for (let due = dueForMerge(runs.runs()); due.length > 0; due = dueForMerge(runs.runs())) {
    yield* runs.merge(due, oldest)
    isLighter = true
  }
  if (isLighter) yield* shrinkSteps(db, SHRINK_STEPS_MAX)
}

export type EventIndex = ReturnType<typeof openEventIndex>

/**
 * Empties the index, in the same file, so that who reads it sees it empty and not another one: it is then built from the
 * log as that is now. False when somebody who reads keeps the write-ahead file from being emptied.
 */
export function clearEventIndex(path: string): boolean {
  const db = open(path)
  try {
    transaction(db, () => {
      db.exec('delete from block; delete from run; delete from shape')
      db.exec('update meta set cursor = 0, entries = 0, since_ms = null')
    })
    return isEmptied(db.prepare('pragma wal_checkpoint(truncate)').get())
  } finally {
    db.close()
  }
}

/** The index for who asks. The writer has opened the file before. */
export function openEventIndexReader(path: string) {
  const db = new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS })
  const meta = db.prepare('select cursor, entries, since_ms from meta')
  return {
    ...runReads(db),
    ...shapeTables(db),
    /** Up to which chunk, how many entries, and since when. */
    state: () => meta.get() as Meta,
    /** All that `work` reads is of one moment, whatever the writer does meanwhile. */
    atOnce<Result>(work: () => Result): Result {
      db.exec('begin')
      try {
        return work()
      } finally {
        db.exec('commit')
      }
    },
    close: () => db.close(),
  }
}
export type EventIndexReader = ReturnType<typeof openEventIndexReader>

/** Gathers postings of a stretch of chunks. */
function postingBuffer() {
  let numbers = new Float64Array(32_768)
  let [count, first, offset] = [0, -1, 0]
  return {
    count: () => count,
    /** False when the chunk is too far from the first one to be in one run with it. */
    begin(chunk: number): boolean {
      if (first < 0) first = chunk
      offset = chunk - first
      return offset < OFFSETS
    },
    add(hash: number): void {
      if (count === numbers.length) {
        const larger = new Float64Array(count * 2)
        larger.set(numbers)
        numbers = larger
      }
      numbers[count++] = posting(hash, offset)
    },
    take() {
      const taken = { first, postings: numbers.slice(0, count) }
      count = 0
      first = -1
      return taken
    },
  }
}

function openOrBegin(path: string, seed: number): DatabaseSync {
  const known = openKnown(path, seed)
  if (known !== undefined) return known
  for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true })
  const db = open(path)
  transaction(db, () => {
    db.exec(META + RUN_TABLES + SHAPE_TABLES)
    db.prepare('insert into meta (id, seed, cursor, entries) values (1, ?, 0, 0)').run(seed)
    db.exec(`pragma user_version = ${VERSION}`)
  })
  return db
}

/** Undefined when it is to be begun anew. */
function openKnown(path: string, seed: number): DatabaseSync | undefined {
  let db: DatabaseSync | undefined
  try {
    db = open(path)
    if (isOf(db, seed)) {
      // Left by a merge that a crash cut short.
      for (const _ of runWrites(db, (work) => transaction(db as DatabaseSync, work)).sweep());
      return db
    }
    db.close()
  } catch (error) {
    db?.close()
    if (!isDamage(error)) throw error
  }
  return undefined
}

function open(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: BUSY_MS })
  try {
    makeShrinkable(db)
    db.exec(`
      pragma journal_mode = wal; pragma synchronous = normal; pragma cache_size = -${CACHE_KIB}; ${NOTHING_STAYS}
    `)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

function isOf(db: DatabaseSync, seed: number): boolean {
  const { user_version } = db.prepare('pragma user_version').get() as { user_version: number }
  if (user_version !== VERSION) return false
  return (db.prepare('select seed from meta').get() as { seed: number }).seed === seed
}

/** SQLITE_CORRUPT and SQLITE_NOTADB: https://sqlite.org/rescode.html */
function isDamage(error: unknown): boolean {
  const { errcode } = error as { errcode?: number }
  return errcode !== undefined && [11, 26].includes(errcode & 0xff)
}

function readMeta(db: DatabaseSync): Meta {
  return { ...(db.prepare('select cursor, entries, since_ms from meta').get() as Meta) }
}
