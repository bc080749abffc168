import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { type Connect, connectFile } from '../../../server/sqlite/connect.ts'
import type { Random } from '../../crash/random.ts'
import { type WalWatch, walWatch } from './wal.ts'

/** What is wrong with the disk in a phase. */
export type DiskFault =
  /** Each transaction fails with this chance, as when a write or an fsync gives an error. */
  | { readonly kind: 'failing'; readonly share: number }
  /** One fsync fails, once: the so-manieth transaction. */
  | { readonly kind: 'one fsync'; readonly at: number }
  /** No file may grow. */
  | { readonly kind: 'full' }

/** Cut off from everything: what a crash leaves. `isTorn`: in the middle of the write that was going on. */
export type Crash = { readonly isPower: boolean; readonly isTorn: boolean }

export const FILES = ['log', 'ledger'] as const
export type FileName = (typeof FILES)[number]
/** A torn frame: what lies behind the cut is not what was written. */
const GARBAGE_BYTES_MAX = 5_000
const PAGES_MAX = 1_073_741_823

export type SimDiskDeps = {
  readonly root: string
  readonly random: Random
  readonly connect: Connect
  readonly trace: (text: string) => void
}

/**
 * A folder with the real SQLite files, on a memory disk. A crash gives a new folder with what a disk would have kept:
 * all that was forced to it, and of what was written after that the beginning, up to any byte.
 */
export function simDisk({ root, random, connect, trace }: SimDiskDeps) {
  let generation = 0
  let fault: DiskFault | undefined
  let transactions = 0
  let connections: { readonly file: FileName; readonly db: DatabaseSync }[] = []
  const watches = Object.fromEntries(FILES.map((file) => [file, watch(file)])) as Record<FileName, WalWatch>
  mkdirSync(path(''), { recursive: true })

  function path(file: string, of = generation): string {
    return join(root, String(of), file === '' ? '' : `${file}.db`)
  }

  function watch(file: FileName): WalWatch {
    const writer = () => connections.find((one) => one.file === file)?.db
    return walWatch(
      () => path(file),
      () => synchronousOf(writer()),
    )
  }

  function check(what: 'begin' | 'commit'): void {
    if (fault === undefined || fault.kind === 'full') return
    if (what === 'commit') transactions += 1
    const isHit = fault.kind === 'one fsync' ? transactions === fault.at : random.next() < fault.share / 2
    if (!isHit || (fault.kind === 'one fsync' && what === 'begin')) return
    if (fault.kind === 'one fsync') fault = undefined
    trace(`disk: ${what} fails`)
    throw Object.assign(new Error('disk I/O error'), { code: 'ERR_SQLITE_ERROR', errcode: 1034 })
  }

  /** A connection whose transactions fail as the disk does: then SQLite has taken them back. */
  function open(file: FileName): DatabaseSync {
    const db = connect(path(file))
    const exec = db.exec.bind(db)
    db.exec = (sql) => {
      if (sql === 'begin immediate') check('begin')
      else if (sql === 'commit') {
        try {
          check('commit')
        } catch (error) {
          exec('rollback')
          throw error
        }
      }
      exec(sql)
    }
    connections.push({ file, db })
    return db
  }

  function closeAll(): void {
    for (const { db } of connections) if (db.isOpen) db.close()
    for (const file of FILES) watches[file].closed()
    connections = []
  }

  function applyFull(): void {
    for (const { db } of connections) {
      if (db.isOpen) db.exec(`pragma max_page_count = ${fault?.kind === 'full' ? 1 : PAGES_MAX}`)
    }
  }

  /** What the disk has of a file after a crash. */
  function keep(file: FileName, { isPower, isTorn }: Crash, next: number): void {
    const [from, to] = [path(file), path(file, next)]
    if (!existsSync(from)) return
    const { from_bytes, to_bytes } = watches[file].cut(isTorn)
    copyFileSync(from, to)
    if (!existsSync(`${from}-wal`)) return
    if (!isPower || from_bytes === to_bytes) {
      copyFileSync(`${from}-wal`, `${to}-wal`)
      return
    }
    // Nothing of it, all of it, or as much as one likes.
    const kept_bytes = [from_bytes, to_bytes, random.whole(from_bytes, to_bytes)][
      random.whole(0, 2)
    ] as number
    const garbage = Buffer.alloc(random.whole(0, 1) * random.whole(0, GARBAGE_BYTES_MAX), 0xa5)
    writeFileSync(`${to}-wal`, Buffer.concat([readFileSync(`${from}-wal`).subarray(0, kept_bytes), garbage]))
    trace(
      `disk: of ${to_bytes - from_bytes} bytes of ${file} not forced to it, ${kept_bytes - from_bytes} stay`,
    )
  }

  return {
    path: (file: FileName) => path(file),
    open,
    observe: (file: FileName) => watches[file].observe(),
    setFault(next: DiskFault | undefined): void {
      fault = next
      transactions = 0
      applyFull()
    },
    fault: () => fault,
    /** All connections of a process are open. */
    opened(isAllOnDisk: boolean): void {
      for (const file of FILES) watches[file].opened(isAllOnDisk)
      applyFull()
    },
    crash(crash: Crash): void {
      const [last, next] = [generation, generation + 1]
      mkdirSync(path('', next), { recursive: true })
      for (const file of FILES) keep(file, crash, next)
      generation = next
      rmSync(path('', last), { recursive: true, force: true })
      closeAll()
    },
    closeAll,
    remove(): void {
      closeAll()
      rmSync(root, { recursive: true, force: true })
    },
  }
}
export type SimDisk = ReturnType<typeof simDisk>

function synchronousOf(db: DatabaseSync | undefined): number {
  if (db === undefined) return 0
  return (db.prepare('pragma synchronous').get() as { synchronous: number }).synchronous
}

/** The disk as it is, for what is not simulated. */
export const REAL_CONNECT: Connect = connectFile
