import { AppError } from '../../core/errors.ts'

/**
 * What PostgreSQL says when it cannot serve now: connections, resources, an operator's stop, a hot standby, a statement that took
 * too long. https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const UNAVAILABLE = /^(?:08...|53...|57P0.|57014|25006|25P03|28...|3D000)$/
const NETWORK = /^(?:E[A-Z_]+|ERR_TLS.*|ERR_SSL.*|CERT_.*|DEPTH_.*|SELF_SIGNED.*|UNABLE_TO.*)$/
/** What the library says, without a code, when a connection is gone or was not made in time. */
const CONNECTION =
  /^(?:Connection terminated|timeout exceeded|Query read timeout|Client was closed|Client has encountered|The server does not support SSL|self-signed certificate)/i

/** An error of the library as the product's, where it says that PostgreSQL is not there. Any other stays as it is. */
export function problemOf(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof AppError) return error
  const { code } = error as { code?: unknown }
  const isThere =
    typeof code === 'string'
      ? !UNAVAILABLE.test(code) && !NETWORK.test(code)
      : !CONNECTION.test(error.message)
  if (isThere) return error
  return new AppError('POSTGRES_UNAVAILABLE', { problem: wordsOf(error) })
}

/** Node tells of several addresses that it tried in one error without words of its own. */
function wordsOf(error: Error): string {
  return error instanceof AggregateError && error.message === ''
    ? error.errors.map((one: Error) => one.message).join('; ')
    : error.message
}
