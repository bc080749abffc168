import type { DatabaseSync } from 'node:sqlite'
import type { Page, StoredRefusal } from '../ledger.ts'
import { insertInto } from './insert.ts'
import { type RefusalRow, readRefusal, refusalRow, type WithId } from './rows.ts'

const REFUSAL = ['source_id', 'lane', 'chunk', 'idx', 'at_ms', 'code', 'reason', 'message_id', 'text']

/** Refusals: only added to, read newest first. After a crash the same one may come again; the first one stays. */
export function refusalTable(db: DatabaseSync) {
  const refusal = db.prepare(`${insertInto('refusals', REFUSAL)} on conflict (lane, chunk, idx) do nothing`)
  // Two statements, because one that asks "this owner, or any" cannot use the owner's index.
  // A negative limit would mean none at all.
  const rest = 'id < :before order by id desc limit max(:count_max, 0)'
  const all = db.prepare(`select * from refusals where ${rest}`)
  const owned = db.prepare(`select * from refusals where source_id = :source and ${rest}`)

  return {
    addRefusal(added: StoredRefusal): void {
      refusal.run(refusalRow(added))
    },
    refusals(
      source: string | undefined,
      { before = Number.MAX_SAFE_INTEGER, count_max }: Page,
    ): readonly (StoredRefusal & { id: number })[] {
      const rows =
        source === undefined ? all.all({ before, count_max }) : owned.all({ source, before, count_max })
      return (rows as unknown as WithId<RefusalRow>[]).map(readRefusal)
    },
  }
}
