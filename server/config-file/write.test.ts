import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Configuration, PRIVACY, SOURCE_KINDS } from '../../core/configuration.ts'
import type { RedactRule } from '../../core/redact/rule.ts'
import { isSqlKind, type SqlSettings } from '../../core/sql/settings.ts'
import { catalogue, readRight } from './config-file.fixtures.ts'
import { fileAndSecrets, writeConfigFile } from './write.ts'

describe('writing a configuration file', () => {
  test('gives YAML that a person can read, and says what is secret in it', () => {
    const text = writeConfigFile(
      {
        sources: [{ id: 'website', name: 'Website', kind: 'javascript', writeKey: 'wk_12345678' }],
        instances: [
          {
            id: 'heap',
            kind: 'heap',
            name: 'Heap',
            enabled: true,
            sources: ['website'],
            settings: { appId: '011' },
            subscriptions: [
              {
                id: 'track-event',
                action: 'trackEvent',
                name: 'Track Event',
                enabled: true,
                trigger: 'type = "track"',
                mapping: { event: { '@path': '$.event' } },
              },
            ],
          },
        ],
      },
      catalogue,
    )
    assert.match(
      text,
      /^# yaml-language-server: \$schema=\.\/configuration\.schema\.json\n#\n# The configuration of Millrace.*\n#\n# Secrets stand here as references, such as \$\{env:HEAP_/,
    )
    assert.equal(
      text.replace(/^(#.*\n)*\n/, ''),
      `sources:
  - id: website
    name: Website
    kind: javascript
    writeKey: wk_12345678
destinations:
  - id: heap
    kind: heap
    name: Heap
    enabled: true
    sources:
      - website
    settings:
      appId: "011"
    actions:
      - id: track-event
        action: trackEvent
        name: Track Event
        enabled: true
        trigger: type = "track"
        mapping:
          event:
            "@path": $.event
`,
    )
  })

  test('repeats what two destinations share, so that it can be edited apart', () => {
    const shared = {
      kind: 'heap',
      name: 'Heap',
      enabled: true,
      sources: [],
      settings: { appId: '1' },
      subscriptions: [],
    }
    const instances = [
      { ...shared, id: 'a' },
      { ...shared, id: 'b' },
    ]
    assert.doesNotMatch(writeConfigFile({ sources: [], instances }, catalogue), /[&*]/)
  })

  test('what is written is read back as it was, whatever is in it', () => {
    fc.assert(
      fc.property(configurations, (configuration) => {
        const { text, secrets } = fileAndSecrets(configuration, catalogue)
        const again = readRight(text, secrets)
        assert.deepStrictEqual(again, configuration)
        assert.equal(writeConfigFile(again, catalogue), text)
        for (const secret of secrets.values()) {
          if (/[0-9a-f]{4}-[0-9a-f]{12}$/.test(secret)) assert.ok(!text.includes(secret), secret)
        }
      }),
      { numRuns: 500 },
    )
  })
})

const ids = fc.stringMatching(/^[a-z0-9-]{1,64}$/)
/** What YAML might take for something else is much likelier here than by chance. */
const hardTexts = fc.constantFrom(
  ...[
    '011',
    '0x1f',
    '1e3',
    'true',
    'no',
    'null',
    '~',
    '.inf',
    '-',
    '- a',
    '? a',
    'a: b',
    'a #b',
    '#',
    '&a',
    '*a',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what looks like a reference and is none
    ...['${env:HOME}', '$${env:HOME}', '${file:a}', '$$${file:}', '${env:a b}', 'x${env:HOME}'],
  ],
  ...[
    '!a',
    '|',
    '>',
    '%',
    '@a',
    '`',
    '"',
    "'",
    '{',
    '[]',
    ',',
    '---',
    '...',
    '<<',
    '=',
    '2024-01-02',
    '__proto__',
  ],
  ...[
    ' a',
    'a ',
    'a\n',
    '\na',
    'a\n\n b \n',
    '\ta',
    'a\r\nb',
    '\u0000',
    '\u0085',
    '\u2028',
    '\ufeff',
    '\ud800',
    '🛒',
  ],
)
const texts = fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), hardTexts, fc.lorem({ maxCount: 40 }))
const names = texts.filter((text) => text.trim() !== '' && text.length <= 200)
const objects = fc.dictionary(
  texts,
  fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      texts,
      fc.constantFrom(null, true, false, 0, -1, 1e21, 5e-324, 2 ** 60),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(texts, tie('value'), { maxKeys: 4 }),
    ),
  })).value,
  { maxKeys: 4 },
)

const secrets = fc.oneof(texts, fc.uuid(), fc.constant(null))

