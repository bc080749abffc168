import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { JsonObject } from './event.ts'
import { compilePath, pathKeys } from './path.ts'
import { anyObject, deepFreeze, trackEvent } from './testing.ts'

const event = deepFreeze(
  trackEvent({
    properties: {
      plan: 'pro',
      zero: 0,
      no: false,
      nothing: null,
      blank: '',
      items: [{ sku: 'A' }, { sku: 'B', sizes: [[1, 2], [3]] }],
      'address.city': 'Ghent',
      'first name': 'Ada',
      'a[0]': 'brackets',
      '2026': 'a year',
      größe: 'XL',
    },
  }),
)

describe('a path finds', () => {
  const rows: readonly [path: string, finds: unknown][] = [
    ['$.event', 'Signed Up'],
    ['event', 'Signed Up'],
    ['$.properties.plan', 'pro'],
    ['properties.plan', 'pro'],
    ['$', event],
    ['.', event],
    ['', event],
    ['$.', event],
    ['$.properties.zero', 0],
    ['$.properties.no', false],
    ['$.properties.nothing', null],
    ['$.properties.blank', ''],
    ['$.properties.items[0].sku', 'A'],
    ['$.properties.items.1.sku', 'B'],
    ['$.properties.items[1].sizes[0][1]', 2],
    ['properties.items[1]', { sku: 'B', sizes: [[1, 2], [3]] }],
    ['$.properties.items[2].sku', undefined],
    ['$.properties.address\\.city', 'Ghent'],
    ['$.properties.address.city', undefined],
    ['$.properties.first name', 'Ada'],
    ['$.properties.first\\ name', 'Ada'],
    ['$.properties.a\\[0]', 'brackets'],
    ['$.properties.a[0]', undefined],
    ['$.properties.2026', 'a year'],
    ['$.properties.größe', 'XL'],
    ['$.nowhere', undefined],
    ['$.nowhere.at.all', undefined],
    ['$.properties.nothing.deeper', undefined],
    ['$.event.length', undefined],
    ['$.properties.plan.0', undefined],
    ['$.constructor', undefined],
    ['$.__proto__', undefined],
    ['$.properties.__proto__.toString', undefined],
    ['$.properties.toString', undefined],
    ['$.properties.items.map', undefined],
  ]
  for (const [path, finds] of rows) {
    const shown = typeof finds === 'object' && finds !== null ? 'an object' : JSON.stringify(finds)
    test(`${JSON.stringify(path)}: ${shown}`, () => assert.deepEqual(compilePath(path)(event), finds))
  }

  test('its own __proto__, when the event holds one', () => {
    const held = JSON.parse('{"properties": {"__proto__": {"x": 1}}}') as JsonObject
    assert.equal(compilePath('$.properties.__proto__.x')(trackEvent(held)), 1)
  })
})

describe('the keys of a path', () => {
  const rows: readonly [path: string, keys: readonly string[]][] = [
    ['$', []],
    ['$[0]', ['0']],
    ['$x', ['$x']],
    ['a..b.', ['a', 'b']],
    ['a[x]', ['a[x]']],
    ['a[-1]', ['a[-1]']],
    ['a[', ['a[']],
    ['a[1', ['a[1']],
    ['a[10]b', ['a', '10', 'b']],
    ['a\\\\b', ['a\\b']],
    ['a\\', ['a\\']],
    ['\\$', ['$']],
  ]
  for (const [path, keys] of rows) {
    test(`${JSON.stringify(path)}: ${JSON.stringify(keys)}`, () => assert.deepEqual(pathKeys(path), keys))
  }

  test('escaped, come back as they were, whatever they hold', () => {
    const keys = fc.array(fc.string({ unit: 'binary', minLength: 1, maxLength: 6 }), {
      minLength: 1,
      maxLength: 5,
    })
    fc.assert(
      fc.property(keys, (given) => {
        const path = given.map((key) => key.replace(/[\\.[\]]/g, '\\$&')).join('.')
        assert.deepEqual(pathKeys(`$.${path}`), given)
      }),
    )
  })
})

test('a path never throws, and changes nothing', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.stringMatching(/^[$.a[\]0\\_]*$/)),
      anyObject,
      (path, properties) => {
        compilePath(path)(deepFreeze(trackEvent({ properties })))
      },
    ),
  )
})
