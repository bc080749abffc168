import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { problemsOf } from './config-file.fixtures.ts'

type Row = { readonly title: string; readonly given: string; readonly problems: readonly string[] }

const SOURCE = '{ id: website, name: Website, kind: javascript, writeKey: wk_12345678 }'
/** A destination that is right but for the lines that are added: they begin at line 6. */
const heap = (...lines: readonly string[]) =>
  [
    'destinations:',
    '  - id: heap',
    '    kind: heap',
    '    name: Heap',
    '    settings: { appId: "1" }',
    ...lines,
  ].join('\n')
const actions = (...lines: readonly string[]) => heap('    actions:', ...lines)

const SOURCES: readonly Row[] = [
  {
    title: 'a source that lacks everything',
    given: 'sources:\n  - {}',
    problems: [
      '2:5 sources[0].id: is missing',
      '2:5 sources[0].name: is missing',
      '2:5 sources[0].kind: is missing',
      '2:5 sources[0].writeKey: is missing',
    ],
  },
  {
    title: 'ids and write keys of the wrong shape',
    given: 'sources:\n  - id: My Site\n    name: " "\n    kind: http\n    writeKey: short\n',
    problems: [
      '2:9 sources[0].id: must be 1 to 64 characters of "a" to "z", "0" to "9" and "-"',
      '3:11 sources[0].name: is empty',
      '5:15 sources[0].writeKey: must be 8 to 128 characters of "A" to "Z", "a" to "z", "0" to "9", "_" and "-"',
    ],
  },
  {
    title: 'a kind that is mistyped, and a key that is',
    given: 'sources:\n  - id: a\n    nmae: A\n    kind: javascrpt\n    writeKey: wk_12345678\n',
    problems: [
      '2:5 sources[0].name: is missing',
      '3:5 sources[0].nmae: "nmae" is not a key here; did you mean "name"? (there are id, name, kind, writeKey, olderWriteKeys, disabledWriteKeys, origins, privacy, redact, transform, plan, sql)',
      '4:11 sources[0].kind: "javascrpt" is not a kind of source; did you mean "javascript"? (there are javascript, node, python, go, ios, android, http, postgresql, mysql)',
    ],
  },
  {
    title: 'older write keys that are none, and one that another source has',
    given: `sources:
  - { id: a, name: A, kind: javascript, writeKey: wk_12345678, olderWriteKeys: [short] }
  - { id: b, name: B, kind: javascript, writeKey: wk_23456789, olderWriteKeys: [wk_12345678] }
`,
    problems: [
      '2:81 sources[0].olderWriteKeys[0]: must be 8 to 128 characters of "A" to "Z", "a" to "z", "0" to "9", "_" and "-"',
      '3:81 sources[1].olderWriteKeys[0]: is also sources[0].writeKey; each source needs a write key of its own',
    ],
  },
  {
    title: 'disabled write keys that the source does not have, and origins that are none',
    given: `sources:
  - { id: a, name: A, kind: javascript, writeKey: wk_12345678, disabledWriteKeys: [wk_12345678, wk_other_123] }
  - { id: b, name: B, kind: javascript, writeKey: wk_23456789, origins: [https://example.com/, 7] }
`,
    problems: [
      '2:97 sources[0].disabledWriteKeys[1]: is no write key of this source',
      '3:74 sources[1].origins[0]: must be an origin such as https://example.com or https://*.example.com, in lower case and without a path',
      '3:96 sources[1].origins[1]: must be a text, and without quotes this is a number; write it in quotes: "7"',
    ],
  },
  {
    title: 'a privacy that is none',
    given: `sources:
  - { id: a, name: A, kind: javascript, writeKey: wk_12345678, privacy: none }
  - { id: b, name: B, kind: javascript, writeKey: wk_23456789, privacy: }
`,
    problems: [
      '2:73 sources[0].privacy: must be one of keep, truncate, drop',
      '3:64 sources[1].privacy: must be one of keep, truncate, drop',
    ],
  },
  {
    title: 'the same id and write key twice; the write key is not shown',
    given: `sources:\n  - ${SOURCE}\n  - ${SOURCE}\n`,
    problems: [
      '3:11 sources[1].id: is also sources[0].id; each source needs an id of its own',
      '3:63 sources[1].writeKey: is also sources[0].writeKey; each source needs a write key of its own',
    ],
  },
  {
    title: 'numbers and flags where texts should be',
    given: 'sources:\n  - id: 7\n    name: true\n    kind: http\n    writeKey: 0123456789\n',
    problems: [
      '2:9 sources[0].id: must be a text, and without quotes this is a number; write it in quotes: "7"',
      '3:11 sources[0].name: must be a text, and without quotes this is true or false; write it in quotes: "true"',
      '5:15 sources[0].writeKey: must be a text, and without quotes this is a number; write it in quotes: "0123456789"',
    ],
  },
  {
    title: 'a list that is none, and an item that is none',
    given: 'sources: website\ndestinations:\n  - heap\n',
    problems: [
      '1:10 sources: must be a list: each item on a line of its own that starts with "-"',
      '3:5 destinations[0]: must be a set of "key: value" lines',
    ],
  },
  {
    title: 'a name that is too long',
    given: `sources:\n  - { id: a, kind: http, writeKey: wk_12345678, name: ${'x'.repeat(201)} }\n`,
    problems: ['2:55 sources[0].name: is too long: the limit is 200 characters'],
  },
]

