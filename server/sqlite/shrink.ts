import type { DatabaseSync } from 'node:sqlite'
import { setImmediate } from 'node:timers/promises'

/** Written anew at the start: well under a second. Larger ones wait for `millrace compact`. */
const VACUUM_BYTES_MAX = 64 * 1_048_576
/** A step moves so many pages at most: some milliseconds, for which another writer waits. */
const PAGES_PER_STEP = 256
/** Four megabytes, or eight where pages are larger, are not worth moving them for. */
const SPARE_PAGES_MIN = 1_024
/** 64 MiB at a time. */
export const SHRINK_STEPS_MAX = 64

/**
 * Makes a file one whose free pages can be given back a few at a time (`auto_vacuum`). A new file is one from the start, if
 * nothing is in it yet; one from before becomes one by being written anew, which is done here as long as it is small.
 *
 * Source: https://www.sqlite.org/pragma.html#pragma_auto_vacuum
 */
export function makeShrinkable(db: DatabaseSync, bytes_max = VACUUM_BYTES_MAX): void {
  // For a file that holds something already this counts from the next `vacuum` on.
  db.exec('pragma auto_vacuum = incremental')
  if (isShrinkable(db) || sizeOf(db).bytes > bytes_max) return
  try {
    db.exec('vacuum')
  } catch {
    // Somebody writes, or the disk has no room for a second copy: it stays as it was, until the next start.
  }
}

export function isShrinkable(db: DatabaseSync): boolean {
  return (db.prepare('pragma auto_vacuum').get() as { auto_vacuum: number }).auto_vacuum === INCREMENTAL
}
const INCREMENTAL = 2

/**
 * Gives the file system back what was removed, but for a tenth that is soon used again: in steps, between which others get
 * their turn. A file from before this was possible stays as large as it is.
 */
export async function shrink(db: DatabaseSync, steps_max: number): Promise<void> {
  for (const _ of shrinkSteps(db, steps_max)) await setImmediate()
}

/** The same, a step at a time. The file may be closed between two of them. */
export function* shrinkSteps(db: DatabaseSync, steps_max: number): Generator<void> {
  for (let step = 0; step < steps_max && db.isOpen; step++) {
    const { free, pages } = sizeOf(db)
    if (free <= SPARE_PAGES_MIN || free <= pages / 10) return
    db.exec(`pragma incremental_vacuum(${PAGES_PER_STEP})`)
    if (sizeOf(db).free === free) return
    yield
  }
}

function sizeOf(db: DatabaseSync) {
  const size = db.prepare(`
    select (select freelist_count from pragma_freelist_count) as free, (select page_count from pragma_page_count) as pages,
      (select page_count from pragma_page_count) * (select page_size from pragma_page_size) as bytes
  `)
  return size.get() as { free: number; pages: number; bytes: number }
}
