import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type ConfigLayer, mergeConfigs } from './merge.ts'
import { readYaml } from './yaml-document.ts'

function layer(name: string, text: string): ConfigLayer {
  const read = readYaml(text)
  assert.ok(read.ok, name)
  return { name, yaml: read.yaml }
}

const BASE = `sources:
  - { id: website, name: Website, kind: javascript, writeKey: website-key, origins: [https://a.example, https://b.example] }
  - { id: backend, name: Backend, kind: node, writeKey: backend-key }
destinations:
  - id: heap
    kind: heap
    name: Heap
    sources: [website, backend]
    settings: { appId: "1", region: US }
    actions:
      - { id: orders, action: trackEvent, trigger: 'true', mapping: { event: Order, total: { "@path": $.total } } }
      - { action: identifyUser }
alerts:
  channels: [{ id: ops, kind: slack, url: https://a.example/ }]
  rules: { lag: { minutes: 5 }, disk: true }
`
const base = () => layer('a.yaml', BASE)
type Any = ReturnType<typeof JSON.parse>
const plain = (value: unknown): Any => JSON.parse(JSON.stringify(value))

describe('files of an environment, laid over others', () => {
  const rows: readonly [title: string, overlay: string, edit: (value: Any) => void][] = [
    ['an empty one changes nothing', '# nothing yet', () => {}],
    [
      'a key of a source, by its id as a name',
      'sources: { website: { writeKey: other-key } }',
      (v) => {
        v.sources[0].writeKey = 'other-key'
      },
    ],
    [
      'the same in a list',
      'sources: [{ id: website, writeKey: other-key }]',
      (v) => {
        v.sources[0].writeKey = 'other-key'
      },
    ],
    [
      'a plain list is taken whole',
      'sources: { website: { origins: [https://c.example] } }',
      (v) => {
        v.sources[0].origins = ['https://c.example']
      },
    ],
    ['null removes an item', 'sources: { backend: null }', (v) => v.sources.pop()],
    [
      'null removes a key',
      'sources: { website: { origins: null } }',
      (v) => {
        delete v.sources[0].origins
      },
    ],
    [
      'an item that is new comes last',
      'sources: { app: { name: App, kind: ios, writeKey: app-key-1 } }',
      (v) => v.sources.push({ id: 'app', name: 'App', kind: 'ios', writeKey: 'app-key-1' }),
    ],
    [
      'settings one by one',
      'destinations: { heap: { settings: { appId: "2", region: null, apiKey: k } } }',
      (v) => {
        v.destinations[0].settings = { appId: '2', apiKey: 'k' }
      },
    ],
    [
      'an action',
      'destinations: { heap: { actions: { orders: { enabled: false } } } }',
      (v) => {
        v.destinations[0].actions[0].enabled = false
      },
    ],
    [
      'an action without an id, by that which it gets',
      'destinations: { heap: { actions: { identify-user: null } } }',
      (v) => v.destinations[0].actions.pop(),
    ],
    [
      'a mapping field by field, each whole',
      'destinations: { heap: { actions: { orders: { mapping: { total: 3, event: null } } } } }',
      (v) => {
        v.destinations[0].actions[0].mapping = { total: 3 }
      },
    ],
    [
      'a channel and a rule',
      'alerts: { channels: { ops: { url: https://b.example/ } }, rules: { lag: false } }',
      (v) => {
        v.alerts.channels[0].url = 'https://b.example/'
        v.alerts.rules.lag = false
      },
    ],
    [
      'all alerts',
      'alerts: null',
      (v) => {
        delete v.alerts
      },
    ],
  ]
  for (const [title, overlay, edit] of rows) {
    test(title, () => {
      const merged = mergeConfigs([base()], [layer('a.production.yaml', overlay)])
      const expected = plain(base().yaml.value)
      edit(expected)
      assert.deepEqual(plain(merged.value), expected)
      assert.deepEqual(merged.problems, [])
    })
  }

  test('what is there without one stays in its order and is laid over in theirs', () => {
    const [one, two] = [
      layer('1', 'sources: { website: { name: One, kind: node } }'),
      layer('2', 'sources: { website: { name: Two } }'),
    ]
    const { value } = mergeConfigs([base()], [one, two])
    assert.deepEqual([plain(value).sources[0].name, plain(value).sources[0].kind], ['Two', 'node'])
  })

  test('removing what is not there is told, as it may be misspelt', () => {
    const { problems } = mergeConfigs([base()], [layer('o.yaml', 'sources:\n  websit: null\n')])
    assert.deepEqual(
      problems.map(({ file, line, problem }) => [file, line, problem]),
      [['o.yaml', 2, 'removes "websit", which is not there']],
    )
  })
})

