import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { shownState } from './shown-state.ts'

const rate = (delivered: number, dead: number) => ({ delivered, dead, retried: 0, minutes: [], lag_ms: 0 })
const REASON = { code: 'DESTINATION_UNREACHABLE', text: 'Nothing listens at the address.' }
type Row = readonly [
  what: string,
  known: Parameters<typeof shownState>[0],
  rate: ReturnType<typeof rate> | undefined,
  state: string,
  problem: string | undefined,
]
const rows: readonly Row[] = [
  ['no rates are known', { state: 'flowing' }, undefined, 'flowing', undefined],
  ['all is delivered', { state: 'flowing' }, rate(9, 0), 'flowing', undefined],
  ['a fifth is lost', { state: 'flowing' }, rate(8, 2), 'flowing', '2 new dead letters in the last hour'],
  ['all is lost', { state: 'flowing' }, rate(0, 1), 'failing', '1 new dead letter in the last hour'],
  ['it is off, whatever was lost', { state: 'off' }, rate(0, 9), 'off', undefined],
  ['nobody answers', { state: 'backing off', reason: REASON }, rate(0, 9), 'backing off', REASON.text],
]

describe('a destination, when', () => {
  for (const [what, known, at, state, problem] of rows) {
    test(`${what}: ${state}`, () => {
      const shown = shownState(known, at)
      assert.deepEqual([shown.state, shown.problem?.text], [state, problem])
    })
  }
})
