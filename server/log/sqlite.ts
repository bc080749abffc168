import { randomInt } from 'node:crypto'
import { statSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import { AppError } from '../../core/errors.ts'
import type { Address } from '../../core/event.ts'
import { type Connect, connectFile } from '../sqlite/connect.ts'
import { NOTHING_STAYS } from '../sqlite/erase.ts'
import { migrate, transaction } from '../sqlite/migrate.ts'
import { makeShrinkable } from '../sqlite/shrink.ts'
import { chunkText } from './envelope.ts'
import { gather } from './gather.ts'
import { groupCommit } from './group-commit.ts'
import { laneListeners } from './listeners.ts'
import type { EventLog, FingerprintsOfChunk, LogReader, NewEntry } from './log.ts'
import { sqliteErase } from './sqlite-erase.ts'
import { sqliteReads } from './sqlite-reads.ts'
import { type Damaged, sqliteRepair } from './sqlite-repair.ts'
import { LOG_MIGRATIONS } from './sqlite-schema.ts'
import { sqliteTrim } from './sqlite-trim.ts'

/**
 * After this much was written, the write-ahead file is copied into the main one. While that is forced to the disk, commits wait longer:
 * with twice as much the slowest hundredth of answers took up to twice as long, with a quarter no less (docs/profile.md).
 */
const CHECKPOINT_CHARS = 2_000_000
/**
 * With so much in the write-ahead file, what is left after a copy by another thread is copied by the writer, so that the next commit
 * begins the file anew. Else there is always something newer than the copy, and it grows until it must be emptied.
 */
const WAL_BYTES_REUSED = 16_000_000
/** A write-ahead file larger than this is emptied, for which appends wait 30 ms and longer: somebody has read in it all the time. */
const WAL_BYTES_MAX = 64_000_000
/**
 * Of a new file; an old one keeps its own. With twice SQLite's 4,096 a commit of some chunks and its copy into the main file
 * take 4.1 µs an event in place of 4.7, and the write-ahead file grows by a third less. Commits of a single event write more.
 */
const PAGE_BYTES = 8_192

export type SqliteLogOptions = {
  /** For a new file; an old one keeps the number that it was made with, as a lane's order hangs on it. */
  readonly lanes?: number
  readonly now?: () => number
  readonly connect?: Connect
  /** For a new file: what fingerprints are made with. Drawn when left out. */
  readonly seed?: number
  /**
   * Told when a checkpoint is due, so that another thread can do it (`checkpoint` of a reader), and say what came of it. Without it
   * the log does it itself, and an append waits.
   */
  readonly onCheckpointDue?: (done: CheckpointDone) => void
  /** Told of chunks at the log's end that did not match their checksum, and were set aside. */
  readonly onDamaged?: (damaged: readonly Damaged[]) => void
}

/** After a checkpoint by another thread: how many bytes of the write-ahead file are in use. */
export type CheckpointDone = (wal_bytes: number) => void

/** One file, one writer. See README.md in this folder for the format and what it survives. */
export function sqliteLog(path: string, options: SqliteLogOptions = {}): EventLog {
  const { now = Date.now, connect = connectFile } = options
  const db = open(connect(path), true)
  // What a killed process had written and not forced to the disk is in the file, and readers see it: before they act on it
  // a power cut must not be able to take it back.
  checkpoint(db, 'passive')
  const { lanes, seed } = readMeta(db, options.lanes ?? 8, options.seed)
  const listeners = laneListeners()
  const reads = sqliteReads(db, lanes)
  const noteWritten = checkpoints(db, path, options.onCheckpointDue)
  const trim = sqliteTrim(db, lanes, noteWritten)
  const repair = sqliteRepair(db)
  const torn = repair.checkTail()
  if (torn.length > 0) options.onDamaged?.(torn)
  const insert = db.prepare(
    'insert into chunk (chunk, lane, count, at_ms, fingerprints, crc, text) values (?, ?, ?, ?, ?, ?, ?)',
  )
  const fingerprints = fingerprintReads(db)
  let next = (db.prepare('select seq + 1 as next from sqlite_sequence').get()?.['next'] as number) ?? 1
  const { append, flush } = groupCommit(commit)

  function commit(appends: readonly (readonly NewEntry[])[]): readonly (readonly Address[])[] {
    const { drafts, addresses } = gather(appends, lanes, next)
    const at_ms = now()
    let chars = 0
    try {
      transaction(db, () => {
        for (const { lane, chunk, texts, halves } of drafts) {
          const text = chunkText(texts)
          chars += text.length
          const fingerprints = new Uint8Array(Uint32Array.from(halves).buffer)
          insert.run(chunk, lane, texts.length, at_ms, fingerprints, crc32(text), text)
        }
      })
    } catch (cause) {
      throw new AppError('LOG_UNAVAILABLE', {}, { cause })
    }
    next += drafts.length
    listeners.tell(drafts.map(({ lane }) => lane))
    noteWritten(chars)
    return addresses
  }

  return {
    ...reads,
    seed,
    append,
    onAppend: listeners.add,
    fingerprints,
    trim,
    setAside: repair.setAside,
    ...sqliteErase(db),
    async close() {
      flush()
      db.close()
    },
  }
}

/** Copies the write-ahead file into the main one, or has it copied, after so much was written as it is told. */
function checkpoints(db: DatabaseSync, path: string, onDue: SqliteLogOptions['onCheckpointDue']) {
  let uncopied_chars = 0

  function copyRest(wal_bytes: number): void {
    if (!db.isOpen || wal_bytes <= WAL_BYTES_REUSED) return
    try {
      checkpoint(db, 'passive')
    } catch {
      // Nothing is lost: it is all in the write-ahead file. A full disk is told by the next append, and after the next copy it is tried again.
    }
  }

  return function noteWritten(chars: number): void {
    uncopied_chars += chars
    if (uncopied_chars < CHECKPOINT_CHARS) return
    uncopied_chars = 0
    const isLarge = (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > WAL_BYTES_MAX
    if (isLarge) checkpoint(db, 'truncate')
    else if (onDue === undefined) checkpoint(db, 'passive')
    else onDue(copyRest)
  }
}

/** Looks for where to begin without reading any; then each chunk's are read when they are wanted. */
function fingerprintReads(db: DatabaseSync): EventLog['fingerprints'] {
  const sizes = db.prepare(
    'select chunk, at_ms, length(fingerprints) as bytes from chunk order by chunk desc',
  )
  const rows = db.prepare('select at_ms, fingerprints from chunk where chunk >= ? order by chunk')

  function* from(chunk: number): Generator<FingerprintsOfChunk> {
    for (const row of rows.iterate(chunk) as Iterable<{ at_ms: number; fingerprints: Uint8Array }>) {
      yield { at_ms: row.at_ms, halves: new Uint32Array(row.fingerprints.slice().buffer) }
    }
  }

  return async (since_ms, count_max) => {
    let first = Number.MAX_SAFE_INTEGER
    let count = 0
    for (const row of sizes.iterate() as Iterable<{ chunk: number; at_ms: number; bytes: number }>) {
      if (row.at_ms < since_ms || count >= count_max) break
      first = row.chunk
      count += row.bytes / FINGERPRINT_BYTES
    }
    return from(first)
  }
}
const FINGERPRINT_BYTES = 2 * Uint32Array.BYTES_PER_ELEMENT

/**
 * The same file seen from another thread or process. It cannot know of appends by itself: whoever hears of them calls
 * `wake`. `checkpoint` copies the write-ahead file into the main one without making the writer wait, and says how many bytes of it
 * are in use.
 */
export function sqliteLogReader(
  path: string,
  connect: Connect = connectFile,
): LogReader & { readonly wake: (lanes: Iterable<number>) => void; readonly checkpoint: () => number } {
  const db = open(connect(path), false)
  const { lanes, seed } = readMeta(db, 0)
  const listeners = laneListeners()
  return {
    ...sqliteReads(db, lanes),
    seed,
    onAppend: listeners.add,
    wake: listeners.tell,
    checkpoint: () => checkpoint(db, 'passive'),
    async close() {
      db.close()
    },
  }
}

function open(db: DatabaseSync, isWriter: boolean): DatabaseSync {
  if (isWriter) {
    db.exec(`pragma page_size = ${PAGE_BYTES}`)
    makeShrinkable(db)
    db.exec(NOTHING_STAYS)
  }
  db.exec(`
    pragma busy_timeout = 5000;
    pragma journal_mode = wal;
    pragma synchronous = full; -- append() promises to survive a crash, and 'normal' does not keep that promise
    pragma wal_autocheckpoint = 0;
  `)
  if (isWriter) migrate(db, LOG_MIGRATIONS)
  return db
}

function readMeta(
  db: DatabaseSync,
  lanes: number,
  seed = randomInt(2 ** 31),
): { readonly lanes: number; readonly seed: number } {
  if (lanes > 0) {
    db.prepare('insert or ignore into meta (id, lanes, seed) values (1, ?, ?)').run(lanes, seed)
  }
  return db.prepare('select lanes, seed from meta').get() as { lanes: number; seed: number }
}

/** @returns How many bytes of the write-ahead file are in use, twice as many for a file of an older version with its smaller pages; 0 when it could not be looked at now. */
function checkpoint(db: DatabaseSync, mode: 'passive' | 'truncate'): number {
  const { log } = db.prepare(`pragma wal_checkpoint(${mode})`).get() as { log: number }
  return Math.max(0, log) * PAGE_BYTES
}
