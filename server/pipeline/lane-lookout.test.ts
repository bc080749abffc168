import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sharedMemoryLedger } from '../ledger/memory-shared.fixtures.ts'
import { laneLookout, SURE_MS } from './lane-lookout.ts'

const LANE = 3
const LOST = { code: 'LANE_LOST' }
const never = () => assert.fail('it looks by itself')

describe('an owner that is about to send', () => {
  /** One that has claimed its lane, and counts how often it asks the ledger. */
  async function owner() {
    const ledger = sharedMemoryLedger()
    const world = { now_ms: 0, looks: 0, losses: 0, isAway: false }
    const lookout = laneLookout({
      ledger: {
        async epochs(group) {
          world.looks += 1
          if (world.isAway) throw new Error('away')
          return ledger.epochs(group)
        },
      },
      ...{ group: 'delivery', now_ms: () => world.now_ms, sleep: never },
    })
    const claimed = {
      ...{ lane: LANE, epoch: await ledger.claim('delivery', LANE), at_ms: 0 },
      lose() {
        world.losses += 1
      },
    }
    lookout.watch(claimed)
    return { world, confirm: () => lookout.confirm(claimed), other: () => ledger.claim('delivery', LANE) }
  }

  test('asks nobody as long as it has claimed or looked a moment ago', async () => {
    const { world, confirm } = await owner()
    for (world.now_ms = 0; world.now_ms <= 4 * SURE_MS; world.now_ms += SURE_MS / 5) await confirm()
    assert.equal(world.looks, 3)
    assert.equal(world.losses, 0)
  })

  test('that waited or stood still for long is refused what another has claimed since, and loses it', async () => {
    const { world, confirm, other } = await owner()
    await other()
    world.now_ms = SURE_MS + 1
    await assert.rejects(confirm(), LOST)
    await assert.rejects(confirm(), LOST)
    assert.equal(world.losses, 1)
  })

  test('does not send while the ledger cannot be asked', async () => {
    const { world, confirm } = await owner()
    world.now_ms = SURE_MS + 1
    world.isAway = true
    await assert.rejects(confirm(), { message: 'away' })
    world.isAway = false
    await confirm()
  })

  test('hears of it by itself within a second, and of another lane’s claim nothing', async () => {
    const ledger = sharedMemoryLedger()
    const lost: number[] = []
    let looks = 0
    const lookout = laneLookout({
      ...{ ledger, group: 'delivery', now_ms: () => 0 },
      async sleep() {
        looks += 1
        return looks <= 2
      },
    })
    for (const lane of [0, 1]) {
      const epoch = await ledger.claim('delivery', lane)
      lookout.watch({ lane, epoch, at_ms: 0, lose: () => lost.push(lane) })
    }
    await ledger.claim('delivery', 1)
    await ledger.claim('indexer', 0)
    await lookout.run(new AbortController().signal)
    assert.deepEqual(lost, [1])
  })
})
