import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { laneOwnersConformance } from './lane-owners.conformance.ts'
import { memoryLaneShares } from './memory-owners.fixtures.ts'

const TURNS_MAX = 1_000

laneOwnersConformance('in memory', async () => {
  const shares = memoryLaneShares(8)
  return {
    lanes: 8,
    join: async () => shares.join(),
    async until(isSo) {
      for (let turn = 0; turn < TURNS_MAX; turn++) {
        if (isSo()) return
        await setImmediate()
      }
      assert.fail('it never is')
    },
    close: async () => {},
  }
})
