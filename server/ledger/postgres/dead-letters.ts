import type { Reason } from '../../../core/outcome.ts'
import type { Postgres, Queries } from '../../postgres/connect.ts'
import { conditions } from '../../postgres/where.ts'
import type { DeadLetterFilter, Page, StoredDeadLetter } from '../ledger.ts'
import { reasonKey } from '../reason-key.ts'
import type { DeadLetterGroup, ReplayLedger } from '../replays.ts'
import { type DeadLetterRow, readDeadLetter, type WithId } from '../tables/rows.ts'
import type { Batch } from './batch.ts'
import { storedOf } from './body-bytes.ts'

type Row = Omit<WithId<DeadLetterRow>, 'request_body' | 'response_body'> & {
  readonly [body in 'request_body' | 'response_body']: Buffer | null
}
type Owner = { readonly of: string; readonly part: string }
type Bounds = { readonly before?: number; readonly after?: number; readonly id_max?: number }
type Write = (tx: Queries, batch: Batch) => Promise<unknown>

/** Those that are given up go in steps, between which the readers' records get their turn. */
const STEP_count = 2_000

export function deadLetterReads(db: Queries) {
  async function read(filter: DeadLetterFilter, bounds: Bounds, order: 'asc' | 'desc', count_max: number) {
    if (count_max <= 0) return []
    const where = conditionsOf(filter, bounds)
    const limit = `order by id ${order} limit ${where.place(count_max)}`
    const rows = await db.rows<Row>(`select * from dead_letters where ${where.sql()} ${limit}`, where.values)
    return rows.map(readRow)
  }
  return {
    deadLetters: (filter: DeadLetterFilter, { before, count_max }: Page) =>
      read(filter, before === undefined ? {} : { before }, 'desc', count_max),
    deadLettersAfter: (
      filter: DeadLetterFilter,
      { id, id_max, count_max }: { id: number; id_max: number; count_max: number },
    ) => read(filter, { after: id, id_max }, 'asc', count_max),
    async deadLetterCount(filter: DeadLetterFilter): Promise<number> {
      const where = conditionsOf(filter)
      const sql = `select count(*) as count from dead_letters where ${where.sql()}`
      return (await db.rows<{ count: number }>(sql, where.values))[0]?.count ?? 0
    },
    async deadLetterGroups({ instanceId }: { readonly instanceId?: string }) {
      const where = conditionsOf(instanceId === undefined ? {} : { instanceId })
      return (await db.rows<GroupRow>(GROUPS(where.sql()), where.values)).map(readGroup)
    },
  }
}

export function deadLetterTrims(
  db: Postgres,
  write: Write,
): Pick<ReplayLedger, 'giveUpDeadLetters' | 'trimDeadLetters'> {
  return {
    async giveUpDeadLetters(filter) {
      const newest = 'select coalesce(max(id), 0) as id from dead_letters'
      const id_max = (await db.rows<{ id: number }>(newest))[0]?.id ?? 0
      return inSteps(() =>
        db.transaction(async (tx) => {
          const taken = await take(tx, conditionsOf(filter, { id_max }))
          await write(tx, { counts: taken.flatMap(givenUp) })
          return taken.length
        }),
      )
    },
    async trimDeadLetters(bytes_max, at_ms) {
      return inSteps(() =>
        db.transaction(async (tx) => {
          const taken = await takeOldest(tx, bytes_max)
          const series = taken.map((owner) => ({ ...owner, name: 'givenUp' as const, count: 1, at_ms }))
          await write(tx, { counts: taken.flatMap(givenUp), series })
          return taken.length
        }),
      )
    },
  }
}

async function inSteps(step: () => Promise<number>): Promise<number> {
  for (let count = 0; ; ) {
    const gone = await step()
    count += gone
    if (gone < STEP_count) return count
  }
}

