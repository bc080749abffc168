import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { growthAt } from './thrifty-memory.ts'

describe('how far heaps may grow', () => {
  const rows: readonly [what: string, isPart: boolean, rss_mb: number, percent: number][] = [
    ['a server with all roles that has just begun', false, 106, 100],
    ['one that is busy', false, 240, 100],
    ['one that is half way to full', false, 255, 65],
    ['one that is full', false, 270, 30],
    ['one that is over full', false, 500, 30],
    ['a process with a part of the roles', true, 150, 200],
    ['one of them that is half way to full', true, 292.5, 130],
    ['one of them that is full', true, 300, 60],
  ]
  for (const [what, isPart, rss_mb, percent] of rows) {
    test(`${what}, ${rss_mb} MB: by ${percent} percent`, () => {
      assert.equal(growthAt(rss_mb * 1_000_000, isPart), percent)
    })
  }

  test('the fuller the process, the less', () => {
    for (const isPart of [false, true]) {
      const steps = Array.from({ length: 40 }, (_, n) => growthAt(n * 10_000_000, isPart))
      assert.deepEqual(
        steps,
        steps.toSorted((a, b) => b - a),
      )
    }
  })
})