const writeKeys = fc.stringMatching(/^[A-Za-z0-9_-]{8,128}$/)
const RULES: readonly (readonly RedactRule[])[] = [
  [{ how: 'drop', path: '**.password' }],
  [
    { how: 'mask', pattern: 'email', keepLast: 2 },
    { how: 'hash', regex: 'a: #b', keys: true },
  ],
]
const SQL: readonly SqlSettings[] = [
  {
    host: 'db',
    database: 'shop',
    user: 'a',
    password: 'secret-\'"\\',
    query: 'select 1 -- a: #b',
    call: { type: 'track' },
  },
  {
    ...{
      host: '::1',
      port: 1,
      database: 'shop',
      user: 'a',
      tls: 'off',
      query: 'select :last_cursor',
      key: ['a'],
    },
    ...{
      cursor: { column: 'a', start: '011' },
      schedule: { cron: '0 6 * * *', zone: 'Europe/Zurich' },
    },
    call: {
      type: 'identify',
      fields: { userId: '{{a}}' },
      columns: [{ column: 'true', to: '' }],
      onlyMapped: true,
    },
  },
]
type Keyed = { readonly writeKey: string; readonly olderWriteKeys?: readonly string[] }
const keysOf = ({ writeKey, olderWriteKeys = [] }: Keyed) => [writeKey, ...olderWriteKeys]
const alertRules = fc.constantFrom({}, { lag: false, disk: true }, { held: { minutes: 0.5 }, disk: false })

const sources = fc.uniqueArray(
  fc
    .record(
      {
        id: ids,
        name: names,
        kind: fc.constantFrom(...SOURCE_KINDS),
        writeKey: writeKeys,
        privacy: fc.constantFrom(...PRIVACY),
        olderWriteKeys: fc.uniqueArray(writeKeys, { minLength: 1, maxLength: 3 }),
        origins: fc.constantFrom(['https://a.example'], ['https://*.example.com', 'http://localhost:3000']),
        redact: fc.constantFrom<readonly RedactRule[]>(...RULES),
        sql: fc.constantFrom<SqlSettings>(...SQL),
      },
      { requiredKeys: ['id', 'name', 'kind', 'writeKey'] },
    )
    .map(({ sql, ...one }) => (isSqlKind(one.kind) && sql !== undefined ? { ...one, sql } : one)),
  { maxLength: 4, comparator: (a, b) => a.id === b.id || keysOf(a).some((key) => keysOf(b).includes(key)) },
)
const subscriptions = fc.uniqueArray(
  fc.record({
    id: ids,
    action: fc.constantFrom('trackEvent', 'identifyUser'),
    name: names,
    enabled: fc.boolean(),
    trigger: names.filter((text) => !text.includes('wrong')),
    mapping: objects.filter((mapping) => !Object.hasOwn(mapping, 'wrong')),
  }),
  { maxLength: 4, selector: ({ id }) => id },
)
const instancesOf = (sourceIds: readonly string[]) =>
  fc.uniqueArray(
    fc.record(
      {
        id: ids,
        kind: fc.constantFrom('heap', 'webhook'),
        name: names,
        enabled: fc.boolean(),
        sources: fc.shuffledSubarray([...sourceIds]),
        paused: fc.constant(true),
        consent: fc.uniqueArray(names, { minLength: 1, maxLength: 3 }),
        redact: fc.constantFrom<readonly RedactRule[]>(...RULES),
        settings: fc.record(
          { appId: texts, rate: objects, apiKey: secrets },
          { requiredKeys: ['appId', 'rate'] },
        ),
        subscriptions,
      },
      { requiredKeys: ['id', 'kind', 'name', 'enabled', 'sources', 'settings', 'subscriptions'] },
    ),
    { maxLength: 3, selector: ({ id }) => id },
  )
const channels = fc.uniqueArray(
  fc.record({
    id: ids,
    kind: fc.constantFrom('slack', 'webhook'),
    url: fc.uuid().map((id) => `https://x.example/${id}`),
  }),
  { maxLength: 3, selector: ({ id }) => id },
)
/** Through JSON, as a store gives them: with ordinary prototypes, and with "__proto__" as a key like any other. */
const configurations: fc.Arbitrary<Configuration> = sources
  .chain((given) =>
    fc.record(
      {
        sources: fc.constant(given),
        instances: instancesOf(given.map(({ id }) => id)),
        alerts: fc.record({ channels, rules: alertRules }, { requiredKeys: ['channels'] }),
      },
      { requiredKeys: ['sources', 'instances'] },
    ),
  )
  .map((configuration) => JSON.parse(JSON.stringify(configuration)) as Configuration)
