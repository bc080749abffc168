import { describe, test } from 'node:test'
import { askedRows } from './conformance/asked.conformance.ts'
import { eraseRows } from './conformance/erase.conformance.ts'
import { historyRows } from './conformance/history.conformance.ts'
import { memoryRows } from './conformance/memory.conformance.ts'
import { pageRows } from './conformance/page.conformance.ts'
import { parkedRows } from './conformance/parked.conformance.ts'
import { progressRows } from './conformance/progress.conformance.ts'
import { replayRows } from './conformance/replays.conformance.ts'
import { seriesRows } from './conformance/series.conformance.ts'
import type { Harness, Row } from './conformance/testing.ts'
import { trimRows } from './conformance/trim.conformance.ts'

/** What every ledger does. Each implementation's test file is one call to this, and what only it promises. */
export function ledgerConformance(name: string, makeHarness: () => Harness): void {
  const row: Row = (title, run) => {
    test(title, async (t) => {
      const harness = makeHarness()
      const setting = { harness, ledger: await harness.open() }
      try {
        await run(setting, t)
      } finally {
        await setting.ledger.close()
        await harness.remove()
      }
    })
  }

  describe(`${name} is a ledger`, () => {
    describe('cursors, counts and lanes that fail', () => progressRows(row))
    describe('attempts, dead letters and refusals', () => historyRows(row))
    describe('parked deliveries', () => parkedRows(row))
    describe('memory, budgets, states and adjustments', () => memoryRows(row))
    describe('dead letters and replays', () => replayRows(row))
    describe('pages', () => pageRows(row))
    describe('what pages ask for', () => askedRows(row))
    describe('series', () => seriesRows(row))
    describe('deletions of people', () => eraseRows(row))
    describe('trimming and durability', () => trimRows(row))
  })
}
