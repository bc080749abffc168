import type { PlacedProblem } from '../errors.ts'
import { CALL_TYPES } from '../event.ts'
import { readCall } from './read-call.ts'
import {
  type At,
  isObject,
  type Report,
  readNumber,
  readText,
  reportUnknown,
  type Unknown,
} from './read-value.ts'
import { scheduleProblem } from './schedule.ts'
import {
  CA_CHARS_MAX,
  KEY_COLUMNS_MAX,
  QUERY_CHARS_MAX,
  ROWS_MAX,
  SCHEDULE_MINUTES_MAX,
  type SqlKind,
  type SqlSchedule,
  type SqlSettings,
  TIMEOUT_SECONDS_MAX,
  TLS_MODES,
} from './settings.ts'
import { readStatement, usesVariable } from './statement.ts'

const KEYS = [
  ...['host', 'port', 'database', 'user', 'password', 'tls', 'ca', 'query', 'key', 'cursor', 'schedule'],
  ...['call', 'rowsMax', 'timeoutSeconds'],
]
const PORT_MAX = 65_535
const NAME_CHARS_MAX = 255
/** A name or an address; a path would be a socket of this machine. */
const HOST = /^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,252}[A-Za-z0-9_.])?$|^[0-9A-Fa-f:.]{2,45}$/
const PEM = /^\s*(-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*)+$/

export type ReadSettings =
  | { readonly ok: true; readonly settings: SqlSettings }
  | { readonly ok: false; readonly problems: readonly PlacedProblem[] }

/** Reads what a person wrote about a database, or tells everything that is wrong with it. */
export function readSqlSettings(given: unknown, kind: SqlKind): ReadSettings {
  const problems: PlacedProblem[] = []
  const report: Report = (at, problem) => problems.push({ at, problem })
  if (!isObject(given))
    return { ok: false, problems: [{ at: [], problem: 'must be the settings of a database' }] }
  reportUnknown(given, KEYS, [], report)
  const settings: SqlSettings = {
    ...readConnection(given, report),
    query: readText(given['query'], ['query'], report, QUERY_CHARS_MAX),
    ...readNames(given['key'], report),
    ...readCursor(given['cursor'], report),
    ...readSchedule(given['schedule'], report),
    call: readCall(given['call'], ['call'], report) ?? { type: CALL_TYPES[0] },
    ...optional('rowsMax', readNumber(given['rowsMax'], ['rowsMax'], report, { min: 1, max: ROWS_MAX })),
    ...optional(
      'timeoutSeconds',
      readNumber(given['timeoutSeconds'], ['timeoutSeconds'], report, { min: 1, max: TIMEOUT_SECONDS_MAX }),
    ),
  }
  if (settings.query !== '') checkQuery(settings, kind, report)
  return problems.length > 0 ? { ok: false, problems } : { ok: true, settings }
}

function readConnection(given: Unknown, report: Report) {
  const name = (key: string) => readText(given[key], [key], report, NAME_CHARS_MAX)
  const [host, database, user] = [name('host'), name('database'), name('user')]
  if (host !== '' && !HOST.test(host)) report(['host'], 'must be the name or the address of a machine')
  const { password, tls, ca } = given
  const isText = password === undefined || typeof password === 'string'
  if (!isText) report(['password'], 'must be a text')
  const mode = TLS_MODES.find((one) => one === tls)
  if (tls !== undefined && mode === undefined) report(['tls'], `must be one of ${TLS_MODES.join(', ')}`)
  const authority = ca === undefined || ca === '' ? undefined : readText(ca, ['ca'], report, CA_CHARS_MAX)
  if (authority !== undefined && !PEM.test(authority)) {
    report(['ca'], 'must be certificates as PEM: -----BEGIN CERTIFICATE-----…')
  }
  return {
    host,
    ...optional('port', readNumber(given['port'], ['port'], report, { min: 1, max: PORT_MAX })),
    database,
    user,
    ...optional('password', isText && password !== '' ? (password as string | undefined) : undefined),
    ...optional('tls', mode),
    ...optional('ca', authority),
  }
}

function readNames(given: unknown, report: Report): { readonly key?: readonly string[] } {
  if (given === undefined) return {}
  const isList = Array.isArray(given) && given.every((one) => typeof one === 'string' && one !== '')
  if (!isList || given.length > KEY_COLUMNS_MAX) {
    report(['key'], `must be a list of names of columns, ${KEY_COLUMNS_MAX} at most`)
    return {}
  }
  return given.length === 0 ? {} : { key: given as readonly string[] }
}

function readCursor(given: unknown, report: Report): Pick<SqlSettings, 'cursor'> {
  if (given === undefined) return {}
  if (!isObject(given)) {
    report(['cursor'], 'must be a column, and where the first run begins')
    return {}
  }
  reportUnknown(given, ['column', 'start'], ['cursor'], report)
  const column = readText(given['column'], ['cursor', 'column'], report, NAME_CHARS_MAX)
  const { start } = given
  const first =
    start === undefined || start === ''
      ? undefined
      : readText(start, ['cursor', 'start'], report, NAME_CHARS_MAX)
  return { cursor: { column, ...optional('start', first) } }
}

function readSchedule(given: unknown, report: Report): { readonly schedule?: SqlSchedule } {
  if (given === undefined) return {}
  const at: At = ['schedule']
  if (!isObject(given) || 'minutes' in given === 'cron' in given) {
    report(at, 'must have either minutes or cron')
    return {}
  }
  reportUnknown(given, 'minutes' in given ? ['minutes'] : ['cron', 'zone'], at, report)
  if ('minutes' in given) {
    const bounds = { min: 1, max: SCHEDULE_MINUTES_MAX }
    const minutes = readNumber(given['minutes'], [...at, 'minutes'], report, bounds)
    return minutes === undefined ? {} : { schedule: { minutes } }
  }
  const cron = readText(given['cron'], [...at, 'cron'], report)
  const zone = given['zone'] === undefined ? undefined : readText(given['zone'], [...at, 'zone'], report)
  const schedule = { cron, ...optional('zone', zone) }
  const problem = cron === '' || zone === '' ? undefined : scheduleProblem(schedule)
  if (problem !== undefined) report([...at, 'cron'], problem)
  return { schedule }
}

function checkQuery(settings: SqlSettings, kind: SqlKind, report: Report): void {
  const { query, cursor } = settings
  const read = readStatement(query, kind)
  if (!read.ok) report(['query'], read.problem)
  if (!read.ok || !usesVariable(read.statement, 'last_cursor')) return
  if (cursor === undefined) report(['query'], 'names :last_cursor, and there is no cursor column')
  else if (cursor.start === undefined)
    report(['cursor', 'start'], 'must say what :last_cursor is in the first run')
}

/** A part that is there only where there is something. */
function optional<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): { readonly [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [K in Key]: Value })
}
