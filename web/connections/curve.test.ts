import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { curvePath, curvePoint, lineWidth, placePills } from './curve.ts'

const left = (y: number) => ({ x: 0, y })
const right = (y: number) => ({ x: 300, y })

describe('a line between two cards', () => {
  test('begins and ends at their sides, and leaves them straight', () => {
    assert.equal(curvePath(left(10), right(90)), 'M0 10C150 10 150 90 300 90')
    assert.deepEqual(curvePoint(left(10), right(90), 0), left(10))
    assert.deepEqual(curvePoint(left(10), right(90), 1), right(90))
    assert.deepEqual(curvePoint(left(10), right(90), 0.5), { x: 150, y: 50 })
  })
  test('is wider the more flows, up to 4', () => {
    assert.equal(lineWidth(0), 1.5)
    assert.ok(lineWidth(10) < lineWidth(1_000))
    assert.equal(lineWidth(10 ** 9), 4)
  })
})

describe('the pills on lines', () => {
  const wires = (ys: readonly number[]) =>
    ys.flatMap((from) => ys.map((to) => ({ from: left(from), to: right(to), pillWidth: 60 })))
  test('one alone stands in the middle', () => {
    assert.deepEqual(placePills([{ from: left(0), to: right(0), pillWidth: 60 }]), [{ x: 150, y: 0 }])
  })
  test('lines that cross do not put theirs over each other', () => {
    const places = placePills(wires([0, 82, 164]))
    for (const [index, one] of places.entries()) {
      for (const other of places.slice(index + 1)) {
        assert.ok(Math.abs(one.x - other.x) >= 60 || Math.abs(one.y - other.y) >= 26)
      }
    }
  })
  test('where there is no room, they lie over each other rather than nowhere', () => {
    assert.equal(placePills(wires(Array.from({ length: 12 }, () => 0))).length, 144)
  })
})
