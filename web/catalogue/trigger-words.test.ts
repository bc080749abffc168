import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { callsText, listText } from './trigger-words.ts'

describe('the calls that a trigger takes, in words', () => {
  const rows: readonly (readonly [trigger: string, text: string])[] = [
    ['type = "track"', 'track calls'],
    ['type = "track" or type = "page" or type = "screen"', 'track, page and screen calls'],
    ['type != null', 'all calls'],
    ['type != "alias" and type != "group"', 'track, identify, page and screen calls'],
    ['event = "Order Completed"', 'calls for which event = "Order Completed"'],
    ['type = ', 'no calls: its trigger cannot be read'],
  ]
  for (const [trigger, text] of rows) test(trigger, () => assert.equal(callsText(trigger), text))
})

test('lists read as people write them', () => {
  assert.deepEqual([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(listText), ['', 'a', 'a and b', 'a, b and c'])
})
