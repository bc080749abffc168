// What the server would do is what the page does: every row of both languages' tables, through the script that the
// server picks for it, against what the server makes of it for Heap.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json, JsonObject, SpecEvent } from '../core/event.ts'
import { compileSubscription } from '../core/instance.ts'
import { checkField } from '../core/mapping/check.ts'
import { EVENT } from '../core/mapping/conformance/row.ts'
import { ROWS as MAPPINGS } from '../core/mapping/conformance/topics.ts'
import { liquid } from '../core/mapping/liquid.ts'
import type { Mapping } from '../core/mapping/mapping.ts'
import type { PageSubscription } from '../core/page-plugin.ts'
import { readSettings } from '../core/payload.ts'
import { EVENTS } from '../core/trigger/conformance/events.ts'
import { ROWS as TRIGGERS } from '../core/trigger/conformance/topics.ts'
import { readTrigger } from '../core/trigger/parse.ts'
import { type HeapSettings, settings as heapSettings } from '../destinations/heap/settings.ts'
import { heapProperties } from '../destinations/heap/values.ts'
import { heapWeb } from '../destinations/heap-web/index.ts'
import { fakePage, SETTINGS, subscription } from './testing.ts'
import { bundleFor } from './which-bundle.ts'

const read = readSettings(heapSettings, { appId: '11' })
assert.ok(read.ok)
const HEAP = read.values as unknown as HeapSettings

/** What the server makes of an event for Heap: the event's name and its flat properties, or nothing. */
function onTheServer(mapping: Mapping, event: SpecEvent): readonly [string, JsonObject] | undefined {
  const given = {
    id: 's',
    action: 'trackEvent',
    name: 's',
    enabled: true,
    trigger: 'type = "track"',
    mapping,
  }
  const { handle } = compileSubscription('heap-web', given, heapWeb)
  const address = { lane: 0, chunk: 0, index: 0 }
  const handled = handle({ kind: 'event', sourceId: 's', receivedAt: '', event, address } as never)
  if (handled.status !== 'ready') return undefined
  const { event: name, properties = {} } = handled.delivery.values as {
    event: string
    properties?: JsonObject
  }
  return [name, heapProperties(properties, 'event', HEAP, [])]
}

type Outcome = {
  readonly calls: readonly (readonly Json[])[]
  readonly rejected: number
  readonly failed: number
}

async function inThePage(one: PageSubscription, event: Json): Promise<Outcome> {
  const settings = { ...SETTINGS, subscriptions: [one] }
  const page = fakePage()
  await page.load(bundleFor(settings), settings)
  page.run('arriveHeap()')
  page.call(event as object)
  const { rejected, failed } = page.tell("millraceHeapWeb.instances['heap-web']") as Outcome
  return { calls: page.calls(), rejected, failed }
}

test('every mapping of the table gives Heap in the page what the server would give it', async () => {
  const seen = { calls: 0, rejected: 0 }
  for (const [title, field, , given = EVENT] of MAPPINGS) {
    if (checkField(field as never, 'properties', { liquid }).length > 0) continue
    const mapping = { event: 'E', properties: { '@merge': { objects: [{ field }] } } } as Mapping
    for (const made of [mapping, { event: 'E', properties: { field } } as Mapping]) {
      // As it goes over the wire.
      const event = { ...(JSON.parse(JSON.stringify(given)) as object), type: 'track', messageId: 'm1' }
      const expected = onTheServer(made, event as unknown as SpecEvent)
      const { calls, rejected, failed } = await inThePage(
        subscription('trackEvent', 'type = "track"', made),
        event,
      )
      assert.deepEqual(
        [calls, rejected, failed],
        expected ? [[['track', ...expected]], 0, 0] : [[], 1, 0],
        title,
      )
      seen[expected ? 'calls' : 'rejected'] += 1
      if (JSON.stringify(field).includes('@liquid')) break
    }
  }
  assert.ok(seen.calls > 500 && seen.rejected > 50, JSON.stringify(seen))
})

test('every trigger of the table holds in the page as on the server', async () => {
  let count = 0
  for (const [name, trigger, expected] of TRIGGERS) {
    const node = readTrigger(trigger)
    if (!node.ok || typeof expected !== 'string') continue
    const one = { ...subscription('trackEvent', 'type = "track"', { event: 'E' }), trigger: node.node }
    const { calls, failed } = await inThePage(one, EVENTS[name] as unknown as Json)
    assert.deepEqual([calls.length, failed], [expected === 'yes' ? 1 : 0, 0], trigger)
    count += 1
  }
  assert.ok(count > 400, `${count} rows`)
})
