import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { EventEnvelope, Json, JsonObject } from '../../core/event.ts'
import { fingerprint } from '../../core/identity.ts'
import { trackEvent } from '../../core/testing.ts'
import {
  EXAMPLE_CHARS_MAX,
  EXAMPLES_MAX,
  NAME_CHARS_MAX,
  NAMES_MAX,
  PATHS_MAX,
  SAMPLED_ALL,
  SAMPLED_ONE_IN,
  type Shape,
  shapes,
} from './shapes.ts'

const envelope = (event: JsonObject, sourceId = 'website'): EventEnvelope => ({
  kind: 'event',
  sourceId,
  receivedAt: '2026-01-02T03:04:05.678Z',
  event: trackEvent(event),
  address: { lane: 0, chunk: 1, index: 0 },
})

function add(known: ReturnType<typeof shapes>, entry: EventEnvelope, at_ms: number): void {
  known.add(known.brief(entry, fingerprint(entry.event.messageId).high), at_ms)
}

/** The shapes of these events, one a millisecond. */
function learnt(...events: readonly JsonObject[]): readonly Shape[] {
  const known = shapes()
  events.forEach((event, n) => {
    add(known, envelope(event), 1_000 + n)
  })
  return known.takeChanged()
}

function only(found: readonly Shape[]): Shape {
  assert.equal(found.length, 1)
  return found[0] as Shape
}

const pathsOf = (properties: JsonObject) =>
  only(learnt({ properties }))
    .paths()
    .map(({ path }) => path)

describe('the shapes of events', () => {
  test('names are counted, with the first and the last time', () => {
    const found = learnt({ event: 'A' }, { event: 'B' }, { event: 'A' }, { type: 'identify' })
    assert.deepEqual(
      found.map(({ type, name, count, first_ms, last_ms }) => [type, name, count, first_ms, last_ms]),
      [
        ['track', 'A', 2, 1_000, 1_002],
        ['track', 'B', 1, 1_001, 1_001],
        ['identify', '', 1, 1_003, 1_003],
      ],
    )
  })

  test('each place has its types, how often it is there and examples', () => {
    const values: readonly Json[] = ['x', 1, true, null, [1, 2], {}, 'x']
    const shape = only(learnt(...values.map((value) => ({ properties: { a: value } }))))
    assert.equal(shape.sampled, 7)
    assert.deepEqual(shape.paths(), [
      {
        path: 'properties.a',
        count: 7,
        types: { text: 2, number: 1, boolean: 1, null: 1, list: 1, object: 1 },
        examples: ['"x"', '1', 'true', 'null', '[1,2]'],
      },
    ])
  })

  const paths: readonly [title: string, properties: JsonObject, paths: readonly string[]][] = [
    ['inside objects', { a: { b: { c: 1 } } }, ['properties.a.b.c']],
    ['a key with a dot', { 'a.b': 1 }, ['properties["a.b"]']],
    ['a key that is a number', { 7: 1 }, ['properties[7]']],
    ['not inside lists', { a: [{ b: 1 }] }, ['properties.a']],
    ['not for ever', nested(20), [`properties${'.a'.repeat(7)}`]],
    [
      'a key named as what objects inherit',
      { constructor: 1, toString: { a: 1 } },
      ['properties.constructor', 'properties.toString.a'],
    ],
  ]
  for (const [title, properties, expected] of paths) {
    test(`places: ${title}`, () => assert.deepEqual(pathsOf(properties), expected))
  }

  test('traits and context have places too', () => {
    const shape = only(learnt({ type: 'identify', traits: { plan: 'pro' }, context: { ip: '1.2.3.4' } }))
    assert.deepEqual(
      shape.paths().map(({ path }) => path),
      ['traits.plan', 'context.ip'],
    )
  })

  test('what was stored goes on where it was', () => {
    const event = { properties: { a: { 'b.c': 1 }, d: 'x' } }
    const first = shapes()
    add(first, envelope(event), 1_000)
    const second = shapes(first.takeChanged())
    add(second, envelope(event), 2_000)
    const both = shapes()
    add(both, envelope(event), 1_000)
    add(both, envelope(event), 2_000)
    const whole = (found: readonly Shape[]) => found.map((shape) => ({ ...shape, paths: shape.paths() }))
    assert.deepEqual(whole(second.takeChanged()), whole(both.takeChanged()))
  })

  test('only what has changed is told', () => {
    const known = shapes()
    add(known, envelope({ event: 'A' }), 1)
    known.takeChanged()
    add(known, envelope({ event: 'B' }), 2)
    assert.deepEqual(
      known.takeChanged().map(({ name }) => name),
      ['B'],
    )
    assert.deepEqual(known.takeChanged(), [])
  })
})

describe('the shapes of events are bounded', () => {
  test('names over the limit are counted as others, and known ones go on', () => {
    const events = Array.from({ length: NAMES_MAX + 3 }, (_, n) => ({ event: `name ${n}` }))
    const found = learnt(...events, { event: 'name 0' }, { event: 'x'.repeat(NAME_CHARS_MAX + 1) })
    assert.equal(found.length, NAMES_MAX + 1)
    assert.equal(found.find(({ name }) => name === 'name 0')?.count, 2)
    assert.equal(found.find(({ name }) => name === undefined)?.count, 4)
  })

  test('each source has names of its own', () => {
    const known = shapes()
    for (let n = 0; n < NAMES_MAX; n++) add(known, envelope({ event: `name ${n}` }), 1)
    add(known, envelope({ event: 'another' }, 'backend'), 1)
    assert.ok(known.takeChanged().some(({ sourceId, name }) => sourceId === 'backend' && name === 'another'))
  })

  test('places over the limit are counted', () => {
    const properties = Object.fromEntries(Array.from({ length: PATHS_MAX + 10 }, (_, n) => [`key${n}`, n]))
    const shape = only(learnt({ properties }))
    // `properties` itself is one.
    assert.deepEqual([shape.paths().length, shape.otherPaths], [PATHS_MAX - 1, 11])
    assert.equal(only(learnt({ properties: { ['x'.repeat(NAME_CHARS_MAX)]: 1 } })).otherPaths, 1)
  })

  test('examples are few, short and different', () => {
    const events = Array.from({ length: 20 }, (_, n) => ({
      properties: { a: n >> 1, b: 'é'.repeat(1_000 + n) },
    }))
    const [a, b] = only(learnt(...events)).paths()
    assert.deepEqual(a?.examples, ['0', '1', '2', '3', '4'])
    assert.equal(a?.examples.length, EXAMPLES_MAX)
    assert.deepEqual([b?.examples.length, b?.examples[0]?.length], [1, EXAMPLE_CHARS_MAX])
  })

  test('of a name that comes often, one event in some is looked into, and all are counted', () => {
    const count = SAMPLED_ALL + 100 * SAMPLED_ONE_IN
    const known = shapes()
    for (let n = 0; n < count; n++) add(known, envelope({ messageId: `m${n}`, properties: { a: 1 } }), n)
    const shape = only(known.takeChanged())
    assert.equal(shape.count, count)
    assert.ok(shape.sampled >= SAMPLED_ALL + 70 && shape.sampled <= SAMPLED_ALL + 130, `${shape.sampled}`)
    assert.equal(shape.paths()[0]?.count, shape.sampled)
  })
})

function nested(depth: number): JsonObject {
  let value: JsonObject = { a: 1 }
  for (let n = 1; n < depth; n++) value = { a: value }
  return value
}
