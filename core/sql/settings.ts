import type { CallType } from '../event.ts'

/** The kinds of source that are databases: the server reads them, where the others send by themselves. */
export const SQL_KINDS = ['postgresql', 'mysql'] as const
export type SqlKind = (typeof SQL_KINDS)[number]

/** What the engines listen on, where nothing else is said. */
export const SQL_PORTS: Readonly<Record<SqlKind, number>> = { postgresql: 5_432, mysql: 3_306 }

/**
 * `verify`: encrypted, and the certificate must be of this host and of an authority that is known. `encrypt`: encrypted, whoever
 * answers. `off`: in the clear.
 */
export const TLS_MODES = ['verify', 'encrypt', 'off'] as const
export type TlsMode = (typeof TLS_MODES)[number]

export const COLUMN_TYPES = ['text', 'number', 'boolean', 'date', 'json'] as const
export type ColumnType = (typeof COLUMN_TYPES)[number]

/** Where the values of a column go in the call; `''`: nowhere. */
export type SqlColumn = { readonly column: string; readonly to: string; readonly type?: ColumnType }

/** What a row becomes. */
export type SqlCall = {
  /** Of rows without a column `type`. */
  readonly type: CallType
  /** Texts by the path of a field, in which `{{column}}` stands for the value of a column: `{ userId: 'user-{{id}}' }`. */
  readonly fields?: Readonly<Record<string, string>>
  readonly columns?: readonly SqlColumn[]
  /** Columns that nothing names are left out. */
  readonly onlyMapped?: true
  /** Of times that come without one; left out: UTC. */
  readonly zone?: string
}

export type SqlSchedule = { readonly minutes: number } | { readonly cron: string; readonly zone?: string }

/** How a source of a kind of `SQL_KINDS` is read. */
export type SqlSettings = {
  readonly host: string
  /** Left out: the usual one of the engine. */
  readonly port?: number
  readonly database: string
  readonly user: string
  /** Secret. */
  readonly password?: string
  /** Left out: `verify`. */
  readonly tls?: TlsMode
  /** Authorities whose certificates are taken, as PEM; left out: the well-known ones. */
  readonly ca?: string
  readonly query: string
  /** The columns that tell a row from every other; left out: all of what it holds. Never empty. */
  readonly key?: readonly string[]
  /** Only rows beyond where the run before ended; left out: all rows each time. */
  readonly cursor?: {
    readonly column: string
    /** Where the first run begins; left out: at the lowest. */
    readonly start?: string
  }
  /** Left out: by hand only. */
  readonly schedule?: SqlSchedule
  readonly call: SqlCall
  /** Left out: `ROWS_DEFAULT`. */
  readonly rowsMax?: number
  /** Left out: `TIMEOUT_SECONDS_DEFAULT`. */
  readonly timeoutSeconds?: number
}

export const QUERY_CHARS_MAX = 20_000
export const CA_CHARS_MAX = 65_536
export const KEY_COLUMNS_MAX = 20
export const COLUMNS_MAX = 500
export const FIELDS_MAX = 50
export const TEXT_CHARS_MAX = 1_000
/** A month. */
export const SCHEDULE_MINUTES_MAX = 43_200
/** A run reads so many rows at most, and the next one goes on. */
export const ROWS_DEFAULT = 1_000_000
export const ROWS_MAX = 100_000_000
/** What a statement may take; in MySQL that is the whole reading of its rows. */
export const TIMEOUT_SECONDS_DEFAULT = 300
export const TIMEOUT_SECONDS_MAX = 7_200

export function isSqlKind(kind: string): kind is SqlKind {
  return (SQL_KINDS as readonly string[]).includes(kind)
}

/** Whom a password is given to: it is asked for again when that is somebody else. */
export function isSameServer(one: SqlSettings, other: SqlSettings): boolean {
  return one.host === other.host && one.port === other.port && one.user === other.user
}
