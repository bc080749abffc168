import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Configuration, PRIVACY, SOURCE_KINDS } from '../../core/configuration.ts'
import { readRight } from './config-file.fixtures.ts'
import { writeConfigFile } from './write.ts'

describe('writing a configuration file', () => {
  test('gives YAML that a person can read, with a warning that it holds secrets', () => {
    const text = writeConfigFile({
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
    })
    assert.match(
      text,
      /^# The configuration of Millrace.*\n#\n# CAREFUL: write keys, and settings that are secret/,
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
    assert.doesNotMatch(writeConfigFile({ sources: [], instances }), /[&*]/)
  })

  test('what is written is read back as it was, whatever is in it', () => {
    fc.assert(
      fc.property(configurations, (configuration) => {
        assert.deepStrictEqual(readRight(writeConfigFile(configuration)), configuration)
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

const sources = fc.uniqueArray(
  fc.record(
    {
      id: ids,
      name: names,
      kind: fc.constantFrom(...SOURCE_KINDS),
      writeKey: fc.stringMatching(/^[A-Za-z0-9_-]{8,128}$/),
      privacy: fc.constantFrom(...PRIVACY),
    },
    { requiredKeys: ['id', 'name', 'kind', 'writeKey'] },
  ),
  { maxLength: 4, comparator: (a, b) => a.id === b.id || a.writeKey === b.writeKey },
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
        consent: fc.uniqueArray(names, { minLength: 1, maxLength: 3 }),
        settings: fc.record({ appId: texts, rate: objects }),
        subscriptions,
      },
      { requiredKeys: ['id', 'kind', 'name', 'enabled', 'sources', 'settings', 'subscriptions'] },
    ),
    { maxLength: 3, selector: ({ id }) => id },
  )
/** Through JSON, as a store gives them: with ordinary prototypes, and with "__proto__" as a key like any other. */
const configurations: fc.Arbitrary<Configuration> = sources
  .chain((given) =>
    fc.record({ sources: fc.constant(given), instances: instancesOf(given.map(({ id }) => id)) }),
  )
  .map((configuration) => JSON.parse(JSON.stringify(configuration)) as Configuration)
