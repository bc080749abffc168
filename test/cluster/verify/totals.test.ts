import assert from 'node:assert/strict'
import { test } from 'node:test'
import { totals } from './totals.ts'

test('rounds add up, what is kept is that of the last, and the longest standstill is told', () => {
  const all = totals()
  const kill = (longest_ms: number) => [{ what: 'kill', longest_ms, begun_ms: 0 }]
  const round = { events: 1_000, resent: 2, duration_ms: 1_500 }
  all.add({ ...round, standstills: kill(900) }, { lost: 0, doubled: 0, repeats: 5 })
  all.add(
    { ...round, standstills: [...kill(400), { what: 'stop', longest_ms: 1_200, begun_ms: 0 }] },
    { lost: 1, doubled: 0, repeats: 7 },
  )
  assert.deepEqual(all.lines(), [
    '2 rounds in 3.0 s: 2,000 events answered 200, 3 faults, 1 lost, 0 doubled',
    '  4 requests sent again, 7 events sent again under their key',
    '  the longest that delivery stood still: 1.2 s',
    '    kill, 2 times: 0.9 s at most',
    '    stop, 1 times: 1.2 s at most',
  ])
})
