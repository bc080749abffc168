import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { AppError } from '../core/errors.ts'
import { secret } from '../core/secret.ts'
import { EDGE_OPTIONS, type EdgeConfig, readEdge } from './edge-options.ts'
import { DEFAULT_LIMITS, type IngestLimits } from './ingest/ingest.ts'
import { LOGIN_OPTIONS, type LoginConfig, readLoginOptions } from './login-options.ts'
import { readMailAddress, readSmtpUrl } from './mail-options.ts'
import { NATS_OPTIONS, type NatsPlace, readNats } from './nats-options.ts'
import { OBSERVE_OPTIONS, type ObserveConfig, readObserve } from './observe-options.ts'
import { type Readable, readPagePath, readPublicUrl, readTrustProxy } from './page-options.ts'
import { POSTGRES_OPTIONS, type PostgresConfig, readPostgres } from './postgres-options.ts'
import { EVERY_ROLE, ROLES_WANTED, type Roles, readRoles } from './roles.ts'
import { KEY_FILE, KEY_WANTED, type KeySource, parseKey } from './secrets/master-key.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const GIB = 1_073_741_824
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent']

export type ServerConfig = EdgeConfig &
  ObserveConfig & {
    readonly configFile: string | undefined
    readonly dataFolder: string
    /** Where configuration and ledger are, when they are not files of the data folder. */
    readonly postgres: PostgresConfig
    /** Where the log is, when it is not a file of the data folder. */
    readonly nats: NatsPlace | undefined
    /** How many NATS servers keep each chunk. */
    readonly natsReplicas: number
    /** Every NATS server forces to the disk before it answers, as somebody says. */
    readonly isNatsSynced: boolean
    readonly host: string
    readonly port: number
    /** The admin API has a port of its own. */
    readonly adminPort: number
    /** What this process does. */
    readonly roles: Roles
    /** Of a process without the admin role. */
    readonly healthPort: number
    readonly logLevel: string
    /** Who may use the admin side. */
    readonly login: LoginConfig
    /** The mail server that alerts go through; without an address there is none. */
    readonly mail: { readonly smtpUrl: string | undefined; readonly from: string }
    /** The key of the secrets; when none is given, a file in the data folder that is made at the first start. */
    readonly secretKey: KeySource
    /** The address by which pages reach the server; undefined: that of each request. Without a slash at its end. */
    readonly publicUrl: string | undefined
    /** A path of one's own for all that pages load and send, such as `/wren`. */
    readonly pagePath: string | undefined
    /** Which proxies are believed: none, how many hops, or their addresses. */
    readonly trustProxy: false | number | readonly string[]
    readonly limits: IngestLimits
    readonly lanes: number
    readonly dedupe: { readonly window_ms: number; readonly ids_max: number }
    readonly retention: { readonly age_ms_max: number; readonly bytes_max: number }
    /** The size that the log may have whatever readers need, bytes; 0: as long as there is room. */
    readonly logBytesHard_max: number
    readonly history: { readonly age_ms_max: number; readonly bytes_max: number }
    /** Older dead letters are given up; 0: never. */
    readonly deadLetterAge_ms_max: number
    /** The oldest dead letters are given up while all of them hold more; 0: as long as there is room. */
    readonly deadLetterBytes_max: number
    /** How long the audit log is kept; 0: for ever. */
    readonly auditAge_ms_max: number
    /** Below this much free space, events are answered 503, so that what is there can still be delivered. */
    readonly diskFree_bytes_min: number
    readonly giveUpAfter_ms: number
    /** How long a stop waits for what is on its way. */
    readonly stopWithin_ms: number
    /** How long before that it takes events and is not ready any more, so that load balancers leave. */
    readonly drain_ms: number
  }

type Option = {
  readonly env: string
  readonly fallback: string
  readonly help: string
  /** Not shown when it is wrong. */
  readonly isSecret?: true
}

