import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { jsonOf, type PlannedEnd, type PlannedRequest, requestsOf } from '../../core/destination.ts'
import type { Json, JsonObject } from '../../core/event.ts'
import { deliveriesOf, instanceWith, memory, preparedOf } from '../testing.ts'
import { chapters } from './examples/chapters.ts'
import type { Example, SentRequest } from './examples/example.ts'
import { examplesPage } from './examples/page.ts'
import { heap } from './index.ts'

for (const { title, rows } of chapters) {
  describe(`Heap, ${title}:`, () => {
    for (const row of rows) {
      test(row.title, () => {
        assert.deepEqual(whatHappens(row), expected(row))
        assert.deepEqual(whatHappens(row, { isPrepared: true }), expected(row), 'prepared')
      })
    }
  })
}

test('there are at least 120 examples, and no title stands twice', () => {
  const titles = chapters.flatMap(({ rows }) => rows.map((row) => row.title))
  assert.ok(titles.length >= 120, String(titles.length))
  assert.equal(new Set(titles).size, titles.length)
})

test('docs/heap-examples.md is what npm run heap-examples writes', () => {
  const page = new URL('../../docs/heap-examples.md', import.meta.url)
  assert.equal(readFileSync(page, 'utf8'), examplesPage(chapters), 'Run npm run heap-examples.')
})

function expected({ sends, told = [], ends = [] }: Example) {
  return { sends, told, ends }
}

function whatHappens(
  { settings = {}, actions = [], mapping = {}, before = [], calls }: Example,
  { isPrepared = false } = {},
) {
  const instance = instanceWith(heap, { settings: { appId: '11', ...settings }, actions, mapping })
  const { context, deliver } = memory()
  const plan = (some: readonly JsonObject[]) => {
    const given = deliveriesOf(instance, some)
    const deliveries = isPrepared ? given.map((one) => preparedOf(heap, one, instance.settings)) : given
    return heap.plan(deliveries, instance.settings as never, context)
  }
  for (const call of before) deliver(plan([call]))
  const planned = plan(calls)
  return {
    sends: requestsOf(planned).map(sent),
    told: requestsOf(planned).flatMap(({ adjustments = [] }) => adjustments.map(({ text }) => text)),
    ends: planned.flatMap((one) => ('end' in one ? one.deliveries.map(() => endText(one)) : [])),
  }
}

/** Without what every request and item has; that it has it is checked here. */
function sent({ request }: PlannedRequest): SentRequest {
  const to = new URL(request.url).pathname
  const json = jsonOf(request)
  if (json === undefined) return { to, items: [] }
  const { app_id, library, ...rest } = json as { readonly [name: string]: Json }
  assert.equal(app_id, '11')
  assert.equal(library, to.startsWith('/api/integrations/') ? 'server' : undefined)
  const [list] = Object.values(rest)
  return { to, items: Array.isArray(list) ? list.map(item) : [rest] }
}

function item({ timestamp, idempotency_key, ...rest }: JsonObject): JsonObject {
  if ('event' in rest) {
    assert.equal(timestamp, '2026-01-02T03:04:05.678Z')
    assert.match(String(idempotency_key), /^mr1:web:heap:track-event:m\d+(:\d+)?$/)
  }
  return rest
}

function endText({ end }: PlannedEnd): string {
  return end.status === 'unchanged' ? end.status : `${end.reason.code}: ${end.reason.text}`
}
