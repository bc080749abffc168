import { AppError, type ErrorCode } from '../../core/errors.ts'
import { type Mask, maskOf } from '../../core/mask.ts'
import type { SqlSettings } from '../../core/sql/settings.ts'
import { FORBIDDEN } from '../net/address-problem.ts'

/** Of what a database says, so much is shown. */
const TEXT_CHARS_MAX = 500

/** What `code` means: of Node, of TLS, of PostgreSQL (SQLSTATE) and of MySQL, with what to do about it. */
const KNOWN: readonly (readonly [code: RegExp, is: ErrorCode, advice?: string])[] = [
  [new RegExp(`^${FORBIDDEN}$`), 'SQL_ADDRESS_FORBIDDEN'],
  [/^ECONNREFUSED$/, 'SQL_UNREACHABLE', 'Nothing listens at this host and port.'],
  [/^(ENOTFOUND|EAI_AGAIN|ENODATA)$/, 'SQL_UNREACHABLE', 'No machine of this name was found.'],
  [/^(EHOSTUNREACH|ENETUNREACH)$/, 'SQL_UNREACHABLE', 'There is no way to this host.'],
  [/^(ECONNRESET|EPIPE|PROTOCOL_CONNECTION_LOST)$/, 'SQL_UNREACHABLE', 'The connection broke.'],
  [/^(ETIMEDOUT|CONNECT_TIMEOUT)$/, 'SQL_UNREACHABLE', 'It did not answer within 10 seconds.'],
  [/^(57P0[1-3]|53300|ER_CON_COUNT_ERROR|ER_SERVER_SHUTDOWN)$/, 'SQL_UNREACHABLE'],
  [/^(28P01|28000|ER_ACCESS_DENIED\w*)$/, 'SQL_LOGIN_REFUSED', 'The user or the password is wrong.'],
  [/^(3D000|ER_BAD_DB_ERROR)$/, 'SQL_LOGIN_REFUSED', 'There is no database of this name.'],
  [/^ER_DBACCESS_DENIED\w*$/, 'SQL_LOGIN_REFUSED', 'The user may not use this database.'],
  [
    /^(HANDSHAKE_NO_SSL_SUPPORT|NO_TLS)$/,
    'SQL_TLS_FAILED',
    'The server takes no encrypted connections: switch that on there, or set TLS to off on a network that you trust.',
  ],
  [
    /CERT|SELF_SIGNED|UNABLE_TO|^ERR_TLS|^ERR_SSL|^HANDSHAKE_SSL/,
    'SQL_TLS_FAILED',
    'Its certificate is not of a known authority or not of this host: give the certificate of the authority.',
  ],
  [
    /^(57014|ER_QUERY_TIMEOUT|ER_STATEMENT_TIMEOUT|ER_QUERY_INTERRUPTED)$/,
    'SQL_TIMEOUT',
    'The query took longer than its limit.',
  ],
  [/^(42P01|ER_NO_SUCH_TABLE)$/, 'SQL_QUERY_FAILED', 'A table is not there.'],
  [/^(42703|ER_BAD_FIELD_ERROR)$/, 'SQL_QUERY_FAILED', 'A column is not there.'],
  [/^(42501|ER_\w*ACCESS_DENIED_ERROR)$/, 'SQL_QUERY_FAILED', 'The user may not read this.'],
  [
    /^(25006|ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION)$/,
    'SQL_QUERY_FAILED',
    'The query would change something.',
  ],
]
/** Errors that have no code, or one that the library does not know. */
const BY_TEXT: readonly (readonly [text: RegExp, code: string])[] = [
  [/does not support SSL/i, 'NO_TLS'],
  [/timeout expired|connect ETIMEDOUT/i, 'CONNECT_TIMEOUT'],
  [/Connection terminated|closed state/i, 'ECONNRESET'],
  [/max_statement_time exceeded/, 'ER_STATEMENT_TIMEOUT'],
]

/** What went wrong with a database, in words for the person who set it up, and without its password. */
export function failureOf(error: unknown, settings: Pick<SqlSettings, 'password'>): AppError {
  if (error instanceof AppError) return error
  const { code = '', errors = [] } = error as { code?: string; errors?: readonly unknown[] }
  // Every address of a name was tried: the first says as much as the others.
  if (error instanceof AggregateError && errors[0] !== undefined) return failureOf(errors[0], settings)
  const text = (error instanceof Error ? error.message : String(error)).trim()
  const known = BY_TEXT.find(([pattern]) => pattern.test(text))?.[1] ?? code
  const [, is = 'SQL_QUERY_FAILED', advice] = KNOWN.find(([pattern]) => pattern.test(known)) ?? []
  const mask: Mask = settings.password === undefined ? (same) => same : maskOf([settings.password])
  const said = mask(text).slice(0, TEXT_CHARS_MAX)
  return new AppError(is, { problem: advice === undefined ? said : `${advice} ${said}` }, { cause: error })
}
