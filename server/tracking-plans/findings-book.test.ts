import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EventFindings, Finding } from '../../core/tracking-plan/finding.ts'
import { memoryStore } from '../store/memory.ts'
import { FINDINGS_AGE_HOURS_MAX, FINDINGS_AN_HOUR_MAX, findingsBook } from './findings-book.ts'

const HOUR_MS = 3_600_000
const MISSING: Finding = { kind: 'violation', path: 'properties.total', rule: 'required', text: 'is missing' }
const found = (messageId: string, more: Partial<EventFindings> = {}): EventFindings => ({
  ...{ sourceId: 'web', type: 'track', event: 'Order', messageId, findings: [MISSING] },
  ...more,
})

function book() {
  const due: (() => void)[] = []
  const store = memoryStore()
  const made = findingsBook({
    store,
    later(_ms, work) {
      due.push(work)
      return { cancel: () => {} }
    },
    onTrouble: (error) => assert.fail(String(error)),
  })
  return { ...made, store, due }
}

test('counts the same of an hour together, and tells the hours apart', async () => {
  const { tell, read } = book()
  for (const id of ['m1', 'm2', 'm3', 'm4']) tell(found(id), 1_000)
  tell(found('m5'), HOUR_MS + 1)
  tell(found('m6', { event: 'Other' }), HOUR_MS + 2)
  tell(found('m7', { sourceId: 'app' }), HOUR_MS + 3)
  const [order, other, ...more] = await read('web', 0)
  assert.deepEqual(more, [])
  assert.deepEqual(order, {
    ...MISSING,
    ...{ type: 'track', event: 'Order', count: 5, first_ms: 0, last_ms: HOUR_MS + 1 },
    examples: ['m5', 'm4', 'm3'],
    hours: [
      { hour_ms: HOUR_MS, count: 1 },
      { hour_ms: 0, count: 4 },
    ],
  })
  assert.equal(other?.event, 'Other')
  assert.deepEqual(
    (await read('web', HOUR_MS)).map(({ count }) => count),
    [1, 1],
  )
})

test('is written once for what came meanwhile, and again for what comes after', async () => {
  const { tell, due, stop, store } = book()
  tell(found('m1'), 1)
  tell(found('m2'), 2)
  assert.equal(due.length, 1)
  due[0]?.()
  tell(found('m3'), 3)
  assert.equal(due.length, 2)
  await stop()
  const rows = await store.findings({ sourceId: 'web', from_ms: 0, count_max: 9 })
  assert.deepEqual(
    rows.map(({ count, examples }) => [count, examples]),
    [[3, ['m3', 'm2', 'm1']]],
  )
})

test('counts together what is over the limit of an hour', async () => {
  const { tell, read } = book()
  for (let index = 0; index < FINDINGS_AN_HOUR_MAX + 5; index++)
    tell(found(`m${index}`, { event: `E${index}` }), 1)
  tell(found('again', { event: 'E0' }), 2)
  const seen = await read('web', 0)
  assert.equal(seen.length, FINDINGS_AN_HOUR_MAX + 1)
  assert.equal(seen.find(({ type }) => type === '')?.count, 5)
  assert.equal(seen.find(({ event }) => event === 'E0')?.count, 2)
})

test('keeps as many apart again in the next hour', async () => {
  const { tell, read } = book()
  for (let index = 0; index < FINDINGS_AN_HOUR_MAX; index++)
    tell(found(`m${index}`, { event: `E${index}` }), 1)
  tell(found('new', { event: 'New' }), HOUR_MS)
  assert.equal((await read('web', HOUR_MS))[0]?.event, 'New')
})

test('forgets what is older than a week', async () => {
  const { tell, read } = book()
  tell(found('old'), 0)
  await read('web', 0)
  tell(found('new'), (FINDINGS_AGE_HOURS_MAX + 1) * HOUR_MS)
  assert.deepEqual(
    (await read('web', 0)).map(({ examples }) => examples),
    [['new']],
  )
})
