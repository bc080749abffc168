import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { Reason } from '../../../core/outcome.ts'
import { LIMIT } from '../../sqlite/limit.ts'
import type { DeadLetter, DeadLetterFilter, Page, StoredDeadLetter } from '../ledger.ts'
import { reasonKey } from '../reason-key.ts'
import type { DeadLetterGroup } from '../replays.ts'
import { DEAD_LETTER_BYTES } from './dead-letter-bytes.ts'
import { insertInto } from './insert.ts'
import { type DeadLetterRow, deadLetterRow, readDeadLetter, type WithId } from './rows.ts'

const COLUMNS = [
  ...['instance_id', 'subscription_id', 'lane', 'chunk', 'idx', 'message_id', 'at_ms', 'code', 'text'],
  ...['request_method', 'request_url', 'request_body', 'response_status', 'response_body'],
  ...['reason_key', 'event'],
]
type Where = { readonly sql: string; readonly values: Record<string, SQLInputValue> }
type OldRow = { readonly id: number; readonly of: string; readonly part: string; readonly bytes: number }
type Key = Pick<DeadLetter, 'instanceId' | 'subscriptionId' | 'address'>

/**
 * Dead letters. After a crash the same one may come again; the first one stays. `on conflict` names the columns that may
 * meet: `insert or ignore` would also swallow a row with something missing.
 */
export function deadLetterTable(db: DatabaseSync) {
  const add = db.prepare(
    `${insertInto('dead_letters', COLUMNS)} on conflict (instance_id, subscription_id, lane, chunk, idx) do nothing`,
  )
  const of = 'instance_id = ? and subscription_id = ? and lane = ? and chunk = ? and idx = ?'
  const known = db.prepare(`select 1 from dead_letters where ${of}`)
  const remove = db.prepare(`delete from dead_letters where ${of}`)
  const statements = new Map<string, StatementSync>()

  /** One statement for each set of filters that is used: "this owner, or any" cannot use the owner's index. */
  function statement(sql: string): StatementSync {
    const prepared = statements.get(sql) ?? db.prepare(sql)
    statements.set(sql, prepared)
    return prepared
  }

  /** The ids come from the narrow index, so that bodies of what is not shown are not read. */
  function read({ sql, values }: Where, order: 'asc' | 'desc', count_max: number) {
    const ids = `select id from dead_letters where ${sql} order by id ${order} limit :count_max`
    const rows = statement(`select * from dead_letters where id in (${ids}) order by id ${order}`)
    const found = rows.all({ ...values, count_max: Math.max(0, count_max) })
    return (found as WithId<DeadLetterRow>[]).map(readDeadLetter)
  }

  return {
    ...deadLetterSizes(db),
    addDeadLetter(added: DeadLetter): void {
      add.run(deadLetterRow(added))
    },
    hasDeadLetter: (key: Key) => known.get(...keyOf(key)) !== undefined,
    /** False when there was none. */
    removeDeadLetter: (key: Key) => remove.run(...keyOf(key)).changes > 0,
    deadLetters(filter: DeadLetterFilter, { before, count_max }: Page): readonly StoredDeadLetter[] {
      return read(whereOf(filter, before === undefined ? {} : { before }), 'desc', count_max)
    },
    deadLettersAfter(
      filter: DeadLetterFilter,
      { id, id_max, count_max }: { id: number; id_max: number; count_max: number },
    ): readonly StoredDeadLetter[] {
      return read(whereOf(filter, { after: id, id_max }), 'asc', count_max)
    },
    deadLetterCount(filter: DeadLetterFilter): number {
      const { sql, values } = whereOf(filter)
      const row = statement(`select count(*) as count from dead_letters where ${sql}`).get(values)
      return (row as { count: number }).count
    },
    deadLetterGroups: ({ instanceId }: { readonly instanceId?: string }): readonly DeadLetterGroup[] => {
      const { sql, values } = whereOf(instanceId === undefined ? {} : { instanceId })
      return (statement(GROUPS(sql)).all(values) as GroupRow[]).map(readGroup)
    },
    /** Removes the oldest of them up to an id, and says how many of which. */
    takeDeadLetters(filter: DeadLetterFilter, id_max: number, count_max: number) {
      const { sql, values } = whereOf(filter, { id_max })
      const ids = `select id from dead_letters where ${sql} order by id limit :count_max`
      const gone = statement(
        `delete from dead_letters where id in (${ids}) returning instance_id as "of", subscription_id as part`,
      )
      return gone.all({ ...values, count_max }) as { of: string; part: string }[]
    },
    newestDeadLetter: (): number =>
      (statement('select coalesce(max(id), 0) as id from dead_letters').get() as { id: number }).id,
  }
}

