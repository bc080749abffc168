import type { DatabaseSync } from 'node:sqlite'
import { setImmediate } from 'node:timers/promises'
import { LIMIT } from '../../sqlite/limit.ts'
import { transaction } from '../../sqlite/migrate.ts'
import { unpackAddresses } from '../addresses.ts'
import { chunksOf } from './attempts.ts'
import { readActions } from './rows.ts'

/** A step holds the writer for a few milliseconds at most; between two of them the reader's records get their turn. */
const STEP_count = 200
const STEP_chunks = 2_000

type OldRow = {
  readonly id: number
  readonly instance_id: string
  readonly started_at_ms: number
  readonly bytes: number
  readonly addresses: Uint8Array
  readonly actions: string | null
}

/**
 * Removes the oldest attempts, in small steps. What all of them hold is a running total and what is oldest comes from
 * an index, so the cost is that of the attempts that go, however many stay.
 */
export function attemptTrimmer(db: DatabaseSync) {
  const total = db.prepare('select total from attempt_bytes')
  const oldest = db.prepare(
    `select id, instance_id, started_at_ms, bytes, addresses, actions from attempts
     order by started_at_ms, id ${LIMIT}`,
  )
  const remove = db.prepare('delete from attempts where id = ?')
  const removeChunk = db.prepare('delete from attempt_chunks where chunk = ? and attempt_id = ?')
  const removeAction = db.prepare(
    'delete from attempt_actions where instance_id = ? and action = ? and attempt_id = ?',
  )

  function step(
    before_ms: number,
    bytes_max: number,
  ): { readonly removed: number; readonly isDone: boolean } {
    let { total: held_bytes } = total.get() as { total: number }
    let [removed, chunks_count] = [0, 0]
    for (const row of oldest.all(STEP_count) as OldRow[]) {
      const { id, instance_id, started_at_ms, bytes, addresses, actions } = row
      if (started_at_ms >= before_ms && held_bytes <= bytes_max) return { removed, isDone: true }
      if (chunks_count >= STEP_chunks) return { removed, isDone: false }
      const chunks = chunksOf(unpackAddresses(addresses))
      for (const chunk of chunks) removeChunk.run(chunk, id)
      for (const action of actions === null ? [] : readActions(actions)) {
        removeAction.run(instance_id, action, id)
      }
      remove.run(id)
      held_bytes -= bytes
      removed += 1
      chunks_count += chunks.length
    }
    return { removed, isDone: removed < STEP_count }
  }

  return async function trim(policy: { before_ms: number; bytes_max: number }): Promise<number> {
    let removed = 0
    // The ledger may be closed between two steps: what is left waits for the next start.
    while (db.isOpen) {
      const done = transaction(db, () => step(policy.before_ms, policy.bytes_max))
      removed += done.removed
      if (done.isDone) break
      await setImmediate()
    }
    return removed
  }
}

/** Ids rise with time but for the lanes' being read side by side: the oldest step is looked at until one has a young one. */
export function refusalTrimmer(db: DatabaseSync): (before_ms: number) => Promise<number> {
  const remove = db.prepare(`
    delete from refusals where at_ms < ? and id in (select id from refusals order by id limit ${STEP_count})
  `)
  return async function trim(before_ms) {
    let removed = 0
    while (db.isOpen) {
      const count = Number(transaction(db, () => remove.run(before_ms)).changes)
      removed += count
      if (count < STEP_count) break
      await setImmediate()
    }
    return removed
  }
}
