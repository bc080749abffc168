import type { AnswerOf } from '../../contract/route.ts'
import type { Routes } from '../../contract/routes.ts'
import { find, readSql } from '../../core/edit/sources.ts'
import { AppError } from '../../core/errors.ts'
import type { Json, JsonObject } from '../../core/event.ts'
import type { SqlPlace, SqlRun } from '../../core/sql/run.ts'
import { isSqlKind, type SqlKind, type SqlSettings } from '../../core/sql/settings.ts'
import type { Source, Store } from '../store/store.ts'
import type { AdminRouter } from './router.ts'

export type TriedSource = { readonly id: string; readonly kind: SqlKind; readonly settings: SqlSettings }
type MadeRow =
  | { readonly ok: true; readonly call: JsonObject }
  | { readonly ok: false; readonly reason: string }

/** What reads databases, as far as these routes need it. */
export type SqlAdmin = {
  readonly stateOf: (id: string) => Promise<{
    readonly place: SqlPlace
    readonly running: SqlRun | undefined
    readonly last: SqlRun | undefined
    readonly next: readonly number[]
    readonly cursor: string | undefined
  }>
  readonly runs: (id: string) => Promise<readonly SqlRun[]>
  /** @throws {AppError} SQL_NOT_SET_UP, SQL_RUN_UNDER_WAY */
  readonly runNow: (id: string) => Promise<SqlRun>
  /** Tells whether one was under way. */
  readonly stopRun: (id: string) => Promise<boolean>
  readonly reset: (
    id: string,
    how: { readonly to?: string | undefined; readonly newIds: boolean },
  ) => Promise<void>
  readonly forget: (id: string) => Promise<void>
  /** @throws {AppError} SQL_… */
  readonly test: (source: TriedSource) => Promise<string>
  readonly preview: (source: TriedSource) => Promise<{
    /** None is beyond the cursor: these are from the beginning. */
    readonly known: boolean
    readonly columns: readonly string[]
    readonly rows: readonly { readonly cells: readonly Json[]; readonly made: MadeRow }[]
  }>
}
export type SqlRouteDeps = { readonly store: Store; readonly sql: SqlAdmin }

/** Sources that read a database: what they would read, their runs, and where they are. */
export function sqlRoutes({ on }: AdminRouter, { store, sql }: SqlRouteDeps): void {
  const source = async (id: string) => readable(find('source', (await store.read()).sources, id))
  const tried = async (id: string, given: unknown) => triedSource(await source(id), given)

  on('GET /admin/v1/sources/:id/sql', async ({ params: { id } }) => {
    await source(id)
    return shownState(await sql.stateOf(id))
  })
  on('GET /admin/v1/sources/:id/sql/runs', async ({ params: { id } }) => {
    await source(id)
    return { runs: (await sql.runs(id)).map(shownRun) }
  })
  on('POST /admin/v1/sources/:id/sql/run', async ({ params: { id } }) => {
    await source(id)
    return { run: shownRun(await sql.runNow(id)) }
  })
  on('POST /admin/v1/sources/:id/sql/stop', async ({ params: { id } }) => {
    await source(id)
    return { stopped: await sql.stopRun(id) }
  })
  on('POST /admin/v1/sources/:id/sql/reset', async ({ params: { id }, body: { to, newIds = false } }) => {
    await source(id)
    await sql.reset(id, { to, newIds })
    return { reset: true }
  })
  on('POST /admin/v1/sources/:id/sql/test', async ({ params, body }) => ({
    version: await sql.test(await tried(params.id, body.sql)),
  }))
  on('POST /admin/v1/sources/:id/sql/preview', async ({ params, body }) => {
    const { known, columns, rows } = await sql.preview(await tried(params.id, body.sql))
    return {
      known,
      columns: [...columns],
      rows: rows.map(({ cells, made }) => ({
        cells,
        ...(made.ok ? { call: made.call } : { problem: made.reason }),
      })),
    }
  })
}

type Readable = Source & { readonly kind: SqlKind }

function readable(source: Source): Readable {
  const { kind } = source
  if (!isSqlKind(kind))
    throw new AppError('SQL_NOT_SET_UP', { source: source.id, problem: 'it is no database' })
  return { ...source, kind }
}

function triedSource(source: Readable, given: unknown): TriedSource {
  const settings = given === undefined ? source.sql : readSql(given, source)
  if (settings === undefined) throw new AppError('SQL_NOT_SET_UP', { source: source.id })
  return { id: source.id, kind: source.kind, settings }
}

type State = AnswerOf<Routes['GET /admin/v1/sources/:id/sql']>
type Run = State['last'] & object

function shownState({ place, running, last, next, cursor }: Awaited<ReturnType<SqlAdmin['stateOf']>>): State {
  const { failures, lastSync_ms, retryAt_ms } = place
  return {
    ...(running === undefined ? {} : { running: shownRun(running) }),
    ...(last === undefined ? {} : { last: shownRun(last) }),
    next: next.map(timeText),
    retry: retryAt_ms !== undefined,
    failures,
    ...(cursor === undefined ? {} : { cursor }),
    ...(lastSync_ms === undefined ? {} : { lastSync: timeText(lastSync_ms) }),
  }
}

function shownRun({ startedAt_ms, endedAt_ms, hasMore, refusals, ...run }: SqlRun): Run {
  return {
    ...run,
    refusals: [...refusals],
    hasMore: hasMore === true,
    started: timeText(startedAt_ms),
    ...(endedAt_ms === undefined ? {} : { ended: timeText(endedAt_ms) }),
  }
}

function timeText(at_ms: number): string {
  return new Date(at_ms).toISOString()
}
