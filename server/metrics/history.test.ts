import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Sample } from './exposition.ts'
import { durations } from './histogram.ts'
import { POINTS_MAX, STEP_MS, workHistory } from './history.ts'

const NOON_MS = Date.parse('2026-01-01T12:00:00.000Z')

function samples(calls: number, busy_s: number, ...acks_s: readonly number[]): readonly Sample[] {
  const seen = durations()
  for (const one of acks_s) seen.observe(one)
  return [
    { name: 'millrace_calls_total', labels: ['web', 'accepted'], value: calls },
    { name: 'millrace_calls_total', labels: ['app', 'accepted'], value: 1 },
    { name: 'millrace_calls_total', labels: ['web', 'refused'], value: 99 },
    { name: 'millrace_thread_active_seconds_total', labels: ['main'], value: busy_s },
    { name: 'millrace_thread_idle_seconds_total', labels: ['main'], value: 10 - busy_s },
    { name: 'millrace_lag_seconds', labels: ['heap'], value: 2 },
    { name: 'millrace_lag_seconds', labels: ['hook'], value: 3 },
    { name: 'millrace_ingest_duration_seconds', labels: [], value: seen.read() },
  ]
}

test('a point is what has happened since the one before', () => {
  const history = workHistory()
  history.add(samples(100, 0), NOON_MS)
  assert.deepEqual(history.points(), [], 'the first look has nothing before it')
  history.add(samples(150, 5, 0.02, 0.02), NOON_MS + STEP_MS)
  const [point] = history.points()
  assert.deepEqual(
    [point?.at_ms, point?.accepted_perSecond, point?.lag_ms, point?.delivered_perSecond],
    [NOON_MS + STEP_MS, 5, 3_000, 0],
  )
  assert.ok((point?.ack_ms ?? 0) > 10 && (point?.ack_ms ?? 0) <= 25, `${point?.ack_ms}`)
})

test('what has begun anew counts from nothing, and never backwards', () => {
  const history = workHistory()
  history.add(samples(100, 5, 0.02, 0.02), NOON_MS)
  history.add(samples(20, 1, 0.02), NOON_MS + STEP_MS)
  const [point] = history.points()
  assert.equal(point?.accepted_perSecond, 2.1, 'those of app among them')
  assert.ok((point?.busy_main ?? 0) > 0 && (point?.busy_main ?? 2) <= 1)
})

test('an hour is kept, and nothing of a moment that did not pass', () => {
  const history = workHistory()
  for (let index = 0; index < POINTS_MAX + 5; index++)
    history.add(samples(index, 0), NOON_MS + index * STEP_MS)
  history.add(samples(9_999, 0), NOON_MS)
  assert.equal(history.points().length, POINTS_MAX)
  assert.equal(history.points().at(-1)?.at_ms, NOON_MS + (POINTS_MAX + 4) * STEP_MS)
})

test('the same samples again, as when gathering is slow, are no new point', () => {
  const history = workHistory()
  const same = samples(5, 1)
  history.add(same, NOON_MS)
  history.add(same, NOON_MS + STEP_MS)
  history.add(samples(45, 1), NOON_MS + 2 * STEP_MS)
  assert.deepEqual(
    history.points().map((point) => point.accepted_perSecond),
    [2],
  )
})
