import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { heap } from '../../destinations/heap/index.ts'
import { randomFrom } from '../../test/crash/random.ts'
import type { Progress } from '../ledger/ledger.ts'
import { postOffice } from './post.fixtures.ts'
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

describe('An instance that wants next to nothing counts all that it passes, and gets what it wants', () => {
  const RARE = 'rare'
  for (const seed of [1, 2, 3]) {
    test(`seed ${seed}: over stops, changes and busy moments`, async () => {
      const random = randomFrom(seed)
      const office = postOffice({ lanes: 2, ids: ['post', RARE, 'never'] })
      const triggers: Readonly<Record<string, string>> = {
        [RARE]: 'event = "rare"',
        never: 'event = "never"',
      }
      const changed = (number: number) =>
        office.configure((instance) => ({
          ...instance,
          subscriptions: instance.subscriptions.map((one) => ({
            ...one,
            trigger: `${triggers[instance.id] ?? 'type = "track"'} or event = "change ${number}"`,
          })),
        }))
      const written = { all: 0, rare: 0 }
      changed(0)
      await office.start()
      for (let step = 1; step <= 60; step++) {
        const letters = Array.from({ length: random.whole(0, 6) }, () =>
          random.next() < 0.1 ? `p${step}: rare` : `p${random.whole(1, 9)}: usual`,
        )
        await office.write(letters)
        written.all += letters.length
        written.rare += letters.filter((one) => one.endsWith(RARE)).length
        await office.pass(random.whole(0, 300))
        const chance = random.next()
        if (chance < 0.1) {
          await office.stop()
          await office.start()
        } else if (chance < 0.2) {
          changed(step)
          await office.reconfigure()
        }
      }
      await office.pass(120_000)
      await office.stop()
      const { all, rare } = written
      assert.ok(rare > 5, `${rare} rare ones`)
      assert.deepEqual(await office.counts('never'), { read: all, discarded: all })
      assert.deepEqual(await office.counts(RARE), {
        ...{ read: all, discarded: all - rare, matched: rare, deliveries: rare, delivered: rare },
      })
      assert.deepEqual(await office.counts('post'), {
        ...{ read: all, matched: all, deliveries: all, delivered: all },
      })
      assert.deepEqual(office.troubles, [])
    })
  }
})
