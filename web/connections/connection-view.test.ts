import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  connectionsView,
  type DestinationItem,
  hourlyText,
  type Rates,
  type SourceItem,
  shareText,
} from './connection-view.ts'

const SOURCE: SourceItem = {
  id: 'site',
  name: 'Site',
  kind: 'javascript',
  writeKey: 'k',
  revision: 1,
  counts: {},
}
const HEAP: DestinationItem = {
  id: 'heap',
  kind: 'heap',
  mode: 'cloud',
  name: 'Heap',
  enabled: true,
  paused: false,
  sources: ['site'],
  consent: [],
  redact: [],
  settings: {},
  actions: [],
  revision: 1,
  state: 'flowing',
  counts: {},
}

function rates(read: number, dead = 0): Rates {
  return {
    sources: { site: { events: read, refused: 0, duplicates: 0, minutes: [] } },
    destinations: { heap: { delivered: read, dead, retried: 0, minutes: [], lag_ms: 0 } },
    connections: [{ source: 'site', destination: 'heap', read, discarded: 0, filtered: 0 }],
  }
}

type Row = readonly [
  what: string,
  changed: Partial<DestinationItem>,
  rates: Rates | undefined,
  state: string,
  problem: string | undefined,
]
const rows: readonly Row[] = [
  ['events flow', {}, rates(10), 'flowing', undefined],
  ['nothing came in the last hour', {}, rates(0), 'idle', undefined],
  ['rates are not known yet', {}, undefined, 'flowing', undefined],
  ['deliveries became dead letters', {}, rates(10, 12), 'failing', '12 new dead letters in the last hour'],
  ['one did', {}, rates(10, 1), 'flowing', '1 new dead letter in the last hour'],
  ['a fifth did', {}, rates(8, 2), 'flowing', '2 new dead letters in the last hour'],
  ['more than a fifth did', {}, rates(7, 2), 'failing', '2 new dead letters in the last hour'],
  ['it is off', { state: 'off' }, rates(0), 'off', undefined],
  [
    'it is held',
    { state: 'held', reason: { code: 'X', text: 'Heap does not know the App Id.' } },
    rates(10),
    'held',
    'Heap does not know the App Id.',
  ],
  ['the pages send', { mode: 'web', state: 'in pages' }, rates(0), 'in pages', undefined],
]

describe('a connection, when', () => {
  for (const [what, changed, known, state, problem] of rows) {
    test(`${what}, is ${state}`, () => {
      const { connections } = connectionsView([SOURCE], [{ ...HEAP, ...changed }], known)
      assert.deepEqual(
        connections.map((one) => [one.state, one.destination.problem?.text]),
        [[state, problem]],
      )
    })
  }
  test('a source is gone that a destination still names: there is no line', () => {
    assert.deepEqual(connectionsView([], [HEAP], undefined).connections, [])
  })
  test('what pages send themselves is not counted', () => {
    const [one] = connectionsView([SOURCE], [{ ...HEAP, mode: 'web' }], rates(3)).connections
    assert.equal(one?.counts, undefined)
  })
})

describe('in words', () => {
  const shares: readonly (readonly [part: number, whole: number, text: string])[] = [
    [0, 0, '0 %'],
    [0, 9, '0 %'],
    [9, 9, '100 %'],
    [1, 8, '13 %'],
    [1, 40, '2.5 %'],
    [1, 100_000, '< 0.1 %'],
    [99_999, 100_000, '> 99.9 %'],
  ]
  for (const [part, whole, text] of shares)
    test(`${part} of ${whole} is ${text}`, () => assert.equal(shareText(part, whole), text))
  const hours: readonly (readonly [count: number, text: string])[] = [
    [12, '12/h'],
    [60, '1/min'],
    [72_240, '1,204/min'],
  ]
  for (const [count, text] of hours)
    test(`${count} in an hour is ${text}`, () => assert.equal(hourlyText(count), text))
})
