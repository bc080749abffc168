import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Attempt } from '../ledger/ledger.ts'
import { attemptLine } from './attempt-line.ts'

const RECEIVED = '2026-01-01T00:00:00.000Z'
const attempt: Attempt = {
  ...{ instanceId: 'heap', lane: 3, startedAt_ms: Date.parse(RECEIVED) + 40, duration_ms: 5, attempt: 2 },
  ...{ outcome: 'retry', status: 503, method: 'POST' },
  reason: { code: 'DESTINATION_FAILED', text: 'It answered 503: ada@example.com is not here' },
  url: 'https://user:password@heap.example.com:8443/api/track?key=secret-key',
  addresses: [
    { lane: 3, chunk: 10, index: 7 },
    { lane: 3, chunk: 11, index: 0 },
  ],
  subscriptionIds: ['track'],
  requestBody: '{"identity":"ada@example.com"}',
  responseBody: 'ada@example.com is not here',
  adjustments_count: 4,
}

test('an attempt is one line with all that can be asked of it', () => {
  assert.deepEqual(attemptLine(attempt, RECEIVED), {
    ...{ destination: 'heap', outcome: 'retry', status: 503, code: 'DESTINATION_FAILED', attempt: 2 },
    ...{ duration_ms: 5, startedAt: '2026-01-01T00:00:00.040Z', events: 2, actions: ['track'] },
    ...{ first: '3/10/7', age_ms: 45, lane: 3, method: 'POST', host: 'heap.example.com:8443' },
    ...{ request_bytes: 30, response_bytes: 27, adjustments: 4 },
  })
})

test('it holds no value of an event, nothing that a receiver said, and no secret of an address', () => {
  const text = JSON.stringify(attemptLine(attempt, RECEIVED))
  for (const word of ['ada', 'not here', 'secret-key', 'password', 'track?', '/api']) {
    assert.ok(!text.includes(word), word)
  }
})

test('what is not known is left out', () => {
  const { reason: _, status: __, subscriptionIds: ___, ...rest } = attempt
  const line = attemptLine({ ...rest, reason: undefined, status: undefined, addresses: [] }, undefined)
  for (const name of ['status', 'code', 'first', 'age_ms']) assert.ok(!(name in line), name)
})
