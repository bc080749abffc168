import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Remembered } from '../../core/destination.ts'
import { memory, type Seen } from './memory.ts'

const KEY = 'profile:ada'
const one = (value: string, changes: Partial<Remembered> = {}): Remembered => ({
  key: KEY,
  value,
  isDurable: false,
  ...changes,
})

function underTest(limits?: Parameters<typeof memory>[0]) {
  const remembered = memory(limits)
  return {
    ...remembered,
    recalled: (key = KEY, now_ms = 0) => remembered.recall(key, now_ms, new Map()),
    /** Plans a request that will set a value: what it saw, and how to send it. */
    plan(value: string) {
      const seen: Seen = new Map()
      remembered.recall(KEY, 0, seen)
      return { send: () => remembered.sending([one(value)], seen) }
    },
    deliver(value: string): void {
      this.plan(value).send()(true)
    },
  }
}

describe('what an instance remembers', () => {
  test('is known once the request that says it was delivered', () => {
    const it = underTest()
    const back = it.plan('free').send()
    assert.equal(it.recalled(), undefined)
    back(true)
    assert.equal(it.recalled(), 'free')
  })

  test('is forgotten when a request that sets it goes out, and stays so when that fails', () => {
    const it = underTest()
    it.deliver('free')
    const back = it.plan('pro').send()
    assert.equal(it.recalled(), undefined)
    back(false)
    assert.equal(it.recalled(), undefined)
  })

  test('two lanes with one identity on their way at once: nobody knows which came last, so nothing is known', () => {
    const it = underTest()
    const [first, second] = [it.plan('free').send(), it.plan('pro').send()]
    second(true)
    first(true)
    assert.equal(it.recalled(), undefined)
    it.deliver('pro')
    assert.equal(it.recalled(), 'pro')
  })

  test('a plan that was made before another lane delivered does not bring its old knowledge back', () => {
    const it = underTest()
    it.deliver('plan=free')
    const late = it.plan('plan=free name=Ada')
    it.deliver('plan=pro')
    late.send()(true)
    assert.equal(it.recalled(), undefined)
  })

  test('is over at its time', () => {
    const it = underTest()
    it.set([one('free', { until_ms: 5_000 })])
    assert.equal(it.recalled(KEY, 4_999), 'free')
    assert.equal(it.recalled(KEY, 5_000), undefined)
  })

  const bounds: readonly [string, Parameters<typeof memory>[0]][] = [
    ['entries', { entries_max: 2 }],
    ['characters', { chars_max: 6 }],
  ]
  for (const [title, limits] of bounds) {
    test(`holds no more ${title} than its bound: what was used longest ago goes`, () => {
      const it = underTest(limits)
      for (const key of ['k1', 'k2']) it.set([{ key, value: 'v', isDurable: false }])
      assert.equal(it.recalled('k1'), 'v')
      it.set([{ key: 'k3', value: 'v', isDurable: false }])
      assert.deepEqual(
        ['k1', 'k2', 'k3'].map((key) => it.recalled(key)),
        ['v', undefined, 'v'],
      )
      assert.deepEqual(it.size(), { entries: 2, chars: 6 })
    })
  }

  test('a durable thing is known at once, and then left to the ledger', () => {
    const it = underTest()
    const link = one('ada', { isDurable: true })
    it.sending([link], new Map())(true)
    assert.equal(it.recalled(), undefined, 'only what is not durable is kept here')
    it.hold([link])
    assert.equal(it.recalled(), 'ada')
    it.stored([link])
    assert.equal(it.recalled(), undefined)
  })
})
