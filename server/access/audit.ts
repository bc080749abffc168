import type { Kysely, Transaction } from 'kysely'
import { AppError } from '../../core/errors.ts'
import type { Json } from '../../core/event.ts'
import type { AuditNote, AuditTrail } from '../admin/audit-note.ts'
import { sql } from '../queries/kysely.ts'
import type { AccessDb } from './access-db.ts'
import {
  CHAIN_BEGIN,
  type ChainEnd,
  type ChainReport,
  chainHash,
  followChain,
  TRIMMED,
} from './audit-chain.ts'
import type { AuditRow, AuditTables } from './audit-schema.ts'

export type { AuditNote } from '../admin/audit-note.ts'

/** What is longer is cut, or said to be too long: a row is for people to read. */
const TEXT_CHARS_MAX = 500
const JSON_CHARS_MAX = 100_000
/** Rows that are read at once while all of them are gone through. */
const PAGE_ROWS = 500
const UNFINISHED = 'unfinished'

export type AuditFilter = {
  /** A name or an id. */
  readonly who?: string
  /** Begins so. */
  readonly what?: string
  readonly ofType?: string
  readonly ofId?: string
  /** `ok`, `refused` for all that are not, or a code. */
  readonly outcome?: string
  readonly from_ms?: number
  readonly to_ms?: number
}
export type AuditLog = AuditTrail & {
  /** Newest first, only those before a number. What was begun and has ended is one entry: the end. */
  readonly list: (filter: AuditFilter, page: { count_max: number; before?: number }) => Promise<AuditRow[]>
  /** The same, oldest first, until the newest there was at the beginning. */
  readonly each: (filter: AuditFilter) => AsyncGenerator<AuditRow>
  /** Also that this row, which somebody kept from before, is still there. */
  readonly verify: (expected?: ChainEnd) => Promise<ChainReport>
  readonly end: () => Promise<ChainEnd>
  /** Removes what is older, and notes that it did; tells how many rows. */
  readonly trim: (before_ms: number) => Promise<number>
}
export type AuditDeps = {
  readonly now_ms: () => number
  /** The log cannot be written, and why. */
  readonly onFault: (error: unknown) => void
}

/** The audit log in `access.db`: rows that are only ever added, each with a hash over the one before. */
export function auditLog(access: AccessDb, { now_ms, onFault }: AuditDeps): AuditLog {
  const db = access.of<AuditTables>()

  async function add(
    entry: Omit<AuditNote, 'outcome'>,
    ends: number | null,
    outcome: string,
  ): Promise<number> {
    try {
      return await db.transaction().execute((tx) => append(tx, rowOf(entry, ends, outcome, now_ms())))
    } catch (cause) {
      onFault(cause)
      throw new AppError('AUDIT_UNAVAILABLE', {}, { cause })
    }
  }

  return {
    async note({ outcome, ...entry }) {
      await add(entry, null, outcome)
    },
    async begin(entry) {
      const number = await add(entry, null, UNFINISHED)
      return async (outcome, details) => {
        await add({ ...entry, ...details }, number, outcome)
      }
    },
    async list(filter, { count_max, before }) {
      let query = matching(db, filter).orderBy('number', 'desc').limit(count_max)
      if (before !== undefined) query = query.where('number', '<', before)
      return query.execute()
    },
    async *each(filter) {
      const { number } = await endOf(db)
      for await (const row of pages((from) => matching(db, filter).where('number', '>', from), number))
        yield row
    },
    async verify(expected) {
      const { number } = await endOf(db)
      const rows = pages((from) => db.selectFrom('audit').selectAll().where('number', '>', from), number)
      return followChain(rows, await checkpointOf(db), expected)
    },
    end: () => endOf(db),
    trim: (before_ms) => db.transaction().execute((tx) => trim(tx, before_ms, now_ms())),
  }
}

type Reader = Kysely<AuditTables>

