import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { fingerprint } from '../../core/identity.ts'
import { memoryLog } from '../log/memory.ts'
import { type DedupeWindow, dedupeWindow } from './dedupe.ts'
import { rememberedIds } from './remembered-ids.ts'

const WINDOW_MS = 3_000
const UNBOUNDED = { window_ms: WINDOW_MS, ids_max: 1_000_000 }
const id = (name: string | number) => fingerprint(`source\n${name}`)
const isNew = (window: DedupeWindow, name: string | number, at_ms: number) => window.claim(id(name), at_ms)

describe('a messageId', () => {
  test('is new once, and known from then on', () => {
    const window = dedupeWindow(UNBOUNDED)
    assert.equal(isNew(window, 'a', 0), true)
    assert.equal(isNew(window, 'a', 0), false)
    assert.equal(isNew(window, 'b', 0), true)
    assert.equal(isNew(window, 'a', 1), false)
    assert.equal(window.size(), 2)
  })

  const rows: readonly [title: string, between: readonly number[], at_ms: number, isNewThen: boolean][] = [
    ['just before the window ends', [], WINDOW_MS - 1, false],
    ['a third past the window', [], (WINDOW_MS * 4) / 3, true],
    ['long after the window, with nothing between', [], 100 * WINDOW_MS, true],
    ['just before the window ends, with others between', [500, 1_500, 2_500], WINDOW_MS - 1, false],
    ['a third past the window, with others between', [500, 1_500, 2_500, 3_500], 4_000, true],
  ]
  for (const [title, between, at_ms, isNewThen] of rows) {
    test(`${title} is ${isNewThen ? 'new again' : 'known'}`, () => {
      const window = dedupeWindow(UNBOUNDED)
      isNew(window, 'a', 0)
      for (const other_ms of between) isNew(window, `other ${other_ms}`, other_ms)
      assert.equal(isNew(window, 'a', at_ms), isNewThen)
    })
  }

  test('that was released is new again, in whichever step of the window it was claimed', () => {
    const window = dedupeWindow(UNBOUNDED)
    isNew(window, 'a', 0)
    isNew(window, 'b', 2_000)
    window.release(id('a'))
    window.release(id('b'))
    assert.equal(window.size(), 0)
    assert.equal(isNew(window, 'a', 2_000), true)
    assert.equal(isNew(window, 'b', 2_000), true)
    assert.equal(isNew(window, 'a', 2_000), false)
  })

  test('is never known when the window is nothing', () => {
    const window = dedupeWindow({ window_ms: 0, ids_max: 1_000 })
    for (const at_ms of [0, 0, 1]) assert.equal(isNew(window, 'a', at_ms), true)
    assert.equal(window.size(), 0)
  })

  test('is remembered when the clock goes back', () => {
    const window = dedupeWindow(UNBOUNDED)
    isNew(window, 'a', 10_000)
    assert.equal(isNew(window, 'a', 1_000), false)
  })
})

describe('the window', () => {
  test('never holds more ids than its limit, and forgets the oldest first', () => {
    const window = dedupeWindow({ window_ms: WINDOW_MS, ids_max: 1_000 })
    for (let number = 0; number < 5_000; number++) {
      assert.equal(isNew(window, number, 0), true)
      assert.ok(window.size() <= 1_000, `${window.size()} ids`)
    }
    for (let number = 4_999; number >= 4_500; number--) assert.equal(isNew(window, number, 0), false)
    assert.equal(isNew(window, 0, 0), true)
  })

  test('lets go of the ids that are too old', () => {
    const window = dedupeWindow(UNBOUNDED)
    for (let at_ms = 0; at_ms < 20 * WINDOW_MS; at_ms += 10) isNew(window, at_ms, at_ms)
    assert.ok(window.size() * 10 <= (WINDOW_MS * 4) / 3 + 10, `${window.size()} ids`)
  })

  const pause_ms = fc.oneof(fc.nat({ max: 200 }), fc.nat({ max: 2 * WINDOW_MS }))
  const step = fc.record({ pause_ms, name: fc.nat({ max: 5 }), releases: fc.nat({ max: 9 }) })

  test('knows an id for the window and at most a third longer, whatever comes when', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const window = dedupeWindow(UNBOUNDED)
        const claimed_ms = new Map<number, number>()
        let now_ms = 0
        for (const { pause_ms, name, releases } of steps) {
          now_ms += pause_ms
          const age_ms = now_ms - (claimed_ms.get(name) ?? Number.NEGATIVE_INFINITY)
          const wasNew = isNew(window, name, now_ms)
          if (age_ms < WINDOW_MS) assert.equal(wasNew, false, `an id of ${age_ms} ms was forgotten`)
          if (age_ms >= (WINDOW_MS * 4) / 3) assert.equal(wasNew, true, `an id of ${age_ms} ms was known`)
          if (wasNew) claimed_ms.set(name, now_ms)
          if (releases === 0) {
            window.release(id(name))
            claimed_ms.delete(name)
          }
        }
      }),
      { seed: 3, numRuns: 2_000 },
    )
  })

  test('made again from the log knows what the first one knew', async () => {
    let now_ms = 0
    const log = memoryLog({ lanes: 4, now: () => now_ms })
    const before = dedupeWindow(UNBOUNDED)
    for (let number = 0; number < 60; number++) {
      now_ms = number * 100
      isNew(before, number, now_ms)
      await log.append([{ key: `person ${number % 7}`, text: '{}', fingerprint: id(number) }])
    }
    const after = await rememberedIds(log, UNBOUNDED, { now_ms })
    for (let number = 0; number < 60; number++) {
      const age_ms = now_ms - number * 100
      if (age_ms < WINDOW_MS) assert.equal(isNew(after, number, now_ms), false, `forgot ${number}`)
      if (age_ms >= (WINDOW_MS * 4) / 3) assert.equal(isNew(after, number, now_ms), true, `knew ${number}`)
    }
  })

  test('made again from a log with more ids than it may hold knows the newest, and holds no more', async () => {
    const log = memoryLog({ lanes: 4, now: () => 0 })
    for (let number = 0; number < 5_000; number++)
      await log.append([{ key: `person ${number % 7}`, text: '{}', fingerprint: id(number) }])
    const after = await rememberedIds(log, { window_ms: WINDOW_MS, ids_max: 1_000 }, { now_ms: 0 })
    assert.ok(after.size() <= 1_000, `${after.size()} ids`)
    for (let number = 4_999; number >= 4_250; number--) assert.equal(isNew(after, number, 0), false)
    assert.equal(isNew(after, 3_999, 0), true)
  })
})
