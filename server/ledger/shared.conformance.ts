import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { address, attempt, count, deadLetter, everything, progress, START } from './conformance/testing.ts'
import type { SharedLedger } from './fence.ts'

const MUCH = {
  ...{ counts: [count(1)], attempts: [attempt()], deadLetters: [deadLetter()] },
  parked: { added: [{ subject: 'ada', subscriptionId: 'track', address: address(7), due_ms: 1 }] },
}
const FAILING = { since_ms: 1, reason: { code: 'DESTINATION_FAILED', text: '503' } } as const
const LOST = { code: 'LANE_LOST' }
const STEP = {
  ...{ place: { id: 9 }, isRead: true, looked: 1, parked: [], ended: [], skipped: 0, at_ms: 1 },
}

/** What a ledger that several processes write to must hold besides `ledger.conformance.ts`: who has lost a lane writes nothing. */
export function sharedLedgerConformance(
  name: string,
  open: () => Promise<{ readonly ledger: SharedLedger; readonly remove: () => Promise<void> }>,
): void {
  const row = (title: string, run: (ledger: SharedLedger) => Promise<void>) =>
    test(title, async () => {
      const { ledger, remove } = await open()
      try {
        await ledger.start('heap-1', [START, START])
        await run(ledger)
      } finally {
        await remove()
      }
    })
  const owner = async (ledger: SharedLedger, lane = 0, readerId = 'delivery') =>
    ledger.ownedBy({ readerId, lane, epoch: await ledger.claim(readerId, lane) })

  describe(`a ledger of several processes: ${name}`, () => {
    row('gives each owner of a lane a higher number, each kind of work its own', async (ledger) => {
      const first = await ledger.claim('delivery', 0)
      assert.ok((await ledger.claim('delivery', 0)) > first)
      const mine = await owner(ledger)
      await owner(ledger, 1)
      await owner(ledger, 0, 'indexer')
      await mine.record(progress({ chunk: 2, index: 0 }, MUCH))
      assert.deepEqual(await ledger.cursor('heap-1', 0), { chunk: 2, index: 0 })
    })

    row('tells under which number each lane was claimed last', async (ledger) => {
      assert.deepEqual(await ledger.epochs('delivery'), new Map())
      await ledger.claim('delivery', 1)
      await ledger.claim('indexer', 0)
      const [one, other] = [await ledger.claim('delivery', 1), await ledger.claim('delivery', 3)]
      assert.deepEqual(
        await ledger.epochs('delivery'),
        new Map([
          [1, one],
          [3, other],
        ]),
      )
    })

    row('stores nothing of who has lost the lane, whatever it is', async (ledger) => {
      const { id } = await ledger.addReplay({
        ...{ instanceId: 'heap-1', asked: {}, perSecond_max: 1, startedAt_ms: 0, total: 1, place: { id: 0 } },
        selection: { kind: 'dead letters', filter: {}, id_max: 99 },
      })
      const zombie = await owner(ledger)
      const mine = await owner(ledger)
      const before = [await everything(ledger), await ledger.replay(id)]
      await assert.rejects(zombie.record(progress({ chunk: 9, index: 0 }, MUCH)), LOST)
      await assert.rejects(zombie.recordFailing('heap-1', 0, FAILING, [attempt()]), LOST)
      await assert.rejects(zombie.feedReplay(id, STEP), LOST)
      assert.deepEqual([await everything(ledger), await ledger.replay(id)], before)
      assert.equal(await ledger.failing('heap-1', 0), undefined)
      await mine.record(progress({ chunk: 2, index: 0 }, MUCH))
    })

    row('fences a lane for every reader of it, and what is worked on beside it', async (ledger) => {
      await ledger.start('heap-2', [START, START])
      const zombie = await owner(ledger, 1)
      const mine = await owner(ledger, 1)
      for (const by of [zombie, mine]) {
        const written = by.record(progress(START, { readerId: 'heap-2', lane: 8, cursor: undefined }))
        await (by === mine ? written : assert.rejects(written, LOST))
      }
    })

    row('knows no reader that was forgotten: who still moves its cursor is refused', async (ledger) => {
      const mine = await owner(ledger)
      await ledger.forget('heap-1')
      await assert.rejects(mine.record(progress({ chunk: 2, index: 0 }, MUCH)), LOST)
      assert.equal(await ledger.cursor('heap-1', 0), undefined)
      await ledger.start('heap-1', [{ chunk: 5, index: 0 }, START])
      await mine.record(progress({ chunk: 6, index: 0 }, MUCH))
      assert.deepEqual(await ledger.cursor('heap-1', 0), { chunk: 6, index: 0 })
    })
  })
}
