import type { SqlPlace } from '../../core/sql/run.ts'
import { type SqlKind, type SqlSettings, TIMEOUT_SECONDS_DEFAULT } from '../../core/sql/settings.ts'
import { parametersOf, quotedName, readStatement, type Variable } from '../../core/sql/statement.ts'
import type { Query } from './database.ts'

/** Ingest takes at least as many in a batch, unless it was told otherwise. */
export const BATCH_ROWS_MAX = 500
const BEGINNING = '1970-01-01T00:00:00.000Z'

/** Where the source was when this run began. */
export type From = Pick<SqlPlace, 'cursor' | 'lastSync_ms'>

/**
 * The query as it is run. With a cursor column it is put around the person's own, so that rows beyond the cursor come, in the order of
 * the cursor, whatever that query says.
 *
 * @throws {Error} when the query cannot be read: settings are checked before
 */
export function queryOf(kind: SqlKind, settings: SqlSettings, from: From, timeout_ms?: number): Query {
  const read = readStatement(settings.query, kind)
  if (!read.ok) throw new Error(`The query ${read.problem}.`)
  const { text, parameters } = parametersOf(read.statement, kind)
  const cursor = from.cursor ?? settings.cursor?.start
  const known: Readonly<Record<Variable, string | null>> = {
    last_cursor: cursor ?? null,
    last_sync: syncText(kind, from.lastSync_ms),
  }
  const values = parameters.map((name) => known[name])
  const usual_ms = (settings.timeoutSeconds ?? TIMEOUT_SECONDS_DEFAULT) * 1_000
  const rest = { batchRows_max: BATCH_ROWS_MAX, timeout_ms: timeout_ms ?? usual_ms }
  if (settings.cursor === undefined) return { text, values, ...rest }
  const column = `millrace_rows.${quotedName(settings.cursor.column, kind)}`
  const mark = kind === 'mysql' ? '?' : `$${values.length + 1}`
  const beyond = cursor === undefined ? `${column} is not null` : `${column} > ${mark}`
  return {
    text: `select * from (${text}\n) as millrace_rows where ${beyond} order by ${column}`,
    values: cursor === undefined ? values : [...values, cursor],
    ...rest,
  }
}

function syncText(kind: SqlKind, lastSync_ms: number | undefined): string {
  const text = lastSync_ms === undefined ? BEGINNING : new Date(lastSync_ms).toISOString()
  return kind === 'mysql' ? text.replace('T', ' ').replace('Z', '') : text
}