/** Every option, once: the command line's flag, the environment variable, the default. `docs/configuration.md` has the table. */
export const OPTIONS = {
  config: { env: 'MILLRACE_CONFIG', fallback: '', help: 'the configuration file (YAML)' },
  data: { env: 'MILLRACE_DATA', fallback: '.millrace', help: 'the folder for the data' },
  ...POSTGRES_OPTIONS,
  ...NATS_OPTIONS,
  host: {
    env: 'MILLRACE_HOST',
    fallback: '127.0.0.1',
    help: 'the address that takes events; 0.0.0.0 for all',
  },
  port: { env: 'MILLRACE_PORT', fallback: '4000', help: 'the port that takes events' },
  'admin-port': {
    env: 'MILLRACE_ADMIN_PORT',
    fallback: '4001',
    help: 'the port of the pages and the admin API',
  },
  roles: {
    env: 'MILLRACE_ROLES',
    fallback: 'all',
    help: 'what this process does: ingest, delivery, indexer, admin, several of them, or all',
  },
  'health-port': {
    env: 'MILLRACE_HEALTH_PORT',
    fallback: '4002',
    help: 'the port of /healthz, /readyz and /metrics of a process without the admin role',
  },
  ...LOGIN_OPTIONS,
  'public-url': {
    env: 'MILLRACE_PUBLIC_URL',
    fallback: '',
    help: 'the address by which pages reach this server, such as https://events.example.com; else that of each request',
  },
  'page-path': {
    env: 'MILLRACE_PAGE_PATH',
    fallback: '',
    help: 'a path of your own, such as /wren, for all that pages load and send; the usual ones stay',
  },
  'trust-proxy': {
    env: 'MILLRACE_TRUST_PROXY',
    fallback: '',
    help: 'proxies whose X-Forwarded headers count: how many there are, or their addresses, such as loopback,10.0.0.0/8',
  },
  ...EDGE_OPTIONS,
  'smtp-url': {
    env: 'MILLRACE_SMTP_URL',
    fallback: '',
    help: 'the mail server for alerts, such as smtps://user:password@mail.example.com',
    isSecret: true,
  },
  'smtp-from': {
    env: 'MILLRACE_SMTP_FROM',
    fallback: 'millrace@localhost',
    help: 'the address that alerts come from',
  },
  'secret-key': {
    env: 'MILLRACE_SECRET_KEY',
    fallback: '',
    help: 'the key of the secrets, by the environment only: 32 bytes in base64',
    isSecret: true,
  },
  'secret-key-file': {
    env: 'MILLRACE_SECRET_KEY_FILE',
    fallback: '',
    help: 'the file of that key; when neither is given, secret.key in the data folder, made at the first start',
  },
  'log-level': {
    env: 'MILLRACE_LOG_LEVEL',
    fallback: 'info',
    help: 'trace, debug, info, warn, error or silent',
  },
  ...OBSERVE_OPTIONS,
  'event-bytes-max': {
    env: 'MILLRACE_EVENT_BYTES_MAX',
    fallback: String(DEFAULT_LIMITS.event_bytes_max),
    help: 'the largest event',
  },
  'body-bytes-max': {
    env: 'MILLRACE_BODY_BYTES_MAX',
    fallback: String(DEFAULT_LIMITS.body_bytes_max),
    help: 'the largest request body, before and after decompression',
  },
  'events-max': {
    env: 'MILLRACE_EVENTS_MAX',
    fallback: String(DEFAULT_LIMITS.events_max),
    help: 'the most events in a batch',
  },
  'event-levels-max': {
    env: 'MILLRACE_EVENT_LEVELS_MAX',
    fallback: String(DEFAULT_LIMITS.event_levels_max),
    help: 'the most levels of objects and lists in an event',
  },
  'event-keys-max': {
    env: 'MILLRACE_EVENT_KEYS_MAX',
    fallback: String(DEFAULT_LIMITS.event_keys_max),
    help: 'the most names and list items in an event, together',
  },
  lanes: {
    env: 'MILLRACE_LANES',
    fallback: '8',
    help: 'lanes of a new log; an existing one keeps its number',
  },
  'dedupe-hours': {
    env: 'MILLRACE_DEDUPE_HOURS',
    fallback: '24',
    help: 'how long a messageId is remembered',
  },
  'dedupe-ids-max': {
    env: 'MILLRACE_DEDUPE_IDS_MAX',
    fallback: '2000000',
    help: 'the most messageIds remembered',
  },
  'retention-days': {
    env: 'MILLRACE_RETENTION_DAYS',
    fallback: '30',
    help: 'how long the log keeps delivered events',
  },
  'retention-gib': { env: 'MILLRACE_RETENTION_GIB', fallback: '20', help: 'how large the log may grow' },
  'retention-hard-gib': {
    env: 'MILLRACE_RETENTION_HARD_GIB',
    fallback: '0',
    help: 'how large the log may grow with events that were not delivered yet; 0: as long as there is room. What is over it is lost, and counted as expired',
  },
  'history-days': { env: 'MILLRACE_HISTORY_DAYS', fallback: '14', help: 'how long attempts are kept' },
  'history-gib': { env: 'MILLRACE_HISTORY_GIB', fallback: '5', help: 'how large the attempts may grow' },
  'dead-letter-days': {
    env: 'MILLRACE_DEAD_LETTER_DAYS',
    fallback: '90',
    help: 'how long dead letters are kept before they are given up, and counted so; 0: for ever',
  },
  'dead-letter-gib': {
    env: 'MILLRACE_DEAD_LETTER_GIB',
    fallback: '5',
    help: 'how large the dead letters may grow before the oldest are given up, counted so and told; 0: as long as there is room',
  },
  'audit-days': {
    env: 'MILLRACE_AUDIT_DAYS',
    fallback: '400',
    help: 'how long the audit log is kept; 0: for ever',
  },
  'disk-free-mib': {
    env: 'MILLRACE_DISK_FREE_MIB',
    fallback: '256',
    help: 'free space below which events are answered 503',
  },
  'give-up-hours': {
    env: 'MILLRACE_GIVE_UP_HOURS',
    fallback: '72',
    help: 'how long a failing delivery is tried again',
  },
  'stop-seconds': {
    env: 'MILLRACE_STOP_SECONDS',
    fallback: '10',
    help: 'how long a stop waits for what is on its way',
  },
  'drain-seconds': {
    env: 'MILLRACE_DRAIN_SECONDS',
    fallback: '0',
    help: 'how long before that /readyz says 503 while events are still taken, so that load balancers leave',
  },
} as const satisfies Record<string, Option>
export type OptionName = keyof typeof OPTIONS

