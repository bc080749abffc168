import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonObject } from './event.ts'
import { compileIntegrations } from './integrations.ts'
import { trackEvent } from './testing.ts'

/** What the call's integrations say, and the word that switches the instance off. */
const rows: readonly (readonly [title: string, integrations: JsonObject | undefined, off?: string])[] = [
  ['nothing', undefined],
  ['an empty object', {}],
  ['all on', { All: true }],
  ['all off', { All: false }, 'All'],
  ['all off, in small letters', { all: false }, 'all'],
  ['all off but its kind', { All: false, heap: true }],
  ['all off but the name of its kind', { All: false, Heap: true }],
  ['all off but its name', { All: false, 'Heap in Europe': true }],
  ['all off but its id', { All: false, 'heap-eu': true }],
  ['all off but another', { All: false, Webhook: true }, 'All'],
  ['all off but it, with options', { All: false, Heap: { region: 'EU' } }],
  ['its kind off', { Heap: false }, 'Heap'],
  ['its kind off, all on', { All: true, Heap: false }, 'Heap'],
  ['its name off in other letters', { 'HEAP IN EUROPE': false }, 'HEAP IN EUROPE'],
  ['its id on, its kind off', { Heap: false, 'heap-eu': true }],
  ['its id on, its kind off, in the other order', { 'heap-eu': true, Heap: false }],
  ['its id off, its kind on', { 'heap-eu': false, Heap: true }, 'heap-eu'],
  ['its name off, its kind on', { Heap: true, 'Heap in Europe': false }, 'Heap in Europe'],
  ['another off', { Webhook: false, 'Heap Web': false }],
  ['the libraries’ own', { 'Segment.io': { apiHost: 'h' }, 'Customer.io Data Pipelines': false }],
  ['a false that is a text', { Heap: 'false', All: 0 }],
  ['null, which says nothing', { All: false, Heap: null }, 'All'],
  ['a list, which says nothing', { All: false, Heap: [] }, 'All'],
]

describe('of a call whose integrations are', () => {
  const wordThatSwitchesOff = compileIntegrations({
    ...{ id: 'heap-eu', name: 'Heap in Europe', destination: { kind: 'heap', name: 'Heap' } },
  })
  for (const [title, integrations, off] of rows) {
    test(`${title}, the instance gets ${off === undefined ? 'it' : 'nothing'}`, () => {
      const event = trackEvent(integrations === undefined ? {} : { integrations })
      assert.equal(wordThatSwitchesOff(event), off)
    })
  }
})
