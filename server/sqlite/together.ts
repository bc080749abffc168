import type { DatabaseSync } from 'node:sqlite'
import { transaction } from './migrate.ts'

/** More would keep those waiting who write through other connections. */
const TOGETHER_MAX = 100

type Write = {
  readonly work: () => void
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * Writes in one transaction what is asked for in the same moment, that is, before anybody hears that any of it is written: a
 * transaction costs more than what most of them change. Each is still done whole or not at all, in the order in which they came:
 * when one of them fails, each gets a transaction of its own.
 */
export function writingTogether(db: DatabaseSync): (work: () => void) => Promise<void> {
  let waiting: Write[] = []

  function writeAll(): void {
    const writes = waiting
    waiting = []
    for (let at = 0; at < writes.length; at += TOGETHER_MAX) write(db, writes.slice(at, at + TOGETHER_MAX))
  }
  return (work) =>
    new Promise((resolve, reject) => {
      waiting.push({ work, resolve, reject })
      if (waiting.length === 1) queueMicrotask(writeAll)
    })
}

function write(db: DatabaseSync, writes: readonly Write[]): void {
  let hasBegun = false
  try {
    transaction(db, () => {
      hasBegun = true
      for (const { work } of writes) work()
    })
  } catch (error) {
    // What could not even begin would have each of them wait for another writer in turn.
    if (hasBegun && writes.length > 1) for (const one of writes) write(db, [one])
    else for (const { reject } of writes) reject(error)
    return
  }
  for (const { resolve } of writes) resolve()
}
