import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Reason } from '../../core/outcome.ts'
import { virtualClock } from '../../test/sim/virtual-clock.ts'
import { gate, type Ticket } from './gate.ts'

const DOWN: Reason = { code: 'DESTINATION_FAILED', text: 'It answered 503.' }

function underTest(batches_max = 8) {
  const clock = virtualClock(0)
  const abort = new AbortController()
  const troubles: (string | undefined)[] = []
  const it = gate({
    batches_max,
    now_ms: clock.now_ms,
    random: () => 0.999,
    sleep: (ms) => clock.sleep(ms, abort.signal),
    stop: abort.signal,
    onTrouble: (reason) => troubles.push(reason?.code),
  })
  const tickets: Ticket[] = []
  let inside = 0
  return {
    ...it,
    /** An answer to the batch that went in last, or n-th from the end. */
    answered: (fromEnd = 1) => it.answered(tickets.at(-fromEnd) as Ticket),
    failed: (reason: Reason, retryAfter_ms: number, fromEnd = 1) =>
      it.failed(tickets.at(-fromEnd) as Ticket, reason, retryAfter_ms),
    clock,
    abort,
    troubles,
    inside: () => inside,
    /** So many lanes ask to come in. */
    ask(count: number): void {
      for (let n = 0; n < count; n++)
        it.enter().then((ticket) => {
          if (ticket === undefined) return
          tickets.push(ticket)
          inside += 1
        })
    },
    out(count = 1): void {
      for (let n = 0; n < count; n++) {
        inside -= 1
        it.leave()
      }
    },
    /** Lets happen what can, and time pass up to a moment. */
    until: (at_ms: number) => {
      clock.sleep(at_ms - clock.now_ms())
      return clock.runUntil(() => clock.now_ms() >= at_ms)
    },
  }
}

describe("an instance's gate", () => {
  test('is open to all lanes while all is well', async () => {
    const it = underTest()
    it.ask(8)
    await it.until(0)
    assert.equal(it.inside(), 8)
    assert.deepEqual(it.troubles, [])
  })

  test('closes for all after a failure, then lets one see, then twice as many with each answer', async () => {
    const it = underTest()
    it.ask(1)
    await it.until(0)
    it.failed(DOWN, 0)
    it.out()
    it.ask(8)
    await it.until(900)
    assert.equal(it.inside(), 0)
    await it.until(1_001)
    assert.equal(it.inside(), 1)
    it.answered()
    it.out()
    await it.until(1_001)
    assert.equal(it.inside(), 2)
    it.answered()
    it.out()
    await it.until(1_001)
    assert.equal(it.inside(), 4)
    assert.deepEqual(it.troubles, ['DESTINATION_FAILED', undefined])
  })

  test('stays closed for longer with each failure in a row, and from the start again after an answer', async () => {
    const it = underTest()
    const closedFor_ms: number[] = []
    it.ask(1)
    await it.until(0)
    for (const isBack of [false, false, false, true, false]) {
      const from_ms = it.clock.now_ms()
      it.failed(DOWN, 0)
      it.out()
      it.ask(1)
      await it.clock.runUntil(() => it.inside() === 1)
      closedFor_ms.push(Math.round((it.clock.now_ms() - from_ms) / 1_000))
      if (isBack) it.answered()
    }
    assert.deepEqual(closedFor_ms, [1, 2, 4, 8, 1])
  })

  test('counts what was on its way together as one failure, and an answer from before it closed as nothing', async () => {
    const it = underTest()
    it.ask(8)
    await it.until(0)
    for (let n = 1; n <= 7; n++) it.failed(DOWN, 0, n)
    it.answered(8)
    it.out(8)
    it.ask(8)
    await it.until(1_001)
    assert.equal(it.inside(), 1)
    assert.equal(it.troubles.at(-1), 'DESTINATION_FAILED')
  })

  test('stays closed for as long as the receiver asks', async () => {
    const it = underTest()
    it.ask(1)
    await it.until(0)
    it.failed(DOWN, 120_000)
    it.out()
    it.ask(3)
    await it.until(119_999)
    assert.equal(it.inside(), 0)
    await it.until(120_000)
    assert.equal(it.inside(), 1)
  })

  test('after five failures lets one delivery see, and with each answer twice as many, up to all', async () => {
    const it = underTest()
    const sizes: number[] = []
    it.ask(1)
    await it.until(0)
    for (const isBack of [false, false, false, false, false, true, true, false, ...Array(10).fill(true)]) {
      if (isBack) it.answered()
      else it.failed(DOWN, 0)
      sizes.push(it.size())
      it.out()
      it.ask(1)
      await it.clock.runUntil(() => it.inside() === 1)
    }
    const all = Number.POSITIVE_INFINITY
    assert.deepEqual(sizes, [all, all, all, all, 1, 2, 4, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, all])
  })

  test('lets everybody who waits go home when the server stops', async () => {
    const it = underTest(1)
    const entered = [it.enter(), it.enter(), it.enter()]
    it.abort.abort()
    assert.deepEqual(await Promise.all(entered), [{ closings: 0 }, undefined, undefined])
  })
})
