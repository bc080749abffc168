import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { triggerText } from './trigger-text.ts'

type Row = readonly [trigger: string, words: string]
const rows: readonly Row[] = [
  ['type = "track"', 'type is track'],
  ['type = "track" or type = "page" or type = "screen"', 'type is track, page or screen'],
  ['type in ["track", "page"]', 'type is track or page'],
  ['!(type in ["track", "page"])', 'type is not track or page'],
  ['event = "Order Completed"', 'event is “Order Completed”'],
  ['properties.total >= 100', 'properties.total at least 100'],
  ['userId != null', 'userId exists'],
  ['type = "track" and event = "A"', 'type is track and event is “A”'],
  ['type = "track" and (event = "A" or event = "B")', 'type is track and event is “A” or “B”'],
  [
    'type = "track" and (event = "A" or userId = null)',
    'type is track and (event is “A” or userId does not exist)',
  ],
  ['!(type = "track" and event = "A")', 'not (type is track and event is “A”)'],
  ['type = "track" or event = "A"', 'type is track or event is “A”'],
  ['match(event, "Order*")', 'event starts with “Order”'],
  ['true', 'always'],
  ['properties.a = properties.b', 'properties.a = properties.b'],
  ['', 'its trigger cannot be read: '],
]

describe('A trigger in words', () => {
  for (const [trigger, words] of rows) {
    test(trigger === '' ? 'nothing at all' : trigger, () => {
      if (words.endsWith(': ')) assert.ok(triggerText(trigger).startsWith(words))
      else assert.equal(triggerText(trigger), words)
    })
  }
})
