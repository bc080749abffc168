import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HourFinding } from './plan-findings.ts'
import { PLAN_CHANGES_KEPT_MAX, type Store } from './store.ts'

/** What every store does with what tracking plans find. */
export function planFindingConformance(storeOf: () => Store): void {
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

  test('keeps so many changes of a plan, whose rules are large', async () => {
    const store = storeOf()
    const plan = (name: string) => ({ sources: [], instances: [], plans: [{ id: 'shop', name, rules: [] }] })
    for (let count = 0; count <= PLAN_CHANGES_KEPT_MAX; count++) await store.apply(plan(`Shop ${count}`))
    await store.apply({ ...plan('Shop'), alerts: { channels: [] } })
    const changes = await store.changes({ what: 'plan' }, 1_000)
    assert.equal(changes.length, PLAN_CHANGES_KEPT_MAX)
    const newest = changes[0]?.after
    assert.ok(newest !== undefined && 'name' in newest && newest.name === 'Shop')
    assert.equal((await store.changes({ what: 'alerts' }, 1_000)).length, 1)
  })
}
