import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { heap } from '../../destinations/heap/index.ts'
import type { Progress } from '../ledger/ledger.ts'
import { laneUnderTest } from './testing.ts'

describe('What no trigger matched', () => {
  /** Five calls that nobody wants, one a batch; and how often the ledger is written to. */
  async function passing() {
    const lane = laneUnderTest(() => undefined, {
      destination: { ...heap, batch: { ...heap.batch, count_max: 1 } },
    })
    for (let n = 0; n < 5; n++) await lane.group()
    const { record } = lane.ledger
    const written: number[] = []
    Object.assign(lane.ledger, {
      record(progress: Progress) {
        written.push(progress.cursor?.chunk ?? 0)
        return record(progress)
      },
    })
    return { lane, written }
  }

  test('is stored once for many batches, a second later', async () => {
    const { lane, written } = await passing()
    await lane.run()
    assert.deepEqual(written, [6])
    assert.deepEqual(lane.waits_ms, [1_000])
    assert.deepEqual(await lane.counts(), { read: 5, discarded: 5 })
  })
  test('is stored with what is delivered after it', async () => {
    const { lane, written } = await passing()
    await lane.track('a')
    await lane.run()
    assert.deepEqual(written, [7])
    assert.deepEqual(await lane.counts(), {
      ...{ read: 6, discarded: 5, matched: 1, deliveries: 1, delivered: 1 },
    })
  })
  test('is stored when the lane stops, as it would be read again with other triggers', async () => {
    const { lane, written } = await passing()
    await lane.run(() => true)
    assert.deepEqual(written, [6])
    assert.deepEqual(await lane.counts(), { read: 5, discarded: 5 })
  })
})
