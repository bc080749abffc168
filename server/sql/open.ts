import type { Socket } from 'node:net'
import { isIP } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import { SQL_PORTS, type SqlKind, type SqlSettings } from '../../core/sql/settings.ts'
import type { AddressRule } from '../net/address-rule.ts'
import { guardedSocket } from '../net/guarded-socket.ts'
import type { Database } from './database.ts'
import { openMysql } from './mysql.ts'
import { openPostgresql } from './postgresql.ts'

/** Longer than a server across an ocean takes to log somebody in. */
const CONNECT_MS = 10_000

/** What the libraries are given. */
export type Connecting = {
  readonly settings: SqlSettings
  readonly port: number
  /** Not connected yet; goes only where it may. */
  readonly socket: Socket
  /** Undefined: in the clear. */
  readonly tls: ConnectionOptions | undefined
  readonly connect_ms: number
  /** The connection broke while nobody asked anything of it: whoever asks next is told. */
  readonly onGone: () => void
}
export type OpenOptions = { readonly rule: AddressRule; readonly signal: AbortSignal }

/**
 * Connects and logs in. The signal breaks off the connection, whatever it is at.
 *
 * @throws what the library throws: `failureOf` says what that is
 */
export async function openDatabase(
  kind: SqlKind,
  settings: SqlSettings,
  { rule, signal }: OpenOptions,
): Promise<Database> {
  signal.throwIfAborted()
  const socket = guardedSocket(rule)
  const stop = () => socket.destroy(new Error('stopped'))
  signal.addEventListener('abort', stop)
  socket.once('close', () => signal.removeEventListener('abort', stop))
  const connecting: Connecting = {
    ...{ settings, socket, port: settings.port ?? SQL_PORTS[kind], connect_ms: CONNECT_MS },
    tls: tlsOf(settings),
    onGone: () => {},
  }
  try {
    return await (kind === 'mysql' ? openMysql(connecting) : openPostgresql(connecting))
  } catch (error) {
    socket.destroy()
    throw error
  }
}

function tlsOf({ tls = 'verify', host, ca }: SqlSettings): ConnectionOptions | undefined {
  switch (tls) {
    case 'off':
      return undefined
    case 'encrypt':
      return { rejectUnauthorized: false, ...nameOf(host) }
    case 'verify':
      return { rejectUnauthorized: true, ...nameOf(host), ...(ca === undefined ? {} : { ca }) }
  }
}

/** Addresses are no names in TLS: RFC 6066, section 3. */
function nameOf(host: string): ConnectionOptions {
  return isIP(host) === 0 ? { servername: host, host } : { host }
}
