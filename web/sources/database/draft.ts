import type { PlacedProblem } from '../../../core/errors.ts'
import type { CallType, JsonObject } from '../../../core/event.ts'
import { readSqlSettings } from '../../../core/sql/read-settings.ts'
import {
  type ColumnType,
  ROWS_DEFAULT,
  SQL_PORTS,
  type SqlKind,
  type SqlSettings,
  TIMEOUT_SECONDS_DEFAULT,
  type TlsMode,
} from '../../../core/sql/settings.ts'

export type ScheduleChoice = 'hand' | 'minutes' | 'cron'
export type ColumnDraft = { readonly column: string; readonly to: string; readonly type: ColumnType | '' }

/** The form as it is typed: texts, whatever they become. */
export type Draft = {
  readonly host: string
  readonly port: string
  readonly database: string
  readonly user: string
  readonly password: string
  readonly tls: TlsMode
  readonly ca: string
  readonly query: string
  /** Names with commas between. */
  readonly key: string
  readonly cursorColumn: string
  readonly cursorStart: string
  readonly schedule: ScheduleChoice
  readonly minutes: string
  readonly cron: string
  readonly zone: string
  readonly type: CallType
  /** By the paths of `FIELDS_OF`, and others that a file has. */
  readonly fields: Readonly<Record<string, string>>
  readonly columns: readonly ColumnDraft[]
  readonly onlyMapped: boolean
  readonly timesZone: string
  readonly rowsMax: string
  readonly timeoutSeconds: string
}

/** What the form asks for of each call, beside the person. */
export const FIELDS_OF: Readonly<Record<CallType, readonly string[]>> = {
  track: ['userId', 'event', 'timestamp'],
  identify: ['userId', 'timestamp'],
  page: ['userId', 'name', 'timestamp'],
  screen: ['userId', 'name', 'timestamp'],
  group: ['userId', 'groupId', 'timestamp'],
  alias: ['userId', 'previousId', 'timestamp'],
}

/** `zone` is where the person is: their mornings are meant. */
export function draftOf(sql: SqlSettings | undefined, kind: SqlKind, zone: string): Draft {
  const { schedule, call, cursor } = sql ?? {}
  const isCron = schedule !== undefined && 'cron' in schedule
  return {
    ...{ host: sql?.host ?? '', port: String(sql?.port ?? SQL_PORTS[kind]), database: sql?.database ?? '' },
    ...{ user: sql?.user ?? '', password: sql?.password ?? '', tls: sql?.tls ?? 'verify', ca: sql?.ca ?? '' },
    ...{ query: sql?.query ?? '', key: (sql?.key ?? []).join(', ') },
    ...{ cursorColumn: cursor?.column ?? '', cursorStart: cursor?.start ?? '' },
    schedule: schedule === undefined ? 'hand' : isCron ? 'cron' : 'minutes',
    minutes: schedule !== undefined && 'minutes' in schedule ? String(schedule.minutes) : '60',
    cron: isCron ? schedule.cron : '0 6 * * *',
    zone: isCron ? (schedule.zone ?? 'UTC') : zone,
    ...{ type: call?.type ?? 'track', fields: call?.fields ?? {}, onlyMapped: call?.onlyMapped === true },
    columns: (call?.columns ?? []).map((one) => ({ ...one, type: one.type ?? '' })),
    timesZone: call?.zone ?? 'UTC',
    rowsMax: String(sql?.rowsMax ?? ROWS_DEFAULT),
    timeoutSeconds: String(sql?.timeoutSeconds ?? TIMEOUT_SECONDS_DEFAULT),
  }
}

/** The settings that a form stands for; what is as usual is left out. They may yet be wrong. */
export function sqlOf(draft: Draft, kind: SqlKind): JsonObject {
  const { schedule, cursorColumn, cursorStart } = draft
  const key = draft.key.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]))
  return {
    ...{ host: draft.host.trim(), database: draft.database.trim(), user: draft.user.trim() },
    ...unless('port', numberOf(draft.port), SQL_PORTS[kind]),
    ...unless('password', draft.password, ''),
    ...unless('tls', draft.tls, 'verify'),
    ...(draft.tls === 'verify' ? unless('ca', draft.ca, '') : {}),
    query: draft.query,
    ...(key.length === 0 ? {} : { key }),
    ...(cursorColumn.trim() === ''
      ? {}
      : { cursor: { column: cursorColumn.trim(), ...unless('start', cursorStart.trim(), '') } }),
    ...(schedule === 'minutes' ? { schedule: { minutes: numberOf(draft.minutes) } } : {}),
    ...(schedule === 'cron'
      ? { schedule: { cron: draft.cron.trim(), ...unless('zone', draft.zone.trim(), 'UTC') } }
      : {}),
    call: callOf(draft),
    ...unless('rowsMax', numberOf(draft.rowsMax), ROWS_DEFAULT),
    ...unless('timeoutSeconds', numberOf(draft.timeoutSeconds), TIMEOUT_SECONDS_DEFAULT),
  }
}

function callOf({ type, fields, columns, onlyMapped, timesZone }: Draft): JsonObject {
  const given = Object.entries(fields).filter(([, text]) => text.trim() !== '')
  return {
    type,
    ...(given.length === 0 ? {} : { fields: Object.fromEntries(given) }),
    ...(columns.length === 0
      ? {}
      : { columns: columns.map(({ type: as, ...one }) => ({ ...one, ...unless('type', as, '') })) }),
    ...unless('onlyMapped', onlyMapped, false),
    ...unless('zone', timesZone.trim(), 'UTC'),
  }
}

function unless<Value extends string | number | boolean>(
  name: string,
  value: Value,
  usual: Value,
): JsonObject {
  return value === usual ? {} : { [name]: value }
}

/** What is no number stays a text, and is told. */
function numberOf(text: string): number | string {
  return /^\d+$/.test(text.trim()) ? Number(text) : text
}

/** What is wrong with a form, by the place: `call.fields.userId`. The very checks that the server makes. */
export function problemsOf(draft: Draft, kind: SqlKind): Readonly<Record<string, string>> {
  const read = readSqlSettings(sqlOf(draft, kind), kind)
  return read.ok ? {} : byPlace(read.problems)
}

/** Problems that the server found, whose places begin with `sql`. */
export function byPlace(problems: readonly PlacedProblem[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    problems.map(({ at, problem }) => [(at[0] === 'sql' ? at.slice(1) : at).join('.'), problem]),
  )
}