/** A dead letter is one no more. */
function givenUp(owner: Owner) {
  return [
    { ...owner, name: 'dead', count: -1 },
    { ...owner, name: 'givenUp', count: 1 },
  ] as const
}

function take(tx: Queries, where: ReturnType<typeof conditions>): Promise<readonly Owner[]> {
  const ids = `select id from dead_letters where ${where.sql()} order by id limit ${STEP_count} for update`
  return tx.rows<Owner>(
    `delete from dead_letters where id in (${ids}) returning instance_id as "of", subscription_id as part`,
    where.values,
  )
}

/** Removes the oldest of all of them while they hold more bytes than the limit, and says of whom they were. */
async function takeOldest(tx: Queries, bytes_max: number): Promise<readonly Owner[]> {
  const [held] = await tx.rows<{ total: number }>(
    `with gone as (delete from dead_letter_sizes returning bytes)
     insert into dead_letter_sizes select coalesce(sum(bytes), 0) from gone returning bytes as total`,
  )
  let total = held?.total ?? 0
  if (total <= bytes_max) return []
  const oldest = await tx.rows<Owner & { readonly id: number; readonly bytes: number }>(
    `select id, instance_id as "of", subscription_id as part, bytes from dead_letters
     order by id limit ${STEP_count} for update`,
  )
  const taken: (Owner & { readonly id: number })[] = []
  for (const { id, of, part, bytes } of oldest) {
    if (total <= bytes_max) break
    total -= bytes
    taken.push({ id, of, part })
  }
  await tx.rows('delete from dead_letters where id = any($1::bigint[])', [taken.map(({ id }) => id)])
  return taken.map(({ of, part }) => ({ of, part }))
}

function conditionsOf(filter: DeadLetterFilter, { before, after, id_max }: Bounds = {}) {
  const { instanceId, subscriptionId, code, text, event, from_ms, to_ms, ids, address } = filter
  const where = conditions()
  where.add((at) => `instance_id = ${at}`, instanceId)
  where.add((at) => `subscription_id = ${at}`, subscriptionId)
  where.add((at) => `code = ${at}`, code)
  where.add((at) => `reason_key = ${at}`, text === undefined ? undefined : reasonKey(text))
  where.add((at) => `event = ${at}`, event)
  where.add((at) => `at_ms >= ${at}`, from_ms)
  where.add((at) => `at_ms < ${at}`, to_ms)
  where.add((at) => `id = any(${at}::bigint[])`, ids)
  where.add((at) => `chunk = ${at}`, address?.chunk)
  where.add((at) => `idx = ${at}`, address?.index)
  where.add((at) => `lane = ${at}`, address?.lane)
  where.add((at) => `id < ${at}`, before)
  where.add((at) => `id > ${at}`, after)
  where.add((at) => `id <= ${at}`, id_max)
  return where
}

function readRow({ request_body, response_body, ...row }: Row): StoredDeadLetter {
  return readDeadLetter({
    ...row,
    request_body: request_body === null ? null : storedOf(request_body),
    response_body: response_body === null ? null : storedOf(response_body),
  })
}

/** All of it from one index, but for the text of each group's newest. */
const GROUPS = (where: string) => `
  select groups.*, newest.text as text from (
    select instance_id, subscription_id, code, count(*) as count,
      min(at_ms) as first_ms, max(at_ms) as last_ms, max(id) as id
    from dead_letters where ${where} group by instance_id, subscription_id, code, reason_key
  ) as groups join dead_letters as newest on newest.id = groups.id
  order by last_ms desc, groups.id desc
`
type GroupRow = Pick<DeadLetterGroup, 'text' | 'count' | 'first_ms' | 'last_ms'> & {
  readonly instance_id: string
  readonly subscription_id: string
  readonly code: Reason['code']
}

function readGroup({ instance_id, subscription_id, code, text, count, first_ms, last_ms }: GroupRow) {
  return { instanceId: instance_id, subscriptionId: subscription_id, code, text, count, first_ms, last_ms }
}