/** For what a configuration file refers to. */
export function environmentText(name: string): string | undefined {
  return process.env[name]
}

/**
 * Reads the options: the command line wins over the environment, the environment over the default.
 * This file is the only reader of the environment.
 *
 * @throws {AppError} OPTION_INVALID with the option's name.
 */
export function readServerConfig(
  given: Readonly<Partial<Record<OptionName, string>>>,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ServerConfig {
  const reader = optionReader(given, environment)
  const { text, nonEmpty, number, whole, oneOf, optional } = reader
  const config = text('config')
  return {
    configFile: config === '' ? undefined : resolve(config),
    dataFolder: resolve(nonEmpty('data')),
    postgres: readPostgres(reader, (path) => readFileSync(path, 'utf8')),
    nats: optional('nats', readNats),
    natsReplicas: whole('nats-replicas', 1, 5),
    isNatsSynced: oneOf('nats-synced', ['yes', 'no']) === 'yes',
    host: nonEmpty('host'),
    port: whole('port', 0, 65_535),
    adminPort: whole('admin-port', 0, 65_535),
    roles: optional('roles', { read: readRoles, wants: ROLES_WANTED }) ?? EVERY_ROLE,
    healthPort: whole('health-port', 0, 65_535),
    login: readLoginOptions(reader),
    publicUrl: optional('public-url', readPublicUrl),
    pagePath: optional('page-path', readPagePath),
    trustProxy: optional('trust-proxy', readTrustProxy) ?? false,
    ...readEdge(reader),
    mail: { smtpUrl: optional('smtp-url', readSmtpUrl), from: optional('smtp-from', readMailAddress) ?? '' },
    secretKey: readKeySource(given, environment),
    ...readObserve(reader),
    logLevel: oneOf('log-level', LOG_LEVELS),
    limits: {
      event_bytes_max: whole('event-bytes-max', 1_024, 10_000_000),
      body_bytes_max: whole('body-bytes-max', 1_024, 100_000_000),
      events_max: whole('events-max', 1, 100_000),
      event_levels_max: whole('event-levels-max', 4, 1_000),
      event_keys_max: whole('event-keys-max', 100, 10_000_000),
    },
    lanes: whole('lanes', 1, 256),
    dedupe: {
      window_ms: number('dedupe-hours', 0, 8_760) * HOUR_MS,
      ids_max: whole('dedupe-ids-max', 1_000, 1_000_000_000),
    },
    retention: {
      age_ms_max: number('retention-days', 0, 36_500) * DAY_MS,
      bytes_max: number('retention-gib', 0.01, 1_000_000) * GIB,
    },
    logBytesHard_max: number('retention-hard-gib', 0, 1_000_000) * GIB,
    history: {
      age_ms_max: number('history-days', 0, 36_500) * DAY_MS,
      bytes_max: number('history-gib', 0.01, 1_000_000) * GIB,
    },
    deadLetterAge_ms_max: number('dead-letter-days', 0, 36_500) * DAY_MS,
    deadLetterBytes_max: number('dead-letter-gib', 0, 1_000_000) * GIB,
    auditAge_ms_max: number('audit-days', 0, 36_500) * DAY_MS,
    diskFree_bytes_min: number('disk-free-mib', 0, 1_000_000_000) * 1_048_576,
    giveUpAfter_ms: number('give-up-hours', 0, 8_760) * HOUR_MS,
    stopWithin_ms: number('stop-seconds', 0, 3_600) * 1_000,
    drain_ms: number('drain-seconds', 0, 3_600) * 1_000,
  }
}

export type OptionReader = ReturnType<typeof optionReader>

/**
 * The environment goes before a file: who sets both moves from one to the other, or has a file that is no longer meant.
 *
 * @throws {AppError} OPTION_INVALID
 */
function readKeySource(
  given: Readonly<Partial<Record<OptionName, string>>>,
  environment: Readonly<Record<string, string | undefined>>,
): KeySource {
  const { text, nonEmpty, invalid } = optionReader(given, environment)
  if (given['secret-key'] !== undefined) {
    throw invalid('secret-key', 'must come from the environment: everybody here can read a command line')
  }
  const key = text('secret-key')
  if (key !== '' && parseKey(key) === undefined) throw invalid('secret-key', `must be ${KEY_WANTED}`)
  if (key !== '') return { kind: 'given', text: secret(key) }
  const file = text('secret-key-file')
  if (file !== '') return { kind: 'file', path: resolve(file), mayMake: false }
  return { kind: 'file', path: resolve(nonEmpty('data'), KEY_FILE), mayMake: true }
}

function optionReader(
  given: Readonly<Partial<Record<OptionName, string>>>,
  environment: Readonly<Record<string, string | undefined>>,
) {
  const text = (name: OptionName): string => {
    const { env, fallback } = OPTIONS[name]
    // An empty variable counts as none: compose files write `MILLRACE_HOST=` for "not set".
    return given[name] ?? (environment[env] || fallback)
  }
  const invalid = (name: OptionName, problem: string) =>
    new AppError('OPTION_INVALID', {
      option: `--${name} (${OPTIONS[name].env})`,
      ...('isSecret' in OPTIONS[name] ? {} : { value: text(name) }),
      problem,
    })
  const nonEmpty = (name: OptionName): string => {
    if (text(name) !== '') return text(name)
    throw invalid(name, 'must not be empty')
  }
  const number = (name: OptionName, from: number, to: number): number => {
    const value = Number(text(name))
    if (text(name).trim() !== '' && value >= from && value <= to) return value
    throw invalid(name, `must be a number from ${from} to ${to}`)
  }
  const whole = (name: OptionName, from: number, to: number): number => {
    const value = number(name, from, to)
    if (Number.isInteger(value)) return value
    throw invalid(name, `must be a whole number from ${from} to ${to}`)
  }
  const oneOf = (name: OptionName, choices: readonly string[]): string => {
    if (choices.includes(text(name))) return text(name)
    throw invalid(name, `must be one of ${choices.join(', ')}`)
  }
  /** Empty is none; `read` gives undefined for what it cannot read, and its own words for what it wants. */
  const optional = <Value>(name: OptionName, { read, wants }: Readable<Value>): Value | undefined => {
    if (text(name) === '') return undefined
    const value = read(text(name))
    if (value === undefined) throw invalid(name, `must be ${wants}`)
    return value
  }
  return { text, nonEmpty, invalid, number, whole, oneOf, optional }
}
