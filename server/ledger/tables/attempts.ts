import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { type Address, addressText } from '../../../core/event.ts'
import { unpackAddresses } from '../addresses.ts'
import type { Attempt, AttemptFilter, Page, StoredAttempt } from '../ledger.ts'
import { insertInto } from './insert.ts'
import { keptRequests } from './kept-requests.ts'
import { type AttemptRow, attemptRow, readAttempt, type WithId } from './rows.ts'

const COLUMNS = [
  ...['instance_id', 'started_at_ms', 'bytes', 'lane', 'duration_ms', 'attempt', 'outcome', 'status', 'code'],
  ...['text', 'method', 'url', 'request_bytes', 'response_bytes', 'addresses', 'response_body'],
  ...['request_body', 'body_of', 'adjustments_count', 'adjustments', 'actions'],
]

/** Attempts, and which of them carried events of a chunk, or deliveries of an action. */
export function attemptTable(db: DatabaseSync) {
  const add = db.prepare(insertInto('attempts', COLUMNS))
  const addChunk = db.prepare('insert into attempt_chunks (chunk, attempt_id) values (?, ?)')
  const addAction = db.prepare(insertInto('attempt_actions', ['instance_id', 'action', 'attempt_id']))
  const one = db.prepare('select * from attempts where id = ?')
  const body = db.prepare('select request_body from attempts where id = ?')
  const requests = keptRequests(db)
  const statements = new Map<string, StatementSync>()

  /** With its request, wherever that is kept. */
  function whole(row: WithId<AttemptRow>): StoredAttempt {
    if (row.body_of === null) return readAttempt(row)
    const keeper = body.get(row.body_of) as Pick<AttemptRow, 'request_body'> | undefined
    return readAttempt({ ...row, request_body: keeper?.request_body ?? gone(row) })
  }

  /** One statement for each set of filters that is used: "this owner, or any" cannot use the owner's index. */
  function statement({ from, id, where }: Asked): StatementSync {
    // A negative limit would mean none at all.
    const limit = `order by ${id} desc limit max(:count_max, 0)`
    const sql = `select attempts.* from ${from} where ${where.join(' and ')} ${limit}`
    const known = statements.get(sql) ?? db.prepare(sql)
    statements.set(sql, known)
    return known
  }

  return {
    addAttempt(added: Attempt): void {
      const keeper = requests.keeper(added)
      const { lastInsertRowid } = add.run(attemptRow(added, keeper.id))
      keeper.stored(Number(lastInsertRowid))
      for (const chunk of chunksOf(added.addresses)) addChunk.run(chunk, lastInsertRowid)
      for (const action of new Set(added.subscriptionIds)) {
        addAction.run({ instance_id: added.instanceId, action, attempt_id: lastInsertRowid })
      }
    },
    attempts(filter: AttemptFilter, { before = Number.MAX_SAFE_INTEGER, count_max }: Page) {
      const asked = askedOf(filter)
      const { where } = asked
      const values: Record<string, string | number> = { before, ...asked.values }
      for (const [name, condition] of CONDITIONS) {
        const value = filter[name]
        if (value === undefined) continue
        where.push(condition)
        values[name] = value
      }
      const { carried, status } = filter
      if (status === 'none') where.push('status is null')
      else if (status !== undefined) {
        where.push('status between :first and :last')
        Object.assign(values, status)
      }
      if (carried === undefined) {
        return readAll(statement(asked).iterate({ ...values, count_max }), whole, count_max)
      }
      where.push(CARRIED)
      const chunks = JSON.stringify(chunksOf(carried))
      const wanted = new Set(carried.map(addressText))
      const rows = statement(asked).iterate({ ...values, chunks, count_max: Number.MAX_SAFE_INTEGER })
      return readAll(carriers(rows, wanted), whole, count_max)
    },
    attempt(id: number): StoredAttempt | undefined {
      const row = one.get(id) as WithId<AttemptRow> | undefined
      return row && whole(row)
    },
  }
}

/** What is read, under which name it has an attempt's id, and the conditions so far. */
type Asked = {
  readonly from: string
  readonly id: string
  readonly where: string[]
  readonly values: Readonly<Record<string, string>>
}

/** From the attempts; or from those of an action, unless others of the filters are sure to leave only few. */
function askedOf({ instanceId, subscriptionId, outcome, carried }: AttemptFilter): Asked {
  const isFailed = outcome !== undefined && outcome !== 'delivered'
  // Word for word what its index says: SQLite does not conclude it from the outcome.
  const failed = isFailed ? ["outcome <> 'delivered'"] : []
  const values = subscriptionId === undefined ? {} : { subscriptionId }
  if (subscriptionId === undefined || isFailed || carried !== undefined) {
    const ofAction = subscriptionId === undefined ? [] : [OF_ACTION]
    return { from: 'attempts', id: 'id', where: ['id < :before', ...failed, ...ofAction], values }
  }
  const ofInstance = instanceId === undefined ? [] : ['attempt_actions.instance_id = :instanceId']
  const where = ['action = :subscriptionId', ...ofInstance, 'attempt_id < :before']
  return { from: 'attempt_actions cross join attempts on id = attempt_id', id: 'attempt_id', where, values }
}
const OF_ACTION = `exists (select 1 from attempt_actions of_action where of_action.instance_id = attempts.instance_id
  and of_action.action = :subscriptionId and of_action.attempt_id = attempts.id)`

type Plain = Exclude<keyof AttemptFilter, 'carried' | 'status' | 'subscriptionId'>
const CONDITIONS: readonly (readonly [name: Plain, condition: string])[] = [
  ['instanceId', 'attempts.instance_id = :instanceId'],
  ['outcome', 'outcome = :outcome'],
  ['from_ms', 'started_at_ms >= :from_ms'],
  ['to_ms', 'started_at_ms < :to_ms'],
]
const CARRIED =
  'id in (select attempt_id from attempt_chunks where chunk in (select value from json_each(:chunks)))'

export function chunksOf(addresses: readonly Address[]): readonly number[] {
  const chunks = new Set<number>()
  let last: number | undefined
  for (const { chunk } of addresses) {
    if (chunk === last) continue
    chunks.add(chunk)
    last = chunk
  }
  return [...chunks]
}

/** Of those that carried something of the chunks, the ones that carried one of the events. */
function* carriers(rows: Iterable<unknown>, wanted: ReadonlySet<string>): Generator<unknown> {
  for (const row of rows) {
    const { addresses } = row as AttemptRow
    if (unpackAddresses(addresses).some((address) => wanted.has(addressText(address)))) yield row
  }
}

function gone({ body_of }: Pick<AttemptRow, 'body_of'>): string {
  return `The same as of attempt ${body_of}, which has been trimmed.`
}

function readAll(
  rows: Iterable<unknown>,
  read: (row: WithId<AttemptRow>) => StoredAttempt,
  count_max: number,
): readonly StoredAttempt[] {
  const found: StoredAttempt[] = []
  if (count_max <= 0) return found
  for (const row of rows) {
    found.push(read(row as WithId<AttemptRow>))
    if (found.length >= count_max) break
  }
  return found
}