function deadLetterSizes(db: DatabaseSync) {
  const held = db.prepare('select total from dead_letter_bytes')
  const oldest = db.prepare(`
    select id, instance_id as "of", subscription_id as part, ${DEAD_LETTER_BYTES('dead_letters')} as bytes
    from dead_letters order by id ${LIMIT}
  `)
  const remove = db.prepare('delete from dead_letters where id = ?')
  return {
    /** Removes the oldest of all of them while they hold more bytes than the limit, and says of whom they were. */
    takeOldest(bytes_max: number, count_max: number): readonly { of: string; part: string }[] {
      let { total } = held.get() as { total: number }
      const taken: { of: string; part: string }[] = []
      if (total <= bytes_max) return taken
      for (const { id, bytes, ...owner } of oldest.all(count_max) as OldRow[]) {
        if (total <= bytes_max) break
        remove.run(id)
        total -= bytes
        taken.push(owner)
      }
      return taken
    },
  }
}

function keyOf({ instanceId, subscriptionId, address: { lane, chunk, index } }: Key) {
  return [instanceId, subscriptionId, lane, chunk, index] as const
}

type Bounds = { readonly before?: number; readonly after?: number; readonly id_max?: number }

function whereOf({ text, ids, address, ...plain }: DeadLetterFilter, bounds: Bounds = {}): Where {
  const conditions: string[] = []
  const values: Record<string, SQLInputValue> = {}
  const given = {
    ...plain,
    ...bounds,
    ...(text === undefined ? {} : { key: reasonKey(text) }),
    ...(ids === undefined ? {} : { ids: JSON.stringify(ids) }),
  }
  for (const [name, condition] of CONDITIONS) {
    const value = given[name]
    if (value === undefined) continue
    conditions.push(condition)
    values[name] = value
  }
  if (address !== undefined) {
    conditions.push('chunk = :chunk and idx = :idx and lane = :lane')
    Object.assign(values, { lane: address.lane, chunk: address.chunk, idx: address.index })
  }
  return { sql: conditions.length === 0 ? 'true' : conditions.join(' and '), values }
}

type Name = keyof Bounds | Exclude<keyof DeadLetterFilter, 'text' | 'address'> | 'key'
const CONDITIONS: readonly (readonly [Name, string])[] = [
  ['instanceId', 'instance_id = :instanceId'],
  ['subscriptionId', 'subscription_id = :subscriptionId'],
  ['code', 'code = :code'],
  ['key', 'reason_key = :key'],
  ['event', 'event = :event'],
  ['from_ms', 'at_ms >= :from_ms'],
  ['to_ms', 'at_ms < :to_ms'],
  ['ids', 'id in (select value from json_each(:ids))'],
  ['before', 'id < :before'],
  ['after', 'id > :after'],
  ['id_max', 'id <= :id_max'],
]

/** All of it from one index, but for the text of each group's newest. */
const GROUPS = (where: string) => `
  select groups.*, newest.text as text from (
    select instance_id, subscription_id, code, count(*) as count,
      min(at_ms) as first_ms, max(at_ms) as last_ms, max(id) as id
    from dead_letters where ${where} group by instance_id, subscription_id, code, reason_key
  ) as groups join dead_letters as newest on newest.id = groups.id
  order by last_ms desc, groups.id desc
`
type GroupRow = {
  readonly instance_id: string
  readonly subscription_id: string
  readonly code: Reason['code']
  readonly text: string
  readonly count: number
  readonly first_ms: number
  readonly last_ms: number
}

function readGroup({ instance_id, subscription_id, code, text, count, first_ms, last_ms }: GroupRow) {
  return { instanceId: instance_id, subscriptionId: subscription_id, code, text, count, first_ms, last_ms }
}
