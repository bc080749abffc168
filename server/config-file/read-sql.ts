import { readSqlSettings } from '../../core/sql/read-settings.ts'
import { isSqlKind, SQL_KINDS, type SqlSettings } from '../../core/sql/settings.ts'
import type { Path } from './problem.ts'
import type { Reader } from './reader.ts'

/** How a database is read; an empty key is none. */
export function readSql(
  reader: Reader,
  at: Path,
  value: unknown,
  kind: unknown,
): { readonly sql?: SqlSettings } {
  if (value === undefined || value === null) return {}
  if (typeof kind !== 'string' || !isSqlKind(kind)) {
    reader.report(at, `is only for sources of the kinds ${SQL_KINDS.join(' and ')}`)
    return {}
  }
  const read = readSqlSettings(value, kind)
  if (read.ok) return { sql: read.settings }
  for (const problem of read.problems) reader.report([...at, ...problem.at], problem.problem)
  return {}
}
