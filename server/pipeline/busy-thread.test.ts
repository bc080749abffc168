import assert from 'node:assert/strict'
import { test } from 'node:test'
import { busyThread } from './busy-thread.ts'

type Step = readonly [active_ms: number, idle_ms: number, own_ms: number]
const rows: readonly [title: string, steps: readonly Step[], isBusy: boolean][] = [
  ['a thread that has not run yet is not busy', [], false],
  ['work for most of the time makes it busy', [[90, 10, 0]], true],
  ['work for less than the share does not', [[70, 30, 0]], false],
  ['what is shorter than what is looked at changes nothing', [[19, 0, 0]], false],
  [
    'short times add up',
    [
      [19, 0, 0],
      [19, 0, 0],
    ],
    true,
  ],
  ['work of whoever asks does not count', [[90, 30, 90]], false],
  [
    'it is not busy any more when it has time again',
    [
      [90, 10, 0],
      [20, 80, 0],
    ],
    false,
  ],
  [
    'it stays busy until there is more to look at',
    [
      [90, 10, 0],
      [0, 19, 0],
    ],
    true,
  ],
]
for (const [title, steps, isBusy] of rows) {
  test(title, () => {
    const times = { active: 5, idle: 5 }
    const thread = busyThread({ threadTimes: () => ({ ...times }), share_min: 0.8, judged_ms: 20 })
    let told = thread.isBusy()
    for (const [active_ms, idle_ms, own_ms] of steps) {
      times.active += active_ms
      times.idle += idle_ms
      thread.leaveOut(own_ms)
      told = thread.isBusy()
    }
    assert.equal(told, isBusy)
  })
}

test('without a thread to look at it is never busy', () => {
  assert.equal(busyThread({ share_min: 0, judged_ms: 0 }).isBusy(), false)
})
