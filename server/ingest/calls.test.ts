import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { AppError, type ErrorCode } from '../../core/errors.ts'
import { readCalls } from './calls.ts'

const COUNT_MAX = 3
const call = { type: 'track', userId: 'ada', event: 'Viewed' }

describe('readCalls', () => {
  test('an address that names the type takes the body as one call, whatever it is', () => {
    for (const body of [call, [call], 'text', null, { batch: [call] }]) {
      assert.deepEqual(readCalls(body, 'track', COUNT_MAX), { calls: [body], shared: {} })
    }
  })

  test('a batch gives its calls in order, and what it says for all of them', () => {
    const shared = { context: { ip: '::1' }, integrations: { All: false }, sentAt: '2026-01-02T03:04:05Z' }
    const body = { batch: [call, 'no call', null], writeKey: 'key', ...shared }
    assert.deepEqual(readCalls(body, undefined, COUNT_MAX), { calls: body.batch, shared })
  })

  test('a context and integrations that are no objects are not shared', () => {
    for (const value of ['text', [1], null, 7]) {
      const { shared } = readCalls({ batch: [], context: value, integrations: value }, undefined, COUNT_MAX)
      assert.deepEqual(shared, { sentAt: undefined })
    }
  })

  test('an empty batch has no calls', () => {
    assert.deepEqual(readCalls({ batch: [] }, undefined, COUNT_MAX).calls, [])
  })

  test('as many calls as the limit are taken', () => {
    assert.equal(readCalls({ batch: [call, call, call] }, undefined, COUNT_MAX).calls.length, COUNT_MAX)
  })

  const refused: readonly [title: string, body: unknown, code: ErrorCode, details: object][] = [
    ['a list', [call], 'BATCH_INVALID', { problem: 'the body is not an object' }],
    ['nothing', null, 'BATCH_INVALID', { problem: 'the body is not an object' }],
    ['a text', 'batch', 'BATCH_INVALID', { problem: 'the body is not an object' }],
    ['a single call', call, 'BATCH_INVALID', { problem: '"batch" is not a list' }],
    [
      'a batch that is an object',
      { batch: { 0: call } },
      'BATCH_INVALID',
      { problem: '"batch" is not a list' },
    ],
    [
      'one call more than the limit',
      { batch: [call, call, call, call] },
      'BATCH_TOO_LONG',
      { count: 4, count_max: 3 },
    ],
  ]
  for (const [title, body, code, details] of refused) {
    test(`${title} is no batch: ${code}`, () => {
      assert.throws(
        () => readCalls(body, undefined, COUNT_MAX),
        (error) => {
          assert.ok(error instanceof AppError)
          assert.deepEqual({ code: error.code, details: error.details }, { code, details })
          return true
        },
      )
    })
  }
})
