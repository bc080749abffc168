import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Moment, type Passage, standstills } from './standstill.ts'

const of = (person: string, acknowledged_ms: number, arrived_ms: number): Passage => ({
  person,
  acknowledged_ms,
  arrived_ms,
})
const at = (...times_ms: readonly number[]): readonly Moment[] =>
  times_ms.map((at_ms) => ({ what: 'kill', at_ms }))

const rows: readonly [string, readonly Passage[], readonly Moment[], readonly number[]][] = [
  ['nothing was on its way', [], at(100), [0]],
  ['an event that came before the fault', [of('a', 10, 50)], at(100), [0]],
  ['one that waited when the fault came counts from the fault', [of('a', 90, 400)], at(100), [300]],
  ['one that was sent later counts from its answer', [of('a', 150, 400)], at(100), [250]],
  ['a queue that moves does not stand', [of('a', 90, 200), of('a', 90, 300)], at(100), [100]],
  ['each person counts alone', [of('a', 90, 200), of('b', 90, 300)], at(100), [200]],
  ['a fault lasts until the next', [of('a', 90, 500)], at(100, 300), [200, 200]],
  ['what came after the next fault is not of this one', [of('a', 350, 500)], at(100, 300), [0, 150]],
]
for (const [title, passages, faults, longest_ms] of rows) {
  test(`a standstill: ${title}`, () => {
    assert.deepEqual(
      standstills(passages, faults).map((one) => one.longest_ms),
      longest_ms,
    )
  })
}

test('a standstill: when it began counts from its fault', () => {
  const passages = [of('a', 110, 130), of('b', 150, 400), of('c', 420, 440)]
  assert.deepEqual(standstills(passages, at(100)), [{ what: 'kill', longest_ms: 250, begun_ms: 50 }])
})
