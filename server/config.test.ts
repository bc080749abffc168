import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { describe, test } from 'node:test'
import { AppError } from '../core/errors.ts'
import { OPTIONS, type OptionName, readServerConfig, type ServerConfig } from './config.ts'
import { tlsFilesOf } from './edge-options.ts'

const HOUR_MS = 3_600_000
const GIB = 2 ** 30
const NAMES = Object.keys(OPTIONS) as OptionName[]

/** For each option: where it ends up, a value as text and as it is read, and texts just inside and outside its bounds. */
const rows: readonly {
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
}[] = [
  { name: 'config', read: (c) => c.configFile, text: 'a.yaml', value: resolve('a.yaml'), wrong: [] },
  { name: 'data', read: (c) => c.dataFolder, text: 'folder', value: resolve('folder'), wrong: [''] },
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
  {
    name: 'smtp-url',
    read: (c) => c.mail,
    text: 'smtps://ada:secret@mail.example.com',
    value: { smtpUrl: 'smtps://ada:secret@mail.example.com', from: 'millrace@localhost' },
    isSecret: true,
    right: ['smtp://localhost:25'],
    wrong: ['mail.example.com', 'https://mail.example.com', 'smtp://'],
  },
  {
    name: 'smtp-from',
    read: (c) => c.mail.from,
    text: 'millrace@example.com',
    value: 'millrace@example.com',
    wrong: ['millrace', 'Millrace <m@example.com>'],
  },
  {
    name: 'secret-key',
    read: ({ secretKey }) => secretKey.kind === 'given' && secretKey.text.reveal(),
    text: 'ab'.repeat(32),
    value: 'ab'.repeat(32),
    isSecret: true,
    isOfEnvironment: true,
    right: [`${'A'.repeat(42)}8=`, `${'_'.repeat(42)}8`, ` ${'AB'.repeat(32)}\n`],
    wrong: ['hunter2', 'ab'.repeat(31), 'zz'.repeat(32), `${'A'.repeat(43)}==`],
  },
  {
    name: 'secret-key-file',
    read: (c) => c.secretKey,
    text: 'key.txt',
    value: { kind: 'file', path: resolve('key.txt'), mayMake: false },
    wrong: [],
  },
  {
    name: 'log-level',
    read: (c) => c.logLevel,
    text: 'warn',
    value: 'warn',
    right: ['silent'],
    wrong: ['loud', 'WARN', ''],
  },
  {
    name: 'event-bytes-max',
    read: (c) => c.limits.event_bytes_max,
    text: '2048',
    value: 2_048,
    right: ['1024'],
    wrong: ['1023', '10000001'],
  },
  {
    name: 'body-bytes-max',
    read: (c) => c.limits.body_bytes_max,
    text: '4096',
    value: 4_096,
    right: ['1024'],
    wrong: ['1023', '100000001'],
  },
  {
    name: 'events-max',
    read: (c) => c.limits.events_max,
    text: '7',
    value: 7,
    right: ['1', '100000'],
    wrong: ['0', '100001', '1.5'],
  },
  {
    name: 'event-levels-max',
    read: (c) => c.limits.event_levels_max,
    text: '7',
    value: 7,
    right: ['4', '1000'],
    wrong: ['3', '1001', '5.5'],
  },
  {
    name: 'event-keys-max',
    read: (c) => c.limits.event_keys_max,
    text: '700',
    value: 700,
    right: ['100', '10000000'],
    wrong: ['99', '10000001', '100.5'],
  },
  {
    name: 'lanes',
    read: (c) => c.lanes,
    text: '16',
    value: 16,
    right: ['1', '256'],
    wrong: ['0', '257', '2.5'],
  },
  {
    name: 'dedupe-hours',
    read: (c) => c.dedupe.window_ms,
    text: '0.5',
    value: HOUR_MS / 2,
    right: ['0', '8760'],
    wrong: ['-1', '8761'],
  },
  {
    name: 'dedupe-ids-max',
    read: (c) => c.dedupe.ids_max,
    text: '5000',
    value: 5_000,
    right: ['1000'],
    wrong: ['999', '1000000001', '1000.5'],
  },
  {
    name: 'retention-days',
    read: (c) => c.retention.age_ms_max,
    text: '2',
    value: 48 * HOUR_MS,
    right: ['0'],
    wrong: ['-1', '36501'],
  },
  {
    name: 'retention-gib',
    read: (c) => c.retention.bytes_max,
    text: '0.5',
    value: GIB / 2,
    right: ['0.01'],
    wrong: ['0', '1000001'],
  },
  {
    name: 'retention-hard-gib',
    read: (c) => c.logBytesHard_max,
    text: '40',
    value: 40 * GIB,
    right: ['0'],
    wrong: ['-1', '1000001'],
  },
  {
    name: 'history-days',
    read: (c) => c.history.age_ms_max,
    text: '3',
    value: 72 * HOUR_MS,
    right: ['0'],
    wrong: ['-1', '36501'],
  },
  {
    name: 'history-gib',
    read: (c) => c.history.bytes_max,
    text: '2',
    value: 2 * GIB,
    right: ['0.01'],
    wrong: ['0', '1000001'],
  },
  {
    name: 'dead-letter-days',
    read: (c) => c.deadLetterAge_ms_max,
    text: '7',
    value: 7 * 24 * HOUR_MS,
    right: ['0'],
    wrong: ['-1', '36501'],
  },
  {
    name: 'dead-letter-gib',
    read: (c) => c.deadLetterBytes_max,
    text: '2',
    value: 2 * GIB,
    right: ['0'],
    wrong: ['-1', '1000001'],
  },
  {
    name: 'audit-days',
    read: (c) => c.auditAge_ms_max,
    text: '30',
    value: 30 * 24 * HOUR_MS,
    right: ['0'],
    wrong: ['-1', '36501'],
  },
  {
    name: 'disk-free-mib',
    read: (c) => c.diskFree_bytes_min,
    text: '10',
    value: 10 * 2 ** 20,
    right: ['0'],
    wrong: ['-1'],
  },
  {
    name: 'give-up-hours',
    read: (c) => c.giveUpAfter_ms,
    text: '1',
    value: HOUR_MS,
    right: ['0'],
    wrong: ['-1', '8761'],
  },
  {
    name: 'stop-seconds',
    read: (c) => c.stopWithin_ms,
    text: '3',
    value: 3_000,
    right: ['0', '3600'],
    wrong: ['-1', '3601', '', ' ', 'Infinity', 'NaN'],
  },
]