function matching(db: Reader, { who, what, ofType, ofId, outcome, from_ms, to_ms }: AuditFilter) {
  let query = db
    .selectFrom('audit')
    .selectAll()
    .where(
      sql<boolean>`(outcome <> ${UNFINISHED} or not exists (select 1 from audit as later where later.ends = audit.number))`,
    )
  if (who !== undefined) query = query.where((by) => by.or([by('who', '=', who), by('who_id', '=', who)]))
  if (what !== undefined) query = query.where(sql<boolean>`substr(what, 1, ${what.length}) = ${what}`)
  if (ofType !== undefined) query = query.where('of_type', '=', ofType)
  if (ofId !== undefined) query = query.where('of_id', '=', ofId)
  if (outcome === 'refused') query = query.where('outcome', '<>', 'ok')
  else if (outcome !== undefined) query = query.where('outcome', '=', outcome)
  if (from_ms !== undefined) query = query.where('at_ms', '>=', from_ms)
  if (to_ms !== undefined) query = query.where('at_ms', '<', to_ms)
  return query
}

/** All that a query gives up to a number, in their order; others get a turn between two pages. */
async function* pages(
  after: (number: number) => ReturnType<typeof matching>,
  last: number,
): AsyncGenerator<AuditRow> {
  let from = 0
  for (;;) {
    const rows = await after(from).where('number', '<=', last).orderBy('number').limit(PAGE_ROWS).execute()
    yield* rows
    from = rows.at(-1)?.number ?? last
    if (rows.length < PAGE_ROWS) return
  }
}

async function append(tx: Transaction<AuditTables>, row: Omit<AuditRow, 'number' | 'hash'>): Promise<number> {
  const end = await endOf(tx)
  const numbered = { ...row, number: end.number + 1 }
  await tx
    .insertInto('audit')
    .values({ ...numbered, hash: chainHash(end.hash, numbered) })
    .execute()
  return numbered.number
}

async function endOf(db: Reader): Promise<ChainEnd> {
  const newest = await db
    .selectFrom('audit')
    .select(['number', 'hash'])
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst()
  return newest ?? (await checkpointOf(db)) ?? CHAIN_BEGIN
}

async function checkpointOf(db: Reader): Promise<ChainEnd | undefined> {
  return db.selectFrom('audit_checkpoint').select(['number', 'hash']).executeTakeFirst()
}

/** Whole rows from the oldest on, until one is to stay: a clock that went back keeps more, never less. */
async function trim(tx: Transaction<AuditTables>, before_ms: number, now_ms: number): Promise<number> {
  const { first } = await tx
    .selectFrom('audit')
    .select((by) => by.fn.min('number').as('first'))
    .where('at_ms', '>=', before_ms)
    .executeTakeFirstOrThrow()
  const last = await tx
    .selectFrom('audit')
    .select(['number', 'hash'])
    .where('number', '<', first ?? Number.MAX_SAFE_INTEGER)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (last === undefined) return 0
  const who = { name: 'the server', via: 'system' } as const
  const after = { number: last.number, hash: last.hash }
  await append(tx, rowOf({ who, what: TRIMMED, after }, null, 'ok', now_ms))
  await tx
    .insertInto('audit_checkpoint')
    .values({ id: 1, ...last })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(last))
    .execute()
  const { numDeletedRows } = await tx
    .deleteFrom('audit')
    .where('number', '<=', last.number)
    .executeTakeFirst()
  return Number(numDeletedRows)
}

function rowOf(
  { who, what, of, change, before, after, request }: Omit<AuditNote, 'outcome'>,
  ends: number | null,
  outcome: string,
  at_ms: number,
): Omit<AuditRow, 'number' | 'hash'> {
  const agent = request?.headers['user-agent']
  return {
    ...{ at_ms, ends, who: cut(who.name), who_id: who.id ?? null, via: who.via },
    ...{ address: request?.ip ?? null, agent: agent === undefined ? null : cut(agent) },
    ...{ request: request === undefined ? null : String(request.id), what: cut(what) },
    ...{ of_type: of?.type ?? null, of_id: of === undefined ? null : cut(of.id), outcome },
    ...{ change: change ?? null, before: jsonOf(before), after: jsonOf(after) },
  }
}

const cut = (text: string) => text.slice(0, TEXT_CHARS_MAX).toWellFormed()

function jsonOf(value: Json | undefined): string | null {
  if (value === undefined) return null
  const text = JSON.stringify(value)
  return text.length <= JSON_CHARS_MAX ? text : JSON.stringify({ tooLong: `${text.length} characters` })
}
