import type { DatabaseSync } from 'node:sqlite'
import type { Attempt, DeadLetter, Page, StoredAttempt, StoredDeadLetter, StoredRefusal } from '../ledger.ts'
import {
  type AttemptRow,
  attemptRow,
  type DeadLetterRow,
  deadLetterRow,
  type RefusalRow,
  readAttempt,
  readDeadLetter,
  readRefusal,
  refusalRow,
  type WithId,
} from './rows.ts'

const ATTEMPT = [
  ...['instance_id', 'started_at_ms', 'bytes', 'lane', 'duration_ms', 'attempt', 'outcome', 'status', 'code'],
  ...[
    'text',
    'method',
    'url',
    'request_bytes',
    'response_bytes',
    'addresses',
    'response_body',
    'request_body',
  ],
  ...['adjustments_count', 'adjustments'],
]
const DEAD_LETTER = [
  ...['instance_id', 'subscription_id', 'lane', 'chunk', 'idx', 'message_id', 'at_ms', 'code', 'text'],
  ...['request_method', 'request_url', 'request_body', 'response_status', 'response_body'],
]
const REFUSAL = ['source_id', 'lane', 'chunk', 'idx', 'at_ms', 'code', 'reason', 'message_id', 'text']

/**
 * Attempts, dead letters and refusals: only added to, read newest first.
 *
 * After a crash the same dead letter or refusal may come again; the first one stays. `on conflict` names the columns
 * that may meet: `insert or ignore` would also swallow a row with something missing.
 */
export function historyTables(db: DatabaseSync) {
  const attempt = db.prepare(insertInto('attempts', ATTEMPT))
  const deadLetter = db.prepare(
    `${insertInto('dead_letters', DEAD_LETTER)} on conflict (instance_id, subscription_id, lane, chunk, idx) do nothing`,
  )
  const refusal = db.prepare(`${insertInto('refusals', REFUSAL)} on conflict (lane, chunk, idx) do nothing`)
  const attemptPage = pages<AttemptRow>(db, 'attempts', 'instance_id')
  const deadLetterPage = pages<DeadLetterRow>(db, 'dead_letters', 'instance_id')
  const refusalPage = pages<RefusalRow>(db, 'refusals', 'source_id')

  return {
    addAttempt(added: Attempt): void {
      attempt.run(attemptRow(added))
    },
    addDeadLetter(added: DeadLetter): void {
      deadLetter.run(deadLetterRow(added))
    },
    addRefusal(added: StoredRefusal): void {
      refusal.run(refusalRow(added))
    },
    attempts(instanceId: string | undefined, page: Page): readonly StoredAttempt[] {
      return attemptPage(instanceId, page).map(readAttempt)
    },
    deadLetters(instanceId: string | undefined, page: Page): readonly StoredDeadLetter[] {
      return deadLetterPage(instanceId, page).map(readDeadLetter)
    },
    refusals(sourceId: string | undefined, page: Page): readonly (StoredRefusal & { id: number })[] {
      return refusalPage(sourceId, page).map(readRefusal)
    },
  }
}

function insertInto(table: string, columns: readonly string[]): string {
  const values = columns.map((column) => `:${column}`)
  return `insert into ${table} (${columns.join(', ')}) values (${values.join(', ')})`
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
