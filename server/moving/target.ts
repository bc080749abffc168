import { AppError } from '../../core/errors.ts'
import { ACCESS_POSTGRES_MIGRATIONS } from '../access/postgres-schema.ts'
import { attemptDays } from '../ledger/postgres/attempt-days.ts'
import { LEDGER_MIGRATIONS } from '../ledger/postgres/schema.ts'
import type { Postgres, Queries } from '../postgres/connect.ts'
import { migratePostgres } from '../postgres/migrate.ts'
import { STORE_MIGRATIONS } from '../store/postgres-schema.ts'
import { ATTEMPTS, type MovedTable, STILL_TABLES, type TargetRow } from './tables.ts'

/** What is known of this move, beside what it has moved. `server/postgres/migrate.ts` looks at `is_done`. */
const MOVE = `
  create table moving (
    id int primary key check (id = 1), log text not null, first_chunk bigint not null, begun_ms float8 not null,
    marks text not null, is_done boolean not null default false
  );
  create table moving_parts (part text primary key, after text not null, rows bigint not null);
`
/** Rows of one statement. */
const TOGETHER_ROWS = 50
const ALL_TABLES = [ATTEMPTS, ...STILL_TABLES]

export type Move = {
  /** The seed of the log that is moved: no two logs have the same. */
  readonly log: string
  readonly first_chunk: number
  /** What must be as it was when the move began: nothing of it may have been taken away meanwhile. */
  readonly marks: string
}
/** What a table's rows are ordered by, of one row. */
export type Key = readonly (string | number)[]
export type Target = ReturnType<typeof moveTarget>

/** What is in PostgreSQL. Each step is one transaction: the rows, and how far it is. */
export function moveTarget(db: Postgres) {
  return { ...moveRecord(db), ...movedRows(db), rows: db.rows, close: () => db.close() }
}

/** What is known of the move itself. */
function moveRecord(db: Postgres) {
  return {
    /** The move that is there; undefined for none. */
    async found(): Promise<(Move & { readonly isDone: boolean }) | undefined> {
      const [there] = await db.rows<{ is_there: boolean }>('select to_regclass($1) is not null as is_there', [
        `${db.schema}.moving`,
      ])
      if (there?.is_there !== true) return undefined
      const [row] = await db.rows<{ log: string; first_chunk: number; marks: string; is_done: boolean }>(
        'select log, first_chunk, marks, is_done from moving',
      )
      return row && { log: row.log, first_chunk: row.first_chunk, marks: row.marks, isDone: row.is_done }
    },
    /** The first of the tables that has rows in it; undefined where nothing is there. */
    async firstUsed(): Promise<string | undefined> {
      for (const { name } of ALL_TABLES.concat(DATA_KEYS)) {
        const [there] = await db.rows<{ is_there: boolean }>(
          'select to_regclass($1) is not null as is_there',
          [`${db.schema}.${name}`],
        )
        if (there?.is_there !== true) continue
        if ((await db.rows(`select from ${name} limit 1`)).length > 0) return name
      }
      return undefined
    },
    async begin(move: Move, now_ms: number): Promise<void> {
      await migratePostgres(db, 'store', STORE_MIGRATIONS)
      await migratePostgres(db, 'ledger', LEDGER_MIGRATIONS)
      await migratePostgres(db, 'access', ACCESS_POSTGRES_MIGRATIONS)
      await db.transaction(async (tx) => {
        await tx.script(MOVE)
        const { log, first_chunk, marks } = move
        const sql = 'insert into moving (id, log, first_chunk, begun_ms, marks) values (1, $1, $2, $3, $4)'
        await tx.rows(sql, [log, first_chunk, now_ms, marks])
        await tx.rows('insert into log_of_ledger values ($1)', [log])
      })
    },
    async finish(): Promise<void> {
      await db.rows('update moving set is_done = true')
    },
    /** Throws away what this move has brought here. @throws {AppError} MOVE_TARGET_TAKEN when other things stand beside it. */
    clear: () => clear(db),
  }
}

