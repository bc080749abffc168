import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Budgets } from '../../core/destination.ts'
import { type Units, unitsFrom } from '../ledger/units.ts'
import { budgetWindows, UNANSWERED_MS } from './windows.ts'

const SECOND_MS = 1_000
const BUDGETS: Budgets = {
  all: { label: 'events a minute', units_max: 100, window_ms: 60 * SECOND_MS, scope: 'instance' },
  person: { label: 'events a minute for one', units_max: 10, window_ms: 60 * SECOND_MS, scope: 'subject' },
}
const of = (name: string, subject: string, count: number): Units =>
  new Map([[name, new Map([[subject, count]])]])
const NONE: Units = new Map()

describe('the windows of budgets', () => {
  test('a unit is used from before its request until a window after its answer', () => {
    const windows = budgetWindows(BUDGETS)
    const room = (now_ms: number) => windows.room('person', 'ada', now_ms)
    windows.take(of('person', 'ada', 4), 0)
    assert.equal(room(3_600_000), 6, 'for as long as the answer takes')
    windows.close(of('person', 'ada', 4), of('person', 'ada', 4), 5_000)
    assert.equal(room(64_999), 6)
    assert.equal(room(65_040), 10, 'a thousandth of the window later at most')
  })

  test('what was taken and not used is free at once', () => {
    const windows = budgetWindows(BUDGETS)
    windows.take(of('person', 'ada', 10), 0)
    windows.close(of('person', 'ada', 10), of('person', 'ada', 1), 0)
    assert.equal(windows.room('person', 'ada', 0), 9)
  })

  test('each subject has a window of its own', () => {
    const windows = budgetWindows(BUDGETS)
    windows.take(of('person', 'ada', 10), 0)
    assert.equal(windows.room('person', 'ada', 0), 0)
    assert.equal(windows.room('person', 'bob', 0), 10)
  })

  test('what someone far below a budget used is free together, a window after the last of it; then each unit after its own', () => {
    const windows = budgetWindows({ person: { ...BUDGETS['person'], units_max: 40 } as Budgets[string] })
    const use = (count: number, at_ms: number) => {
      windows.take(of('person', 'ada', count), at_ms)
      windows.close(of('person', 'ada', count), of('person', 'ada', count), at_ms)
    }
    for (const at_ms of [0, 10_000, 20_000]) use(4, at_ms)
    use(5, 30_000)
    const room = (now_ms: number) => windows.room('person', 'ada', now_ms)
    assert.equal(room(69_000), 23, 'the first eight are a lump')
    assert.equal(room(70_060), 31)
    assert.equal(room(80_060), 35)
    assert.equal(room(90_060), 40)
    assert.equal(windows.size(), 0)
  })

  test('of someone who uses little and often few numbers are kept', () => {
    const windows = budgetWindows({ person: { ...BUDGETS['person'], units_max: 1_000 } as Budgets[string] })
    for (let at_ms = 0; at_ms < 60_000; at_ms += 300) {
      windows.take(of('person', 'ada', 1), at_ms)
      windows.close(of('person', 'ada', 1), of('person', 'ada', 1), at_ms)
    }
    assert.equal(windows.room('person', 'ada', 60_000), 800)
    assert.equal(windows.size(), 1)
  })

  test('who stays away leaves nothing behind, though nobody asks for him', () => {
    const windows = budgetWindows({ person: BUDGETS['person'] as Budgets[string] })
    for (let n = 0; n < 5_000; n++) {
      const one = of('person', `person ${n}`, 1)
      windows.take(one, n * 100)
      windows.close(one, one, n * 100)
    }
    assert.ok(windows.size() >= 600, 'those of the last minute are there')
    assert.ok(windows.size() <= 1_300, `${windows.size()} are kept`)
  })

  test('how long to wait is known once the answers have come', () => {
    const windows = budgetWindows(BUDGETS)
    const wait = (units: number) => windows.waitFor_ms('person', 'ada', units, 10_000)
    windows.take(of('person', 'ada', 6), 0)
    windows.close(of('person', 'ada', 6), of('person', 'ada', 6), 0)
    windows.take(of('person', 'ada', 4), 10_000)
    assert.equal(wait(6), 50_000)
    assert.equal(wait(7), undefined)
    windows.close(of('person', 'ada', 4), of('person', 'ada', 4), 12_000)
    assert.equal(wait(7), 62_000)
  })

  test("of an instance's budget a tenth may go at once, the rest is spread over the window", () => {
    const windows = budgetWindows(BUDGETS)
    const room = (now_ms: number) => windows.room('all', '', now_ms)
    assert.equal(room(0), 10)
    windows.take(of('all', '', 10), 0)
    windows.close(of('all', '', 10), of('all', '', 10), 100)
    assert.equal(room(0), 0)
    const wait_ms = windows.waitFor_ms('all', '', 5, 0) ?? 0
    assert.ok(wait_ms > 2_500 && wait_ms < 3_500, `${wait_ms}`)
    assert.equal(room(wait_ms), 5)
    assert.equal(windows.unpacedRoom('all', '', 0), 90)
  })

  test('after a restart: what was closed counts from its answer, what was open from now and a little later', () => {
    const windows = budgetWindows(BUDGETS)
    const now_ms = 30_000
    windows.restore(
      [
        { id: 1, at_ms: undefined, units: unitsFrom({ person: { ada: 3 } }) },
        { id: 2, at_ms: 10_000, units: unitsFrom({ person: { ada: 2 }, gone: { ada: 9 } }) },
      ],
      now_ms,
    )
    const room = (at_ms: number) => windows.room('person', 'ada', at_ms)
    assert.equal(room(now_ms), 5)
    assert.equal(room(70_060), 7)
    assert.equal(room(90_060), 7)
    assert.equal(room(90_060 + UNANSWERED_MS), 10)
  })

  test('after a restart with a clock that was put back: what seems to lie ahead holds nothing up for longer', () => {
    const windows = budgetWindows(BUDGETS)
    windows.restore([{ id: 1, at_ms: 86_400_000, units: unitsFrom({ person: { ada: 10 } }) }], 0)
    const room = (at_ms: number) => windows.room('person', 'ada', at_ms)
    assert.equal(room(0), 0)
    assert.equal(room(60_060 + UNANSWERED_MS), 10)
  })

  test('no span of a window at the receiver holds more than the budget, whenever it counts between send and answer', () => {
    const step = fc.record({
      wait_ms: fc.integer({ min: 0, max: 400 }),
      wanted: fc.integer({ min: 1, max: 12 }),
      latency_ms: fc.integer({ min: 0, max: 500 }),
      counted: fc.double({ min: 0, max: 1, noNaN: true }),
      sent: fc.integer({ min: 0, max: 12 }),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const window_ms = 1_000
        const windows = budgetWindows({ b: { label: 'b', units_max: 10, window_ms, scope: 'subject' } })
        const counted: { at_ms: number; units: number }[] = []
        let open: { at_ms: number; taken: number; used: number }[] = []
        let now_ms = 0
        const answer = (until_ms: number) => {
          for (const { at_ms, taken, used } of open
            .filter((one) => one.at_ms <= until_ms)
            .sort((a, b) => a.at_ms - b.at_ms)) {
            windows.close(of('b', 'x', taken), used === 0 ? NONE : of('b', 'x', used), at_ms)
          }
          open = open.filter((one) => one.at_ms > until_ms)
        }
        for (const { wait_ms, wanted, latency_ms, counted: when, sent } of steps) {
          now_ms += wait_ms
          answer(now_ms)
          const taken = Math.min(wanted, windows.room('b', 'x', now_ms))
          if (taken === 0) continue
          windows.take(of('b', 'x', taken), now_ms)
          const used = Math.min(sent, taken)
          open.push({ at_ms: now_ms + latency_ms, taken, used })
          counted.push({ at_ms: now_ms + when * latency_ms, units: used })
        }
        for (const { at_ms: from } of counted) {
          const span = counted.filter(({ at_ms }) => at_ms >= from && at_ms < from + window_ms)
          assert.ok(span.reduce((sum, { units }) => sum + units, 0) <= 10)
        }
      }),
    )
  })
})