const DESTINATIONS: readonly Row[] = [
  {
    title: 'a kind that does not exist; nothing is said of its settings and actions, which nobody can check',
    given:
      'destinations:\n  - { id: a, name: A, kind: heep, settings: { x: 1 }, actions: [{ action: y }] }\n',
    problems: [
      '2:29 destinations[0].kind: "heep" is not a destination; did you mean "heap"? (there are heap, heap-web, webhook)',
    ],
  },
  {
    title: 'a source that does not exist, one twice, and one that is no text',
    given: `sources:\n  - ${SOURCE}\n${heap('    sources: [website, websit, website, 7]')}`,
    problems: [
      '8:24 destinations[0].sources[1]: "websit" is not the id of a source; did you mean "website"? (there are website)',
      '8:32 destinations[0].sources[2]: is here twice',
      '8:41 destinations[0].sources[3]: must be a text, and without quotes this is a number; write it in quotes: "7"',
    ],
  },
  {
    title: 'a source that does not run in a page, at a destination that pages send to',
    given: `sources:
  - ${SOURCE}
  - { id: backend, name: Backend, kind: node, writeKey: wk_23456789 }
destinations:
  - { id: a, kind: heap-web, name: A, settings: { appId: "1" }, sources: [website, backend] }
  - { id: b, kind: heap, name: B, settings: { appId: "1" }, sources: [website, backend] }
`,
    problems: [
      '5:84 destinations[0].sources[1]: is a source of kind node; Heap (Web) sends from the page itself, so only javascript sources can be connected',
    ],
  },
  {
    title: 'categories of consent that are none, or twice there',
    given: heap('    consent: [Ads, "", 7, Ads, [x]]'),
    problems: [
      '6:20 destinations[0].consent[1]: is empty',
      '6:24 destinations[0].consent[2]: must be a text, and without quotes this is a number; write it in quotes: "7"',
      '6:27 destinations[0].consent[3]: is here twice',
      '6:32 destinations[0].consent[4]: must be a text',
    ],
  },
  {
    title: 'a category of consent that is no list',
    given: heap('    consent: Ads'),
    problems: [
      '6:14 destinations[0].consent: must be a list: each item on a line of its own that starts with "-"',
    ],
  },
  {
    title: 'a source, where there are none',
    given: heap('    sources: [website]'),
    problems: ['6:15 destinations[0].sources[0]: "website" is not the id of a source (there is none yet)'],
  },
  {
    title: 'an item of a list that is left empty',
    given: heap('    sources:', '      -'),
    problems: ['7:7 destinations[0].sources[0]: is empty'],
  },
  {
    title: 'the same id twice, and a flag that is a word',
    given: `destinations:
  - { id: a, name: A, kind: heap, settings: { appId: "1" } }
  - { id: a, name: A, kind: heap, settings: { appId: "1" }, enabled: yes }`,
    problems: [
      '3:11 destinations[1].id: is also destinations[0].id; each destination needs an id of its own',
      '3:70 destinations[1].enabled: must be true or false, without quotes',
    ],
  },
  {
    title: 'settings that are missing: the check says so, at the destination',
    given: 'destinations:\n  - { id: a, name: A, kind: heap }\n',
    problems: ['2:5 destinations[0].settings.appId: is missing'],
  },
  {
    title: 'a setting that YAML read as a number: said once, with its own letters, but not those of a secret',
    given:
      'destinations:\n  - id: a\n    name: A\n    kind: heap\n    settings: { appId: 011, apiKey: 12345 }\n',
    problems: [
      '5:24 destinations[0].settings.appId: must be a text, and without quotes this is a number; write it in quotes: "011"',
      '5:37 destinations[0].settings.apiKey: must be a text, and without quotes this is a number; write it in quotes',
    ],
  },
  {
    title: 'a setting that is mistyped',
    given:
      'destinations:\n  - id: a\n    name: A\n    kind: heap\n    settings:\n      appId: "1"\n      apikey: "2"\n',
    problems: [
      '7:7 destinations[0].settings.apikey: "apikey" is not a setting of Heap; did you mean "apiKey"? (there are appId, apiKey, rate)',
    ],
  },
  {
    title: 'settings that are a list: one problem, not one for each setting that they lack',
    given: 'destinations:\n  - id: a\n    name: A\n    kind: heap\n    settings: [appId]\n',
    problems: ['5:15 destinations[0].settings: must be a set of "key: value" lines'],
  },
]

