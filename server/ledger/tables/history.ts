import type { DatabaseSync } from 'node:sqlite'
import type { DeadLetter, DeadLetterFilter, Page, StoredDeadLetter, StoredRefusal } from '../ledger.ts'
import { insertInto } from './insert.ts'
import {
  type DeadLetterRow,
  deadLetterRow,
  type RefusalRow,
  readDeadLetter,
  readRefusal,
  refusalRow,
  type WithId,
} from './rows.ts'

const DEAD_LETTER = [
  ...['instance_id', 'subscription_id', 'lane', 'chunk', 'idx', 'message_id', 'at_ms', 'code', 'text'],
  ...['request_method', 'request_url', 'request_body', 'response_status', 'response_body'],
]
const REFUSAL = ['source_id', 'lane', 'chunk', 'idx', 'at_ms', 'code', 'reason', 'message_id', 'text']

/**
 * Dead letters and refusals: only added to, read newest first.
 *
 * After a crash the same dead letter or refusal may come again; the first one stays. `on conflict` names the columns
 * that may meet: `insert or ignore` would also swallow a row with something missing.
 */
export function historyTables(db: DatabaseSync) {
  const deadLetter = db.prepare(
    `${insertInto('dead_letters', DEAD_LETTER)} on conflict (instance_id, subscription_id, lane, chunk, idx) do nothing`,
  )
  const refusal = db.prepare(`${insertInto('refusals', REFUSAL)} on conflict (lane, chunk, idx) do nothing`)
  const deadLetterPage = pages<DeadLetterRow>(db, 'dead_letters', 'instance_id')
  // Few rows: those of one event.
  const deadLettersAt = db.prepare(`
    select * from dead_letters where chunk = :chunk and idx = :idx and lane = :lane
      and (:id is null or instance_id = :id) and id < :before order by id desc limit max(:count_max, 0)
  `)
  const letters = db.prepare('select count(*) as count from dead_letters where instance_id = ?')
  const refusalPage = pages<RefusalRow>(db, 'refusals', 'source_id')

  return {
    addDeadLetter(added: DeadLetter): void {
      deadLetter.run(deadLetterRow(added))
    },
    addRefusal(added: StoredRefusal): void {
      refusal.run(refusalRow(added))
    },
    deadLetters({ instanceId, address }: DeadLetterFilter, page: Page): readonly StoredDeadLetter[] {
      if (address === undefined) return deadLetterPage(instanceId, page).map(readDeadLetter)
      const { before = Number.MAX_SAFE_INTEGER, count_max } = page
      const { lane, chunk, index: idx } = address
      const id = instanceId ?? null
      const rows = deadLettersAt.all({ lane, chunk, idx, id, before, count_max })
      return (rows as WithId<DeadLetterRow>[]).map(readDeadLetter)
    },
    deadLetterCount: (instanceId: string) => (letters.get(instanceId) as { count: number }).count,
    refusals(sourceId: string | undefined, page: Page): readonly (StoredRefusal & { id: number })[] {
      return refusalPage(sourceId, page).map(readRefusal)
    },
  }
}

/** Two statements, because one that asks "this owner, or any" cannot use the owner's index. */
function pages<Row>(db: DatabaseSync, table: string, owner: string) {
  // A negative limit would mean none at all.
  const rest = 'id < :before order by id desc limit max(:count_max, 0)'
  const all = db.prepare(`select * from ${table} where ${rest}`)
  const owned = db.prepare(`select * from ${table} where ${owner} = :owner and ${rest}`)
  return function read(id: string | undefined, { before = Number.MAX_SAFE_INTEGER, count_max }: Page) {
    const rows =
      id === undefined ? all.all({ before, count_max }) : owned.all({ owner: id, before, count_max })
    return rows as unknown as WithId<Row>[]
  }
}
