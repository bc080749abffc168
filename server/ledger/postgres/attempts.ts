import { addressText } from '../../../core/event.ts'
import type { Queries } from '../../postgres/connect.ts'
import { conditions } from '../../postgres/where.ts'
import { unpackAddresses } from '../addresses.ts'
import type { AttemptFilter, Page, StoredAttempt } from '../ledger.ts'
import { chunksOf } from '../tables/attempts.ts'
import { type AttemptRow, readAttempt, type WithId } from '../tables/rows.ts'
import { storedOf } from './body-bytes.ts'

/** Those that a trim has not hidden: what is before the mark goes with its day. */
export const SHOWN = '(started_at_ms, id) >= (select started_at_ms, id from attempt_mark)'

/** How many are looked through at once for the events that they carried. */
const LOOK_count = 500

type Row = Omit<
  WithId<AttemptRow>,
  'request_body' | 'response_body' | 'adjustments' | 'actions' | 'addresses'
> & {
  readonly [body in 'request_body' | 'response_body' | 'addresses']: Buffer
} & { readonly adjustments: Buffer | null; readonly actions: readonly string[] | null }

export function attemptReads(db: Queries) {
  return {
    async attempts(filter: AttemptFilter, { before, count_max }: Page): Promise<readonly StoredAttempt[]> {
      if (count_max <= 0) return []
      if (filter.carried !== undefined) return whole(db, await carriers(db, filter, before, count_max))
      const where = conditionsOf(filter, before)
      const limit = `order by id desc limit ${where.place(count_max)}`
      return whole(
        db,
        await db.rows<Row>(`select * from attempts where ${where.sql()} ${limit}`, where.values),
      )
    },
    async attempt(id: number): Promise<StoredAttempt | undefined> {
      const rows = await db.rows<Row>(`select * from attempts where id = $1 and ${SHOWN}`, [id])
      return (await whole(db, rows))[0]
    },
  }
}

function conditionsOf(filter: AttemptFilter, before: number | undefined) {
  const { instanceId, subscriptionId, outcome, status, from_ms, to_ms, carried } = filter
  const where = conditions()
  where.plain(SHOWN)
  where.add((at) => `id < ${at}`, before)
  where.add((at) => `instance_id = ${at}`, instanceId)
  where.add((at) => `actions @> ${at}::text[]`, subscriptionId === undefined ? undefined : [subscriptionId])
  // Word for word what its index says.
  if (outcome !== undefined && outcome !== 'delivered') where.plain("outcome <> 'delivered'")
  where.add((at) => `outcome = ${at}`, outcome)
  if (status === 'none') where.plain('status is null')
  else if (status !== undefined) {
    where.add((at) => `status >= ${at}`, status.first)
    where.add((at) => `status <= ${at}`, status.last)
  }
  where.add((at) => `started_at_ms >= ${at}`, from_ms)
  where.add((at) => `started_at_ms < ${at}`, to_ms)
  where.add((at) => `chunks && ${at}::bigint[]`, carried === undefined ? undefined : chunksOf(carried))
  return where
}

/** Of those that carried something of the chunks, the ones that carried one of the events, newest first. */
async function carriers(db: Queries, filter: AttemptFilter, before: number | undefined, count_max: number) {
  const wanted = new Set((filter.carried ?? []).map(addressText))
  const found: Row[] = []
  for (let last = before; ; ) {
    const where = conditionsOf(filter, last)
    const limit = `order by id desc limit ${LOOK_count}`
    const rows = await db.rows<Row>(`select * from attempts where ${where.sql()} ${limit}`, where.values)
    for (const row of rows) {
      const isOne = unpackAddresses(row.addresses).some((address) => wanted.has(addressText(address)))
      if (isOne) found.push(row)
      if (found.length >= count_max) return found
    }
    last = rows.at(-1)?.id
    if (last === undefined || rows.length < LOOK_count) return found
  }
}

/** With their requests, wherever those are kept. */
async function whole(db: Queries, rows: readonly Row[]): Promise<readonly StoredAttempt[]> {
  const keepers = rows.flatMap(({ body_of }) => (body_of === null ? [] : [body_of]))
  const sql = 'select id, request_body from attempts where id = any($1::bigint[])'
  const kept = keepers.length === 0 ? [] : await db.rows<Pick<Row, 'id' | 'request_body'>>(sql, [keepers])
  const bodies = new Map(kept.map(({ id, request_body }) => [id, storedOf(request_body)]))
  return rows.map(({ response_body, request_body, adjustments, actions, ...row }) =>
    readAttempt({
      ...row,
      request_body:
        row.body_of === null ? storedOf(request_body) : (bodies.get(row.body_of) ?? gone(row.body_of)),
      response_body: storedOf(response_body),
      adjustments: adjustments === null ? null : storedOf(adjustments),
      actions: actions === null ? null : JSON.stringify(actions),
    }),
  )
}

function gone(keeper: number): string {
  return `The same as of attempt ${keeper}, which has been trimmed.`
}
