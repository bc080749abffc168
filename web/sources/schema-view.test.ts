import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileTrigger } from '../../core/trigger/trigger.ts'
import {
  nameProblem,
  type Property,
  parted,
  propertyProblem,
  type Shape,
  shareText,
  shownShapes,
  triggerOf,
} from './schema-view.ts'

const shape = (name: string, more: Partial<Shape> = {}): Shape => ({
  type: 'track',
  name,
  count: 1,
  first: '2026-11-25T00:00:00.000Z',
  last: '2026-11-25T00:00:00.000Z',
  ...more,
})
const property = (path: string, types: Record<string, number>, count = 10): Property => ({
  path,
  count,
  types,
  examples: [],
})

const shapes = [
  shape('Paid', { count: 5, last: '2026-11-25T00:00:03.000Z' }),
  shape('Added', { count: 9, last: '2026-11-25T00:00:01.000Z' }),
  shape('', { type: 'identify', count: 7, first: '2026-11-25T00:00:02.000Z' }),
]
const orders: readonly (readonly [sort: 'last' | 'count' | 'name' | 'first', q: string, names: string[]])[] =
  [
    ['last', '', ['Paid', 'Added', '']],
    ['count', '', ['Added', '', 'Paid']],
    ['name', '', ['Added', '', 'Paid']],
    ['first', '', ['', 'Added', 'Paid']],
    ['name', 'ADD', ['Added']],
    ['name', 'identify', ['']],
    ['name', 'nothing', []],
  ]
for (const [sort, q, names] of orders) {
  test(`by ${sort}${q === '' ? '' : `, with "${q}" in it`}: ${names.join(', ')}`, () => {
    const found = shownShapes(shapes, q, sort).map(({ name }) => name)
    assert.deepEqual(found, names)
  })
}

test('a name that is another one but for case and signs is pointed out, within its type', () => {
  const all = [shape('Order Completed'), shape('order_completed'), shape('Order Completed', { type: 'page' })]
  assert.equal(nameProblem(all[0] as Shape, all), 'Also sent as “order_completed”.')
  assert.equal(nameProblem(all[2] as Shape, all), undefined)
  assert.equal(nameProblem(shape(''), [shape(''), shape('–')]), undefined)
})

const properties: readonly (readonly [
  title: string,
  types: Record<string, number>,
  said: string | undefined,
])[] = [
  ['one type', { number: 10 }, undefined],
  ['one type, or null', { number: 4, null: 6 }, undefined],
  ['two types, the more frequent first', { text: 1, number: 299 }, 'Sent as number (99 %) and text (< 1 %).'],
]
for (const [title, types, said] of properties) {
  test(`a property of ${title}: ${said ?? 'nothing to say'}`, () => {
    assert.equal(propertyProblem(property('properties.total', types), []), said)
  })
}

test('a property that is nearly another one is pointed out; the same name elsewhere is not', () => {
  const all = ['properties.orderId', 'properties.order_id', 'traits.orderId', 'properties.order.id'].map(
    (path) => property(path, { text: 1 }),
  )
  assert.deepEqual(
    all.map((one) => propertyProblem(one, all)),
    ['Is it the same as properties.order_id?', 'Is it the same as properties.orderId?', undefined, undefined],
  )
})

test('shares', () => {
  const texts = [
    shareText(0, 10),
    shareText(1, 1_000),
    shareText(995, 1_000),
    shareText(10, 10),
    shareText(0, 0),
  ]
  assert.deepEqual(texts, ['0 %', '< 1 %', '99 %', '100 %', '0 %'])
})

const triggers: readonly (readonly [shape: Shape, event: object])[] = [
  [shape('Say "hi" \\ bye'), { type: 'track', event: 'Say "hi" \\ bye' }],
  [shape('Home', { type: 'page' }), { type: 'page', name: 'Home' }],
  [shape('', { type: 'identify' }), { type: 'identify' }],
]
for (const [one, event] of triggers) {
  test(`the trigger ${triggerOf(one)} wants these events and no others`, () => {
    const matches = compileTrigger(triggerOf(one))
    assert.equal(matches(event as never), true)
    assert.equal(matches({ ...event, type: 'alias' } as never), false)
    if (one.name !== '') assert.equal(matches({ type: one.type, event: 'x', name: 'x' } as never), false)
  })
}

test('context stands apart, and what is there most often comes first', () => {
  const all = [
    property('context.ip', {}, 9),
    property('properties.b', {}, 2),
    property('properties.a', {}, 5),
  ]
  const { own, context } = parted(all)
  assert.deepEqual(
    [own, context].map((one) => one.map(({ path }) => path)),
    [['properties.a', 'properties.b'], ['context.ip']],
  )
})
