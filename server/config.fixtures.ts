import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { OptionName, ServerConfig } from './config.ts'

const HOUR_MS = 3_600_000

/** For each option: where it ends up, a value as text and as it is read, and texts just inside and outside its bounds. */
export type OptionRow = {
  readonly name: OptionName
  readonly read: (config: ServerConfig) => unknown
  readonly text: string
  readonly value: unknown
  readonly right?: readonly string[]
  readonly wrong: readonly string[]
  /** Its value is not told when it is wrong. */
  readonly isSecret?: true
  /** It is no option of the command line. */
  readonly isOfEnvironment?: true
}
/** A secret that was mounted as a file. */
const POSTGRES_FILE = join(mkdtempSync(join(tmpdir(), 'millrace-options-')), 'address')
writeFileSync(POSTGRES_FILE, 'postgres://me@db.example/millrace\n')

/** The first of them, in their order; the others stand in the test. */
export const FIRST_OPTIONS: readonly OptionRow[] = [
  { name: 'config', read: (c) => c.configFile, text: 'a.yaml', value: resolve('a.yaml'), wrong: [] },
  { name: 'data', read: (c) => c.dataFolder, text: 'folder', value: resolve('folder'), wrong: [''] },
  {
    name: 'postgres',
    read: (c) => c.postgres.url,
    text: 'postgres://me:secret@db.example:5432/millrace?sslmode=verify-full',
    value: 'postgres://me:secret@db.example:5432/millrace?sslmode=verify-full',
    right: ['postgresql://localhost/millrace'],
    wrong: ['mysql://localhost/millrace', 'postgres://localhost', 'postgres:///millrace', 'db.example'],
    isSecret: true,
  },
  {
    name: 'postgres-file',
    read: (c) => c.postgres.url,
    text: POSTGRES_FILE,
    value: 'postgres://me@db.example/millrace',
    wrong: ['/nowhere/to/be/found', import.meta.filename],
  },
  {
    name: 'postgres-connections',
    read: (c) => c.postgres.connections_max,
    text: '20',
    value: 20,
    right: ['9', '200'],
    wrong: ['8', '201', '8.5', 'many'],
  },
  {
    name: 'nats',
    read: (c) => c.nats?.servers,
    text: 'nats://me:secret@a:4222,b:4222',
    value: ['a:4222', 'b:4222'],
    right: ['nats://a:4222'],
    wrong: ['a:4222', 'nats://', 'nats://me@a:4222'],
    isSecret: true,
  },
  {
    name: 'nats-replicas',
    read: (c) => c.natsReplicas,
    text: '1',
    value: 1,
    right: ['5'],
    wrong: ['0', '6', 'many'],
  },
  {
    name: 'nats-synced',
    read: (c) => c.isNatsSynced,
    text: 'yes',
    value: true,
    right: ['no'],
    wrong: ['maybe', ''],
  },
  { name: 'host', read: (c) => c.host, text: '0.0.0.0', value: '0.0.0.0', wrong: [''] },
  {
    name: 'port',
    read: (c) => c.port,
    text: '80',
    value: 80,
    right: ['0', '65535'],
    wrong: ['-1', '65536', '80.5', 'http'],
  },
  {
    name: 'admin-port',
    read: (c) => c.adminPort,
    text: '81',
    value: 81,
    right: ['0'],
    wrong: ['65536', '0.5'],
  },
  {
    name: 'roles',
    read: (c) => c.roles,
    text: 'ingest, delivery',
    value: new Set(['ingest', 'delivery']),
    right: ['all', 'admin', 'indexer,ingest,admin,delivery'],
    wrong: ['none', 'ingest,', 'ingest,deliver', 'ingest delivery'],
  },
  {
    name: 'health-port',
    read: (c) => c.healthPort,
    text: '82',
    value: 82,
    right: ['0'],
    wrong: ['65536', '0.5'],
  },
  { name: 'login', read: (c) => c.login.isOn, text: 'off', value: false, right: ['on'], wrong: ['', 'no'] },
  {
    name: 'session-idle-hours',
    read: (c) => c.login.limits.idle_ms_max,
    text: '1',
    value: HOUR_MS,
    right: ['0.5'],
    wrong: ['0', '-1', '8761', 'long'],
  },
  {
    name: 'session-days',
    read: (c) => c.login.limits.age_ms_max,
    text: '1',
    value: 24 * HOUR_MS,
    right: ['365'],
    wrong: ['0', '366'],
  },
  {
    name: 'oidc-issuer',
    read: (c) => c.login.sso.issuer,
    text: 'https://id.example.com/realms/main',
    value: 'https://id.example.com/realms/main',
    right: ['http://127.0.0.1:8080', 'http://localhost:8080/a'],
    wrong: [
      'id.example.com',
      'http://id.example.com',
      'https://id.example.com?a=1',
      'https://u@id.example.com',
      'ftp://localhost',
    ],
  },
  {
    name: 'oidc-client-id',
    read: (c) => c.login.sso.clientId,
    text: 'millrace',
    value: 'millrace',
    wrong: [],
  },
  { name: 'oidc-client-secret', read: (c) => c.login.sso.clientSecret, text: 's3', value: 's3', wrong: [] },
  { name: 'oidc-name', read: (c) => c.login.sso.name, text: 'Okta', value: 'Okta', wrong: [''] },
  {
    name: 'oidc-scopes',
    read: (c) => c.login.sso.scopes,
    text: 'openid email groups',
    value: 'openid email groups',
    wrong: ['email', 'openid,email'],
  },
  {
    name: 'oidc-groups-claim',
    read: (c) => c.login.sso.groupsClaim,
    text: 'realm_access.roles',
    value: 'realm_access.roles',
    wrong: [''],
  },
  {
    name: 'oidc-roles',
    read: (c) => c.login.sso.roles,
    text: 'growth=editor, /data team=admin,a=b=viewer+personal',
    value: [
      { group: 'growth', role: 'editor', personal: false },
      { group: '/data team', role: 'admin', personal: false },
      { group: 'a=b', role: 'viewer', personal: true },
    ],
    wrong: ['growth', 'growth=owner', '=admin', 'growth=editor,', 'growth=editor+all'],
  },
  {
    name: 'oidc-default-role',
    read: (c) => c.login.sso.defaultRole,
    text: 'viewer',
    value: 'viewer',
    right: ['none', 'admin'],
    wrong: ['', 'owner'],
  },
  {
    name: 'oidc-only',
    read: (c) => c.login.sso.isOnly,
    text: 'on',
    value: true,
    right: ['off'],
    wrong: ['', 'yes'],
  },
  {
    name: 'public-url',
    read: (c) => c.publicUrl,
    text: 'https://events.example.com/collect/',
    value: 'https://events.example.com/collect',
    right: ['http://127.0.0.1:4000', 'https://[::1]:8443', 'https://a.example'],
    wrong: [
      'events.example.com',
      'ftp://a.example',
      'https://a.example?x=1',
      'https://u:p@a.example',
      'https://',
      'https://a b',
    ],
  },
  {
    name: 'page-path',
    read: (c) => c.pagePath,
    text: '/wren',
    value: '/wren',
    right: ['/a', '/a/b-c/d_1', '/v10'],
    wrong: [
      'wren',
      '/',
      '/wren/',
      '/wr en',
      '/a//b',
      '/:x',
      '/*',
      '/v1',
      '/v1/x',
      '/healthz',
      '/analytics.js',
    ],
  },
  {
    name: 'trust-proxy',
    read: (c) => c.trustProxy,
    text: 'loopback, 10.0.0.0/8,2001:db8::/32',
    value: ['loopback', '10.0.0.0/8', '2001:db8::/32'],
    right: ['0', '1', '100', '192.0.2.1', 'uniquelocal', '10.0.0.0/32'],
    wrong: ['101', '-1', '1.5', 'true', 'all', '10.0.0.0/33', '10.0.0.0/8/8', 'loopback,', '10.0.0.0/x'],
  },
  {
    name: 'rate-key-per-second',
    read: (c) => c.rates.key_perSecond,
    text: '100',
    value: 100,
    right: ['0', '1000000'],
    wrong: ['-1', '1000001', '1.5', 'none'],
  },
  {
    name: 'rate-address-per-second',
    read: (c) => c.rates.address_perSecond,
    text: '100',
    value: 100,
    right: ['0', '1000000'],
    wrong: ['-1', '1000001', '1.5', 'none'],
  },
  {
    name: 'connections-max',
    read: (c) => c.connections.all_max,
    text: '100',
    value: 100,
    right: ['10', '1000000'],
    wrong: ['0', '9', '1000001', '10.5'],
  },
  {
    name: 'connections-address-max',
    read: (c) => c.connections.address_max,
    text: '100',
    value: 100,
    right: ['1', '1000000'],
    wrong: ['0', '1000001', '1.5'],
  },
  { name: 'tls-cert', read: (c) => c.tls.certFile, text: 'a.pem', value: resolve('a.pem'), wrong: [] },
  { name: 'tls-key', read: (c) => c.tls.keyFile, text: 'a.pem', value: resolve('a.pem'), wrong: [] },
  { name: 'admin-host', read: (c) => c.admin.host, text: '0.0.0.0', value: '0.0.0.0', wrong: [''] },
  {
    name: 'admin-url',
    read: (c) => c.admin.url,
    text: 'https://millrace.example.com/',
    value: 'https://millrace.example.com',
    right: ['http://localhost:4001'],
    wrong: ['millrace.example.com', 'https://', 'https://user@a.example'],
  },
  {
    name: 'admin-insecure',
    read: (c) => c.admin.isInsecureAllowed,
    text: 'yes',
    value: true,
    wrong: ['true', '1', 'YES'],
  },
  {
    name: 'allow-private',
    read: (c) => c.allowPrivate,
    text: 'loopback, 10.0.0.0/8,fd00::/8,hooks.internal',
    value: ['loopback', '10.0.0.0/8', 'fd00::/8', 'hooks.internal'],
    right: ['192.168.7.9', '::1', 'localhost', 'a_b.internal'],
    wrong: ['10.0.0.0/33', '10.0.0', 'http://a.internal', 'a b', '*.internal', 'loopback,', '10', '-a'],
  },
]
