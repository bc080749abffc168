import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { describe, test } from 'node:test'
import { AppError } from '../core/errors.ts'
import { FIRST_OPTIONS, type OptionRow } from './config.fixtures.ts'
import { OPTIONS, type OptionName, readServerConfig } from './config.ts'
import { tlsFilesOf } from './edge-options.ts'

const HOUR_MS = 3_600_000
const GIB = 2 ** 30
const NAMES = Object.keys(OPTIONS) as OptionName[]

const rows: readonly OptionRow[] = [
  ...FIRST_OPTIONS,
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
    name: 'attempt-log',
    read: (c) => c.attemptLog,
    text: 'on',
    value: true,
    right: ['off'],
    wrong: ['yes', ''],
  },
  {
    name: 'otlp-url',
    read: (c) => c.otlpUrl,
    text: 'http://127.0.0.1:4318/',
    value: 'http://127.0.0.1:4318',
    right: ['https://otel.example.com/millrace'],
    wrong: ['127.0.0.1:4318', 'http://ada:secret@otel.example.com', 'https://otel.example.com?key=1'],
  },
  {
    name: 'trace-sample',
    read: (c) => c.traceSample,
    text: '0.5',
    value: 0.5,
    right: ['0', '1'],
    wrong: ['-0.1', '1.1', 'all'],
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
  {
    name: 'drain-seconds',
    read: (c) => c.drain_ms,
    text: '3',
    value: 3_000,
    right: ['0.5', '3600'],
    wrong: ['-1', '3601', 'long'],
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
