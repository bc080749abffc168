import type { AuditRow } from './audit-schema.ts'

const COLUMNS = [
  ...([
    'number',
    'at',
    'who',
    'who_id',
    'via',
    'address',
    'agent',
    'request',
    'what',
    'of_type',
    'of_id',
  ] as const),
  ...(['outcome', 'change', 'before', 'after', 'hash'] as const),
]

/** The names of the columns. RFC 4180: lines end with CR LF. */
export const CSV_HEAD = `${COLUMNS.join(',')}\r\n`

/** A row of the audit log as a line of CSV. */
export function csvLine(row: AuditRow): string {
  const values = { ...row, at: new Date(row.at_ms).toISOString() }
  return `${COLUMNS.map((name) => cell(values[name])).join(',')}\r\n`
}

/**
 * A spreadsheet runs what begins with one of these, and names and browsers are written by strangers.
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
const RUNS = /^[=+\-@\t\r]/

function cell(value: string | number | null): string {
  if (value === null) return ''
  const text = typeof value === 'string' && RUNS.test(value) ? `'${value}` : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