function movedRows(db: Postgres) {
  const days = attemptDays(db)
  return {
    standOn: (state: string) => standOn(db, state),
    async after({ name }: Pick<MovedTable, 'name'>): Promise<Key | undefined> {
      const [row] = await db.rows<{ after: string }>('select after from moving_parts where part = $1', [name])
      return row && (JSON.parse(row.after) as Key)
    },
    /**
     * Adds rows behind those up to `before`, which must be the newest that are there: what a command that was killed had still on its way,
     * or another one that runs, may have come first.
     */
    async add(
      { name }: Pick<MovedTable, 'name'>,
      rows: readonly TargetRow[],
      { before, after }: { readonly before: Key | undefined; readonly after: Key },
    ): Promise<void> {
      if (name === ATTEMPTS.name)
        await days.make(rows.map((row) => ({ startedAt_ms: Number(row['started_at_ms']) })))
      await db.transaction(async (tx) => {
        await insert(tx, name, rows)
        if (name === ATTEMPTS.name) await insert(tx, 'attempt_sizes', daySizes(rows))
        const values = [name, JSON.stringify(after), rows.length]
        const moved =
          before === undefined
            ? await tx.rows(
                'insert into moving_parts values ($1, $2, $3) on conflict do nothing returning part',
                values,
              )
            : await tx.rows(
                `update moving_parts set after = $2, rows = rows + $3 where part = $1 and after = $4 returning part`,
                [...values, JSON.stringify(before)],
              )
        if (moved.length === 0)
          throw taken(
            'Something else has copied rows there just now: look whether it has ended, then --resume.',
          )
      })
    },
    /** Removes attempts from before the oldest that is still there: they were trimmed while the others went over. */
    async trimAttempts(
      oldest: { readonly started_at_ms: number; readonly id: number } | undefined,
    ): Promise<void> {
      const { started_at_ms, id } = oldest ?? { started_at_ms: Number.MAX_VALUE, id: 0 }
      await db.rows(
        `with gone as (delete from attempts where (started_at_ms, id) < ($1, $2) returning started_at_ms, bytes)
         insert into attempt_sizes
         select floor(started_at_ms / 86400000)::bigint as day, -sum(bytes), -count(*) from gone group by 1`,
        [started_at_ms, id],
      )
    },
    /** Data keys, of which there may be other rows than in the file: sealed with another master key. */
    async setKeys(rows: readonly TargetRow[]): Promise<void> {
      await db.transaction(async (tx) => {
        await tx.rows('delete from data_keys')
        await insert(tx, 'data_keys', rows)
      })
    },
    async setSequence({ sequence, name }: MovedTable, newest: number): Promise<void> {
      if (sequence === undefined || newest === 0) return
      await db.rows('select setval($1::text::regclass, $2)', [`${db.schema}.${sequence}`, newest])
      if (name === 'budget_uses')
        await db.rows('select setval($1::text::regclass, $2)', [`${db.schema}.use_versions`, newest])
    },
    async count({ name }: MovedTable, where = 'true'): Promise<number> {
      const [row] = await db.rows<{ count: number }>(`select count(*) as count from ${name} where ${where}`)
      return row?.count ?? 0
    },
  }
}

/**
 * What goes over while nobody writes is of one state of the files: if that is another than the one that was begun with, because the
 * server has run once more since, it goes over from its beginning.
 */
async function standOn(db: Postgres, state: string): Promise<void> {
  const [known] = await db.rows<{ after: string }>("select after from moving_parts where part = 'state'")
  if (known?.after === state) return
  await db.transaction(async (tx) => {
    const names = STILL_TABLES.map(({ name }) => name)
    await tx.script('alter table audit disable trigger user')
    await tx.script(`truncate ${[...names, 'dead_letter_sizes'].join(', ')}`)
    await tx.script('alter table audit enable trigger user')
    await tx.rows('delete from moving_parts where part = any($1::text[])', [[...names, 'state']])
    await tx.rows("insert into moving_parts values ('state', $1, 0)", [state])
  })
}

async function clear(db: Postgres): Promise<void> {
  const ours = [...ALL_TABLES.map(({ name }) => name), ...OTHER_TABLES]
  const others = await db.rows<{ name: string }>(
    `select relname::text as name from pg_class where relnamespace = $1::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f')
       and relname <> all ($2::text[]) and relname not like 'attempts_day_%' limit 1`,
    [db.schema, ours],
  )
  if (others[0] !== undefined)
    throw taken(`The schema ${db.schema} also has the table ${others[0].name}: name a schema of its own.`)
  await db.script(`drop schema ${db.schema} cascade`)
}

/** Beside those that rows are moved to. */
const OTHER_TABLES = [
  ...['data_keys', 'migrations', 'moving', 'moving_parts', 'lane_owners', 'attempt_sizes', 'attempt_mark'],
  ...['dead_letter_sizes', 'log_of_ledger', 'synced'],
]
const DATA_KEYS: MovedTable = { file: 'store', name: 'data_keys', key: ['id', 'master'] }

async function insert(tx: Queries, table: string, rows: readonly TargetRow[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {})
  const names = columns.map((column) => `"${column}"`).join(', ')
  for (let at = 0; at < rows.length; ) {
    // Two shapes of statements a table: PostgreSQL plans each once.
    const together = rows.length - at >= TOGETHER_ROWS ? TOGETHER_ROWS : 1
    const values = rows
      .slice(at, at + together)
      .flatMap((row) => columns.map((column) => row[column] ?? null))
    const places = Array.from({ length: together }, (_, row) => {
      return `(${columns.map((_, column) => `$${row * columns.length + column + 1}`).join(', ')})`
    })
    await tx.rows(
      `insert into ${table} (${names}) overriding system value values ${places.join(', ')}`,
      values,
    )
    at += together
  }
}

function daySizes(rows: readonly TargetRow[]): readonly TargetRow[] {
  const days = new Map<number, { day: number; bytes: number; count: number }>()
  for (const { started_at_ms, bytes } of rows) {
    const day = Math.floor(Number(started_at_ms) / 86_400_000)
    const sum = days.get(day) ?? { day, bytes: 0, count: 0 }
    days.set(day, { day, bytes: sum.bytes + Number(bytes), count: sum.count + 1 })
  }
  return [...days.values()]
}

/** @throws {AppError} MOVE_TARGET_TAKEN */
export function taken(problem: string): AppError {
  return new AppError('MOVE_TARGET_TAKEN', { problem })
}
