import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileInstance } from '../../core/instance.ts'
import { presetSubscriptions } from '../../core/presets.ts'
import { webhook } from '../../destinations/webhook/index.ts'
import { memoryLog } from '../log/memory.ts'
import { entryOf, readBatch } from './batch.ts'
import { decodedLog } from './decoded-log.ts'

const destination = { ...webhook, batch: { ...webhook.batch, count_max: 10 } }
const instance = compileInstance(
  {
    id: 'hook',
    kind: 'webhook',
    name: 'Hook',
    enabled: true,
    sources: ['app'],
    settings: { url: 'https://example.com' },
    subscriptions: presetSubscriptions(webhook),
  },
  destination,
)

/** Chunks of so many events each. */
async function logOf(...sizes: readonly number[]) {
  const log = memoryLog({ lanes: 1 })
  const event = {
    type: 'track',
    userId: 'ada',
    event: 'Step',
    messageId: 'm',
    timestamp: '2026-01-01T00:00:00Z',
  }
  const text = JSON.stringify({ kind: 'event', sourceId: 'app', receivedAt: event.timestamp, event })
  for (const size of sizes) await log.append(Array.from({ length: size }, () => ({ key: 'ada', text })))
  return decodedLog(log)
}

const rows: readonly [title: string, sizes: number[], from: number, deliveries: number, isFull: boolean][] = [
  ['a batch ends inside a chunk when it is full', [12], 0, 10, true],
  ['from the middle of a chunk it goes on into the next, and is full as well', [12, 12], 8, 10, true],
  ['at the end of the log it is not full', [12], 8, 4, false],
  ['small chunks are gathered', [3, 3, 3, 3], 1, 10, true],
]
for (const [title, sizes, from, deliveries, isFull] of rows) {
  test(title, async () => {
    const batch = await readBatch(await logOf(...sizes), instance, 0, { chunk: 1, index: from })
    assert.deepEqual([batch.deliveries.length, batch.isFull], [deliveries, isFull])
  })
}

test('what was discarded or filtered since the entry before is counted by source', async () => {
  const log = memoryLog({ lanes: 1 })
  const two = compileInstance(
    {
      ...{ id: 'hook', kind: 'webhook', name: 'Hook', enabled: true, sources: ['app', 'site'] },
      ...{ consent: ['Ads'], settings: { url: 'https://example.com' } },
      subscriptions: presetSubscriptions(webhook).map((one) => ({ ...one, trigger: 'event = "Step"' })),
    },
    destination,
  )
  const told: readonly [sourceId: string, event: string, allowed?: boolean, integrations?: object][] = [
    ['app', 'Other'],
    ['site', 'Other'],
    ['app', 'Other'],
    ['app', 'Step', false],
    ['elsewhere', 'Step'],
    ['app', 'Step'],
    ['site', 'Step'],
    ['site', 'Step', false],
    ['site', 'Step', true, { All: false }],
    ['site', 'Other', true, { Webhook: false }],
  ]
  const entries = told.map(([sourceId, event, allowed, integrations]) => {
    const consent = allowed === undefined ? {} : { consent: { categoryPreferences: { Ads: allowed } } }
    const common = { type: 'track', userId: 'ada', event, messageId: 'm', timestamp: '', context: consent }
    const call = { ...common, integrations }
    return { key: 'ada', text: JSON.stringify({ kind: 'event', sourceId, receivedAt: '', event: call }) }
  })
  await log.append(entries)
  const batch = await readBatch(decodedLog(log), two, 0, { chunk: 0, index: 0 })
  assert.deepEqual(
    [...batch.entries.map((kept) => entryOf(kept).skippedBefore), batch.skippedAtEnd],
    [
      new Map([
        ['app', { discarded: 2, filtered: 1 }],
        ['site', { discarded: 1, filtered: 0 }],
      ]),
      undefined,
      new Map([['site', { discarded: 0, filtered: 3 }]]),
    ],
  )
})
