import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FindingStore, HourFinding } from './plan-findings.ts'

/** What every store does with what tracking plans find. */
export function planFindingConformance(storeOf: () => FindingStore): void {
  test('adds up what is found in an hour, and forgets hours', async () => {
    const store = storeOf()
    const one: HourFinding = {
      ...{ sourceId: 'web', hour_ms: 0, type: 'track', event: 'A', kind: 'violation' },
      ...{
        path: 'properties.a',
        rule: 'type',
        text: 'is a text',
        count: 2,
        last_ms: 5,
        examples: ['m2', 'm1'],
      },
    }
    await store.addFindings([one, { ...one, hour_ms: 10 }, { ...one, sourceId: 'app' }])
    await store.addFindings([
      { ...one, count: 3, last_ms: 7, text: 'is a list', examples: ['m4', 'm3', 'm2'] },
    ])
    const asked = { sourceId: 'web', from_ms: 0, count_max: 9 }
    assert.deepEqual(await store.findings(asked), [
      { ...one, hour_ms: 10 },
      { ...one, count: 5, last_ms: 7, text: 'is a list', examples: ['m4', 'm3', 'm2'] },
    ])
    assert.deepEqual((await store.findings({ ...asked, count_max: 1 })).length, 1)
    assert.deepEqual((await store.findings({ ...asked, from_ms: 1 })).length, 1)
    await store.trimFindings(10)
    assert.deepEqual(await store.findings(asked), [{ ...one, hour_ms: 10 }])
    assert.deepEqual(await store.findings({ ...asked, sourceId: 'app' }), [])
  })
}
