import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonObject } from '../../core/event.ts'
import { deliveriesOf, instanceWith } from '../testing.ts'
import { identify, track, VISITOR_1, visit } from './examples/example.ts'
import { heap } from './index.ts'

const MADE = `It has no user id, so it goes under the Heap user id ${VISITOR_1}, which is made from the anonymous id visitor-1. An identify or alias call with both ids gives it to the person.`
const ofHeap = { context: { heap: { userId: '12345' } } }

const rows: readonly (readonly [
  title: string,
  call: JsonObject,
  about: readonly string[],
  settings?: JsonObject,
])[] = [
  ['an event of somebody known', track({}), []],
  ['an event of a visitor', visit({}), [MADE]],
  ['one that has an id of Heap', { ...visit({}), ...ofHeap }, []],
  ['one whose anonymous id is nobody’s', { ...visit({}), anonymousId: 'null' }, []],
  ['one that is held', visit({}), [], { anonymousEvents: 'Hold' }],
  ['one that goes under the anonymous id itself', visit({}), [], { anonymousEvents: 'As identity' }],
  ['a profile', identify({ plan: 'pro' }), []],
]

describe('What is said about a delivery to Heap', () => {
  for (const [title, call, about, settings = {}] of rows) {
    test(title, () => {
      const of = instanceWith(heap, { settings: { appId: '11', ...settings }, actions: [] })
      const said = deliveriesOf(of, [call]).flatMap(
        (delivery) => heap.about?.(delivery, of.settings as never) ?? [],
      )
      assert.deepEqual(said, about)
    })
  }
})
