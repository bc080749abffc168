import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { completePath, fillTemplate, joinPaths, mappingPath, seenPaths, templateHole } from './paths.ts'

const EVENTS = [
  {
    type: 'track',
    event: 'Order Completed',
    properties: { plan: 'pro', total: 5, items: [{ sku: 'a' }, { x: 1 }] },
  },
  { type: 'page', properties: { plan: 'team', 'a.b': null, plans: ['x'] } },
]
const SEEN = seenPaths(EVENTS)

describe('the paths of real events', () => {
  test('are those of all of them, with how often, of which types and with examples', () => {
    const plan = SEEN.find(({ path }) => path === 'properties.plan')
    assert.deepEqual(plan, {
      ...{ path: 'properties.plan', count: 2, types: new Set(['string']), examples: ['pro', 'team'] },
    })
    assert.deepEqual(
      SEEN.map(({ path }) => path),
      [
        ...['type', 'event', 'properties', 'properties.plan', 'properties.total', 'properties.items'],
        ...['properties.items[0]', 'properties.items[0].sku', 'properties["a.b"]', 'properties.plans'],
        'properties.plans[0]',
      ],
    )
  })
  test('take what was seen elsewhere as well, each once', () => {
    const more = [{ path: 'type', count: 9, types: new Set<string>(), examples: [] }]
    assert.equal(joinPaths(SEEN, more).length, SEEN.length)
    assert.equal(joinPaths([], more).length, 1)
  })
  test('stop at a bound, whatever is sent', () => {
    const wide = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`k${index}`, index]))
    assert.equal(seenPaths([wide]).length, 3_000)
  })

  const rows: readonly [typed: string, first: readonly string[]][] = [
    ['$', ['type', 'event', 'properties']],
    ['$.prop', ['properties', 'properties.plan', 'properties.items']],
    ['pla', ['properties.plan', 'properties.plans', 'properties.plans[0]']],
    ['PLAN', ['properties.plan']],
    ['sku', ['properties.items[0].sku']],
    ['otal', ['properties.total']],
    ['nowhere', []],
  ]
  for (const [typed, first] of rows) {
    test(`complete "${typed}"`, () => {
      const found = completePath(SEEN, typed).map(({ path }) => path)
      const expected = typed === '$' ? new Set(first) : first
      const got = found.slice(0, first.length)
      assert.deepEqual(typed === '$' ? new Set(got) : got, expected)
      if (first.length === 0) assert.deepEqual(found, [])
    })
  }
  test('have $. in front in a mapping', () => {
    assert.deepEqual(['properties.plan', '$["a b"]', '$'].map(mappingPath), [
      ...['$.properties.plan', '$["a b"]', '$'],
    ])
  })
})

describe('a template', () => {
  const rows: readonly [typed: string, gives: string | undefined][] = [
    ['Hello |', undefined],
    ['Hello {{|', 'Hello {{event}}|'],
    ['Hello {{ pro|', 'Hello {{ event}}|'],
    ['Hello {{pro|}} and', 'Hello {{event}}| and'],
    ['Hello {{pro| }} and', 'Hello {{event }}| and'],
    ['Hello $.pr|', 'Hello {{event}}|'],
    ['{{a}} $|x', '{{a}} {{event}}|x'],
    ['{{a}}|', undefined],
    ['costs 5$ |', undefined],
  ]
  for (const [typed, gives] of rows) {
    test(`${typed} ${gives === undefined ? 'completes nothing' : `becomes ${gives}`}`, () => {
      const caret = typed.indexOf('|')
      const text = typed.replace('|', '')
      const hole = templateHole(text, caret)
      if (hole === undefined) return assert.equal(gives, undefined)
      const filled = fillTemplate(text, caret, hole, 'event')
      assert.equal(`${filled.text.slice(0, filled.caret)}|${filled.text.slice(filled.caret)}`, gives)
    })
  }
})
