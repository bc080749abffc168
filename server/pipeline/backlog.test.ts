import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BEHIND_MS, deliveryBacklog, REMEMBERED_MS } from './backlog.ts'

const NOW_MS = 1_000_000
const rows: readonly [title: string, age_ms: number | undefined, later_ms: number, isThere: boolean][] = [
  ['what has just come in is no backlog', 0, 0, false],
  ['nor is what came in a moment ago', BEHIND_MS, 0, false],
  ['what has waited for longer is one', BEHIND_MS + 1, 0, true],
  ['it is remembered until delivery should have read again', BEHIND_MS + 1, REMEMBERED_MS - 1, true],
  ['and no longer: delivery may have been paused', BEHIND_MS + 1, REMEMBERED_MS, false],
  ['the end of the log is no backlog', undefined, 0, false],
  ['a clock that was put back makes none', -60_000, 0, false],
]
for (const [title, age_ms, later_ms, isThere] of rows) {
  test(title, () => {
    let now_ms = 5
    const backlog = deliveryBacklog({ now_ms: () => now_ms, wall_ms: () => NOW_MS })
    backlog.hasRead(age_ms === undefined ? undefined : NOW_MS - age_ms)
    now_ms += later_ms
    assert.equal(backlog.isThere(), isThere)
  })
}

test('there is none before anything was read, and one lane that is behind is enough', () => {
  const backlog = deliveryBacklog({ now_ms: () => 0, wall_ms: () => NOW_MS })
  assert.equal(backlog.isThere(), false)
  for (const age_ms of [0, 2 * BEHIND_MS, 0]) backlog.hasRead(NOW_MS - age_ms)
  assert.equal(backlog.isThere(), true)
})
