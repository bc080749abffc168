import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryLog } from '../log/memory.ts'
import { laneSignals } from './lane-signal.ts'

test('a sleeping reader wakes when its lane grows, and an append before it slept is not missed', async () => {
  const log = memoryLog({ lanes: 1 })
  const signals = laneSignals(log)
  const { signal } = new AbortController()
  const version = signals.version(0)
  const sleeping = signals.grown(0, version, signal)
  await log.append([{ key: 'p', text: '1' }])
  await sleeping
  await signals.grown(0, version, signal)
  assert.equal(signals.version(0), version + 1)
})

test('a sleeping reader wakes when the server stops', async () => {
  const signals = laneSignals(memoryLog({ lanes: 1 }))
  const abort = new AbortController()
  const sleeping = signals.grown(0, signals.version(0), abort.signal)
  abort.abort()
  await sleeping
})

test('a reader of all lanes wakes whichever grows', async () => {
  const log = memoryLog({ lanes: 4 })
  const signals = laneSignals(log)
  const { signal } = new AbortController()
  for (const key of ['p', 'q', 'r']) {
    const version = signals.version(signals.anyLane)
    const sleeping = signals.grown(signals.anyLane, version, signal)
    await log.append([{ key, text: '1' }])
    await sleeping
  }
})
