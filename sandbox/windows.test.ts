import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { makeWindows } from './windows.ts'

type Step = { readonly key: string; readonly amount: number; readonly now_ms: number }

/** The letters of what was taken (t) and what was refused (r), when what is refused is not spent. */
function letters(steps: readonly Step[], limit = 3, span_ms = 1_000, keys_max = 1_000): string {
  const windows = makeWindows({ limit, span_ms, keys_max })
  return steps
    .map(({ key, amount, now_ms }) => {
      if (!windows.fits(key, amount, now_ms)) return 'r'
      windows.spend(key, amount, now_ms)
      return 't'
    })
    .join('')
}
const at = (now_ms: number, amount = 1, key = 'a'): Step => ({ key, amount, now_ms })

describe('a limit of 3 in a second', () => {
  const rows: readonly (readonly [string, readonly Step[], string])[] = [
    ['takes three at once, and no fourth', [at(0), at(0), at(0), at(0)], 'tttr'],
    ['takes three in one piece', [at(0, 3), at(0)], 'tr'],
    ['takes no four in one piece', [at(0, 4), at(0, 3)], 'rt'],
    ['is full until the second is over', [at(0, 3), at(999), at(1_000)], 'trt'],
    ['frees what is over, and no more', [at(0), at(500, 2), at(1_000), at(1_001)], 'ttt' + 'r'],
    ['holds over the border of a second of the clock', [at(900, 3), at(1_100), at(1_899), at(1_900)], 'trrt'],
    ['is each key’s own', [at(0, 3), at(0, 3, 'b'), at(0)], 'ttr'],
    ['holds when the clock goes back, and lets go later', [at(5), at(2_000, 4), at(5), at(2_000, 3)], 'trtt'],
    ['does not grow for a pause', [at(0), at(60_000, 3), at(60_000)], 'ttr'],
    [
      'remembers a key over the change of a generation',
      [at(0, 1, 'b'), at(990, 3), at(1_001, 1, 'b'), at(1_002)],
      'tttr',
    ],
  ]
  for (const [title, steps, expected] of rows) test(title, () => assert.equal(letters(steps), expected))

  test('spent beyond, as where breaches are only counted, is full until the newest three have passed', () => {
    const windows = makeWindows({ limit: 3, span_ms: 1_000, keys_max: 10 })
    for (const now_ms of [0, 100, 200, 300, 400]) windows.spend('a', 1, now_ms)
    assert.deepEqual([windows.fits('a', 1, 1_199), windows.fits('a', 1, 1_200)], [false, true])
  })
})

test('a window takes exactly what no span over the limit forbids', () => {
  const steps = fc.array(
    fc.record({
      key: fc.constantFrom('a', 'b', 'c'),
      amount: fc.integer({ min: 1, max: 4 }),
      wait_ms: fc.integer({ min: 0, max: 40 }),
    }),
    { maxLength: 300, size: 'max' },
  )
  fc.assert(
    fc.property(
      steps,
      fc.integer({ min: 1, max: 90 }),
      fc.integer({ min: 1, max: 20 }),
      (waits, span_ms, limit) => {
        let now_ms = 0
        const timed = waits.map(({ wait_ms, ...step }) => {
          now_ms += wait_ms
          return { ...step, now_ms }
        })
        const taken: Step[] = []
        const expected = timed.map((step) => {
          const inSpan = taken.filter(({ key, now_ms }) => key === step.key && now_ms > step.now_ms - span_ms)
          const isTaken = inSpan.reduce((sum, { amount }) => sum + amount, step.amount) <= limit
          if (isTaken) taken.push(step)
          return isTaken ? 't' : 'r'
        })
        assert.equal(letters(timed, limit, span_ms), expected.join(''))
      },
    ),
  )
})
