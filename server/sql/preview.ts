import type { AppError } from '../../core/errors.ts'
import type { Json } from '../../core/event.ts'
import type { SqlKind, SqlSettings } from '../../core/sql/settings.ts'
import type { AddressRule } from '../net/address-rule.ts'
import type { Database } from './database.ts'
import { failureOf } from './failure.ts'
import { openDatabase } from './open.ts'
import { type From, queryOf } from './query.ts'
import { indexOf, type RowCall, rowCalls } from './row-call.ts'

/** Somebody looks at a page and waits. */
const TIMEOUT_MS = 20_000
export const PREVIEW_ROWS_MAX = 10

export type Previewed = {
  readonly columns: readonly string[]
  readonly rows: readonly { readonly cells: readonly Json[]; readonly made: RowCall }[]
}
type Asked = {
  readonly id: string
  readonly kind: SqlKind
  readonly settings: SqlSettings
  readonly rule: AddressRule
  readonly from: From
}

/** What answers there. @throws {AppError} of `failureOf` */
export async function testConnection({ kind, settings, rule }: Omit<Asked, 'from' | 'id'>): Promise<string> {
  return withDatabase({ kind, settings, rule }, async ({ version }) => version)
}

/** The first rows that a run would read, and the calls they would become. @throws {AppError} of `failureOf` */
export async function previewRows({ id, kind, settings, rule, from }: Asked): Promise<Previewed> {
  const query = queryOf(kind, settings, from, TIMEOUT_MS)
  return withDatabase({ kind, settings, rule }, async (database) => {
    for await (const { columns, rows } of database.rows({ ...query, batchRows_max: PREVIEW_ROWS_MAX })) {
      if (settings.cursor !== undefined) indexOf(columns, settings.cursor.column)
      const make = rowCalls(columns, settings, { sourceId: id, epoch: 0 })
      return {
        columns: columns.map(({ name }) => name),
        rows: rows.slice(0, PREVIEW_ROWS_MAX).map((row) => ({
          cells: row.map((cell, index) => (cell === null ? null : (columns[index]?.read(cell) ?? null))),
          made: make(row),
        })),
      }
    }
    return { columns: [], rows: [] }
  })
}

async function withDatabase<Result>(
  { kind, settings, rule }: Omit<Asked, 'from' | 'id'>,
  use: (database: Database) => Promise<Result>,
): Promise<Result> {
  let database: Database | undefined
  try {
    database = await openDatabase(kind, settings, { rule, signal: AbortSignal.timeout(2 * TIMEOUT_MS) })
    return await use(database)
  } catch (error) {
    throw failureOf(error, settings) satisfies AppError
  } finally {
    database?.close()
  }
}