test('the table below has every option', () => {
  assert.deepEqual(
    rows.map(({ name }) => name),
    NAMES,
  )
})

for (const { name, read, text, value, right = [], wrong, isSecret, isOfEnvironment } of rows) {
  describe(`--${name}`, () => {
    const { env, fallback } = OPTIONS[name]
    const given = (one: string) =>
      isOfEnvironment === true ? readServerConfig({}, { [env]: one }) : readServerConfig({ [name]: one }, {})
    const usual = read(readServerConfig({}, {}))

    test(`has ${env} as its variable and ${JSON.stringify(fallback)} as its default`, () => {
      assert.equal(env, `MILLRACE_${name.toUpperCase().replaceAll('-', '_')}`)
      assert.notDeepEqual(usual, value)
      assert.deepEqual(read(given(fallback)), usual)
    })
    test('on the command line wins over the environment, that over the default, and none over empty', () => {
      if (isOfEnvironment === true) assert.throws(() => readServerConfig({ [name]: text }, {}), /option/)
      else assert.deepEqual(read(readServerConfig({ [name]: text }, { [env]: 'nonsense' })), value)
      assert.deepEqual(read(readServerConfig({}, { [env]: text })), value)
      assert.deepEqual(read(readServerConfig({}, { [env]: '' })), usual)
    })
    for (const one of right) {
      test(`may be ${one}`, () => assert.doesNotThrow(() => given(one)))
    }
    for (const one of wrong) {
      test(`may not be ${JSON.stringify(one)}`, () => {
        assert.throws(
          () => given(one),
          (error) => {
            assert.ok(error instanceof AppError)
            assert.equal(error.code, 'OPTION_INVALID')
            assert.deepEqual(error.details['option'], `--${name} (${env})`)
            assert.equal(error.details['value'], isSecret ? undefined : one)
            return true
          },
        )
      })
    }
  })
}

test('a wrong variable is named as the option that it is', () => {
  assert.throws(() => readServerConfig({}, { MILLRACE_PORT: 'http' }), {
    details: { option: '--port (MILLRACE_PORT)', value: 'http', problem: 'must be a number from 0 to 65535' },
  })
})

test('without anything given, events are taken on this machine only', () => {
  const { host, port, adminPort, configFile } = readServerConfig({}, {})
  assert.deepEqual(
    { host, port, adminPort, configFile },
    { host: '127.0.0.1', port: 4_000, adminPort: 4_001, configFile: undefined },
  )
})

test('a certificate needs its key, and a key its certificate', () => {
  const files = (...names: readonly ('tls-cert' | 'tls-key')[]) =>
    tlsFilesOf(readServerConfig(Object.fromEntries(names.map((name) => [name, 'a.pem'])), {}).tls)
  assert.equal(files(), undefined)
  assert.deepEqual(files('tls-cert', 'tls-key'), { certFile: resolve('a.pem'), keyFile: resolve('a.pem') })
  for (const [given, missing] of [
    ['tls-cert', /--tls-key/],
    ['tls-key', /--tls-cert/],
  ] as const) {
    assert.throws(
      () => files(given),
      (error) => error instanceof AppError && missing.test(String(error.details['option'])),
    )
  }
})
