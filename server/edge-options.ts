import { resolve } from 'node:path'
import { AppError } from '../core/errors.ts'
import type { OptionReader } from './config.ts'
import { isNetwork } from './net/address-rule.ts'
import { type Readable, readPublicUrl } from './page-options.ts'

/** What stands between the server and everybody: docs/security.md. */
export type EdgeConfig = {
  /** Requests a second; 0: no limit. */
  readonly rates: { readonly key_perSecond: number; readonly address_perSecond: number }
  readonly connections: { readonly all_max: number; readonly address_max: number }
  /** PEM files, both or neither: then it is HTTP, as behind a proxy. */
  readonly tls: { readonly certFile: string | undefined; readonly keyFile: string | undefined }
  readonly admin: {
    readonly host: string
    /** The address by which people reach the pages, where it is not this machine. Without a slash at its end. */
    readonly url: string | undefined
    /** HTTP beyond this machine is the operator's wish. */
    readonly isInsecureAllowed: boolean
  }
  /** Addresses beside public ones that people may send to: networks, names, `loopback`. */
  readonly allowPrivate: readonly string[]
}

export const EDGE_OPTIONS = {
  'rate-key-per-second': {
    env: 'MILLRACE_RATE_KEY_PER_SECOND',
    fallback: '5000',
    help: 'the most requests a second with one write key; 0: no limit',
  },
  'rate-address-per-second': {
    env: 'MILLRACE_RATE_ADDRESS_PER_SECOND',
    fallback: '1000',
    help: 'the most requests a second from one address other than this machine; 0: no limit',
  },
  'connections-max': {
    env: 'MILLRACE_CONNECTIONS_MAX',
    fallback: '10000',
    help: 'the most connections at once to each port',
  },
  'connections-address-max': {
    env: 'MILLRACE_CONNECTIONS_ADDRESS_MAX',
    fallback: '500',
    help: 'the most of them from one address other than this machine; not counted behind a trusted proxy',
  },
  'tls-cert': {
    env: 'MILLRACE_TLS_CERT',
    fallback: '',
    help: 'the certificate with its chain (PEM file) for HTTPS on both ports; read again when it changes',
  },
  'tls-key': { env: 'MILLRACE_TLS_KEY', fallback: '', help: 'the private key of the certificate (PEM file)' },
  'admin-host': {
    env: 'MILLRACE_ADMIN_HOST',
    fallback: '127.0.0.1',
    help: 'the address that the pages and the admin API listen on; beyond this machine only with a login',
  },
  'admin-url': {
    env: 'MILLRACE_ADMIN_URL',
    fallback: '',
    help: 'the address by which people reach the pages, such as https://millrace.example.com, where it is not this machine',
  },
  'admin-insecure': {
    env: 'MILLRACE_ADMIN_INSECURE',
    fallback: 'no',
    help: 'yes: the admin port may listen beyond this machine without TLS and without a proxy',
  },
  'allow-private': {
    env: 'MILLRACE_ALLOW_PRIVATE',
    fallback: '',
    help: 'what destinations and alerts may reach beside public addresses: loopback, networks such as 10.0.0.0/8, names',
  },
} as const

/** @throws {AppError} OPTION_INVALID */
export function readEdge({ text, nonEmpty, whole, oneOf, optional }: OptionReader): EdgeConfig {
  return {
    rates: {
      key_perSecond: whole('rate-key-per-second', 0, 1_000_000),
      address_perSecond: whole('rate-address-per-second', 0, 1_000_000),
    },
    connections: {
      all_max: whole('connections-max', 10, 1_000_000),
      address_max: whole('connections-address-max', 1, 1_000_000),
    },
    tls: { certFile: fileIn(text('tls-cert')), keyFile: fileIn(text('tls-key')) },
    admin: {
      host: nonEmpty('admin-host'),
      url: optional('admin-url', readPublicUrl),
      isInsecureAllowed: oneOf('admin-insecure', ['yes', 'no']) === 'yes',
    },
    allowPrivate: optional('allow-private', readAllowPrivate) ?? [],
  }
}

function fileIn(text: string): string | undefined {
  return text === '' ? undefined : resolve(text)
}

/** @throws {AppError} OPTION_INVALID when one of the files is given and the other is not */
export function tlsFilesOf({ certFile, keyFile }: EdgeConfig['tls']) {
  if (certFile !== undefined && keyFile !== undefined) return { certFile, keyFile }
  if (certFile === undefined && keyFile === undefined) return undefined
  const option = certFile === undefined ? '--tls-cert (MILLRACE_TLS_CERT)' : '--tls-key (MILLRACE_TLS_KEY)'
  throw new AppError('OPTION_INVALID', { option, problem: 'must be given too: HTTPS needs both files' })
}

const ENTRIES_MAX = 100
/** A name of machines, RFC 1123, section 2.1, and the "_" that some networks use. */
const NAME = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/i

const readAllowPrivate: Readable<readonly string[]> = {
  wants: 'loopback, networks and names, with commas between them, such as loopback,10.0.0.0/8,hooks.internal',
  read(given) {
    const entries = given.split(',').map((entry) => entry.trim())
    const isEntry = (entry: string) =>
      entry === 'loopback' || isNetwork(entry) || (NAME.test(entry) && !/^[\d.]+$/.test(entry))
    return entries.length <= ENTRIES_MAX && entries.every(isEntry) ? entries : undefined
  },
}
