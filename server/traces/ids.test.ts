import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readTraceParent, traceOf } from './ids.ts'

describe('the trace of an event', () => {
  test('is the same for whoever knows the event, and another for another', () => {
    const trace = traceOf('web', 'id-1', 1)
    assert.match(trace?.traceId ?? '', /^[0-9a-f]{32}$/)
    assert.match(trace?.ingestId ?? '', /^[0-9a-f]{16}$/)
    assert.deepEqual(traceOf('web', 'id-1', 1), trace)
    for (const other of [traceOf('web', 'id-2', 1), traceOf('app', 'id-1', 1)]) {
      assert.notEqual(other?.traceId, trace?.traceId)
    }
  })

  const rows: readonly [sample: number, from: number, to: number][] = [
    [0, 0, 0],
    [0.01, 60, 140],
    [0.5, 4_800, 5_200],
    [1, 10_000, 10_000],
  ]
  for (const [sample, from, to] of rows) {
    test(`a sample of ${sample} is so many of 10,000: ${from} to ${to}, and those of a smaller one are among them`, () => {
      const ids = Array.from({ length: 10_000 }, (_, index) => `id-${index}`)
      const traced = ids.filter((id) => traceOf('web', id, sample) !== undefined)
      assert.ok(traced.length >= from && traced.length <= to, `${traced.length}`)
      const larger = Math.min(1, sample * 2)
      assert.ok(traced.every((id) => traceOf('web', id, larger) !== undefined))
    })
  }
})

const ID = '0af7651916cd43dd8448eb211c80319c'
const SPAN = 'b7ad6b7169203331'
const headers: readonly [header: string | undefined, isRead: boolean][] = [
  [`00-${ID}-${SPAN}-01`, true],
  [`00-${ID}-${SPAN}-00`, true],
  [`cc-${ID}-${SPAN}-01-what-comes-later`, true],
  [undefined, false],
  ['', false],
  [`ff-${ID}-${SPAN}-01`, false],
  [`00-${ID.toUpperCase()}-${SPAN}-01`, false],
  [`00-${'0'.repeat(32)}-${SPAN}-01`, false],
  [`00-${ID}-${'0'.repeat(16)}-01`, false],
  [`00-${ID}-${SPAN}`, false],
  [`00-${ID}-${SPAN}-01, 00-${ID}-${SPAN}-01`, false],
]
for (const [header, isRead] of headers) {
  test(`traceparent ${header}: ${isRead ? 'read' : 'none'}`, () => {
    assert.deepEqual(readTraceParent(header), isRead ? { traceId: ID, spanId: SPAN } : undefined)
  })
}
