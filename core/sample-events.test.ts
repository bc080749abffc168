import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CALL_TYPES } from './event.ts'
import { parseCall } from './parse-event.ts'
import { sampleCalls } from './sample-events.ts'

const NOON = Date.UTC(2026, 0, 1, 12)
const around = { receivedAt_ms: NOON, receivedAt: new Date(NOON).toISOString(), newMessageId: () => 'made' }
const calls = sampleCalls('one', NOON)

describe('the made-up calls', () => {
  for (const call of calls) {
    const name = call['event'] ?? call['name'] ?? ''
    test(`${call['type']} ${name} is taken as it is`, () => {
      const parsed = parseCall(call, undefined, {}, around)
      assert.ok(parsed.ok, JSON.stringify(parsed))
      assert.equal(parsed.event.messageId, call['messageId'])
    })
  }
  test('are of every type but alias, which would join people for ever', () => {
    assert.deepEqual(
      CALL_TYPES.filter((type) => !calls.some((call) => call['type'] === type)),
      ['alias'],
    )
  })
  test('end now, one after the other', () => {
    const times = calls.map((call) => Date.parse(String(call['timestamp'])))
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    )
    assert.equal(times.at(-1), NOON)
  })
  test('of another run are other events', () => {
    const ids = [...calls, ...sampleCalls('two', NOON)].map((call) => call['messageId'])
    assert.equal(new Set(ids).size, calls.length * 2)
  })
})