describe('several files', () => {
  const second = 'sources:\n  - { id: app, name: App, kind: ios, writeKey: app-key-1 }\n'

  test('their lists come one after the other', () => {
    const { value, problems } = mergeConfigs([base(), layer('b.yaml', second)], [])
    assert.deepEqual(
      plain(value).sources.map(({ id }: Any) => id),
      ['website', 'backend', 'app'],
    )
    assert.deepEqual([plain(value).alerts.rules.disk, problems], [true, []])
  })

  const wrong: readonly [title: string, text: string, problem: string][] = [
    [
      'an id that is in both, with both places',
      'sources:\n  - { id: website, name: W, kind: ios, writeKey: w-key-12 }\n',
      'b.yaml:2:11 is also in a.yaml:2:11; each needs an id of its own',
    ],
    ['alerts in both', 'alerts: {}\n', 'b.yaml:1:9 is also in a.yaml:14:3; it may stand in one file only'],
    ['an empty one', '# nothing', 'b.yaml:1:1 the file is empty; write "sources: []" to configure nothing'],
    ['a list that is none', 'sources: { a: 1 }', 'b.yaml:1:10 must be a list'],
    [
      'a number that YAML changes',
      'destinations: [{ settings: { x: 011 } }]',
      'b.yaml:1:33 is read as a number and changed by it; write it in quotes to keep it as it is, or as a plain number',
    ],
  ]
  for (const [title, text, problem] of wrong) {
    test(`tells ${title}`, () => {
      const { problems } = mergeConfigs([base(), layer('b.yaml', text)], [])
      assert.deepEqual(
        problems.map((one) => `${one.file}:${one.line}:${one.column} ${one.problem}`),
        [problem],
      )
    })
  }
})

test('every part knows the file and the line that it was written in', () => {
  const second = 'destinations:\n  - id: hook\n    kind: webhook\n    name: Hook\n    settings: {}\n'
  const overlay =
    'destinations:\n  hook:\n    settings:\n      url: https://e.example\n  heap:\n    actions:\n      orders:\n        trigger: "false"\n'
  const { positionOf, value } = mergeConfigs([base(), layer('b.yaml', second)], [layer('o.yaml', overlay)])
  assert.equal(plain(value).destinations[1].settings.url, 'https://e.example')
  const places: readonly [at: readonly (string | number)[], place: string][] = [
    [['sources', 1, 'name'], 'a.yaml:3'],
    [['destinations', 0, 'settings', 'appId'], 'a.yaml:9'],
    [['destinations', 0, 'actions', 0, 'trigger'], 'o.yaml:8'],
    [['destinations', 0, 'actions', 0, 'mapping', 'total', '@path'], 'a.yaml:11'],
    [['destinations', 1, 'name'], 'b.yaml:4'],
    [['destinations', 1, 'settings', 'url'], 'o.yaml:4'],
    [['destinations', 1, 'settings', 'secret'], 'o.yaml:4'],
  ]
  for (const [at, place] of places.slice(0, -1)) {
    const { file, line } = positionOf(at)
    assert.equal(`${file}:${line}`, place, at.join('.'))
  }
  assert.match(positionOf(['destinations', 1, 'settings', 'secret']).file, /^[bo]\.yaml$/)
})
