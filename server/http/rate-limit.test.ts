import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type RateLimits, rateLimiter } from './rate-limit.ts'

function limiterAt(given: Partial<RateLimits> = {}) {
  let now = 1_000_000
  const limiter = rateLimiter({ perSecond: 10, burst: 3, keys_max: 100, now_ms: () => now, ...given })
  return {
    ...limiter,
    pass: (ms: number) => {
      now += ms
    },
    /** How many of so many are let through. */
    through: (key: string, count: number) =>
      Array.from({ length: count }, () => limiter.take(key)).filter((wait_ms) => wait_ms === 0).length,
  }
}

describe('a rate limit', () => {
  test('lets a burst through, then as many as time passes for', () => {
    const { through, pass } = limiterAt()
    assert.equal(through('a', 5), 3)
    pass(100)
    assert.equal(through('a', 5), 1)
    pass(200)
    assert.equal(through('a', 5), 2)
    pass(60_000)
    assert.equal(through('a', 5), 3)
  })

  test('says how long to wait, and then it may', () => {
    const { take, through, pass } = limiterAt()
    through('a', 3)
    assert.equal(Math.round(take('a')), 100)
    pass(40)
    const wait_ms = take('a')
    assert.equal(Math.round(wait_ms), 60)
    pass(wait_ms)
    assert.equal(take('a'), 0)
  })

  test('counts nothing that it refuses: who asks without pause gets the rate all the same', () => {
    const { through, pass } = limiterAt()
    through('a', 3)
    let passed = 0
    for (let ms = 0; ms < 1_000; ms += 10) {
      pass(10)
      passed += through('a', 7)
    }
    assert.equal(passed, 10)
  })

  test('counts each key alone', () => {
    const { through } = limiterAt()
    assert.deepEqual([through('a', 5), through('b', 5)], [3, 3])
  })

  test('of 0 lets everything through, and remembers nothing', () => {
    const { through, size } = limiterAt({ perSecond: 0 })
    assert.deepEqual([through('a', 1_000), size()], [1_000, 0])
  })

  test('remembers no more keys than it may, and forgets who came longest ago', () => {
    const { through, size } = limiterAt({ keys_max: 2 })
    through('old', 3)
    through('a', 3)
    through('b', 3)
    assert.equal(size(), 2)
    assert.deepEqual([through('b', 1), through('a', 1), through('old', 1)], [0, 0, 1])
  })

  test('holds when the clock goes back', () => {
    const { take, through, pass } = limiterAt()
    through('a', 3)
    pass(-1_000)
    assert.ok(take('a') > 0)
    pass(1_300)
    assert.equal(through('a', 5), 3)
  })
})