const ACTIONS: readonly Row[] = [
  {
    title: 'an action that does not exist',
    given: actions('      - action: Track Events'),
    problems: [
      '7:17 destinations[0].actions[0].action: "Track Events" is not an action of Heap; did you mean "trackEvent"? (there are trackEvent, identifyUser)',
    ],
  },
  {
    title: 'an action named like something that every object has',
    given: actions('      - action: constructor'),
    problems: [
      '7:17 destinations[0].actions[0].action: "constructor" is not an action of Heap (there are trackEvent, identifyUser)',
    ],
  },
  {
    title: 'two of one action, without ids',
    given: actions('      - action: trackEvent', '      - action: trackEvent'),
    problems: [
      '8:9 destinations[0].actions[1].id: is the same as that of destinations[0].actions[0]; give one of them an "id" of its own',
    ],
  },
  {
    title: 'what the check finds, at its place, also behind an action that does not exist',
    given: actions(
      '      - action: nothing',
      '      - action: trackEvent',
      '        trigger: this is wrong',
      '        mapping:',
      '          wrong: 1',
    ),
    problems: [
      '7:17 destinations[0].actions[0].action: "nothing" is not an action of Heap (there are trackEvent, identifyUser)',
      '9:18 destinations[0].actions[1].trigger: cannot be read',
      '11:18 destinations[0].actions[1].mapping.wrong: is no field',
    ],
  },
  {
    title: 'lines that are left empty',
    given: actions(
      '      - action: trackEvent',
      '        id:',
      '        name:',
      '        enabled:',
      '        trigger:',
      '        mapping:',
    ),
    problems: [
      '8:9 destinations[0].actions[0].id: is empty: leave the line out for the default',
      '9:9 destinations[0].actions[0].name: is empty: leave the line out for the default',
      '10:9 destinations[0].actions[0].enabled: must be true or false, without quotes',
      '11:9 destinations[0].actions[0].trigger: is empty: leave the line out for the default',
      '12:9 destinations[0].actions[0].mapping: must be a set of "field: value" lines; leave the line out for the default mapping',
    ],
  },
  {
    title: 'actions that are left empty: presets or none?',
    given: actions(),
    problems: [
      '6:5 destinations[0].actions: is empty: leave the line out for the ready-made actions, or write [] for none',
    ],
  },
  {
    title: 'a trigger that is cut by a comment',
    given: actions('      - action: trackEvent', '        trigger: event = "Sale #1"'),
    problems: [
      '8:18 destinations[0].actions[0].trigger: ends where " #" begins a comment: write the whole trigger in single quotes',
    ],
  },
  {
    title: 'numbers in a mapping that YAML changes, or that JSON does not have',
    given: actions(
      '      - action: trackEvent',
      '        mapping:',
      '          a: 011',
      '          b.c: [0x1f, 12345678901234567890]',
      '          d: .inf',
      '          right: [1, -2, +3, 1.50, 1e3, 0, -0, "011"]',
    ),
    problems: [
      '9:14 destinations[0].actions[0].mapping.a: is read as a number and changed by it; write it in quotes to keep it as it is, or as a plain number',
      '10:17 destinations[0].actions[0].mapping["b.c"][0]: is read as a number and changed by it; write it in quotes to keep it as it is, or as a plain number',
      '10:23 destinations[0].actions[0].mapping["b.c"][1]: is read as a number and changed by it; write it in quotes to keep it as it is, or as a plain number',
      '11:14 destinations[0].actions[0].mapping.d: is a number that JSON cannot hold; if it is a text, write it in quotes',
    ],
  },
]

const PARTS = { sources: SOURCES, destinations: DESTINATIONS, actions: ACTIONS }
for (const [part, rows] of Object.entries(PARTS)) {
  describe(`a configuration file with wrong ${part} is refused with the place of each`, () => {
    for (const { title, given, problems } of rows) {
      test(title, () => assert.deepEqual(problemsOf(given), problems))
    }
  })
}

describe('limits of a configuration file', () => {
  test('no more than 1000 sources', () => {
    const lines = Array.from(
      { length: 1_001 },
      (_, n) => `  - {id: s${n}, name: S, kind: http, writeKey: wk_1234567${n}}`,
    )
    assert.deepEqual(problemsOf(`sources:\n${lines.slice(1).join('\n')}`), [])
    assert.deepEqual(problemsOf(`sources:\n${lines.join('\n')}`), [
      '2:3 sources: is too long: it has 1001 items, the limit is 1000',
    ])
  })

  test('a message does not list hundreds of names', () => {
    const lines = Array.from(
      { length: 30 },
      (_, n) => `  - {id: s${n}, name: S, kind: http, writeKey: wk_1234567${n}}`,
    )
    const [problem] = problemsOf(`sources:\n${lines.join('\n')}\n${heap('    sources: [website]')}`)
    assert.match(problem ?? '', /\(there are s0, s1, .*, s19 and 10 more\)$/)
  })
})
