// A server whose configuration file has a tracking plan: what is refused, what is left out, what is counted, and that it is still
// counted after a restart; and the same plan as types, without a server.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { atMost_ms } from './in-cluster.ts'
import { type Millrace, makePlace, type Place, source, until } from './server.ts'

const RULES = [
  {
    type: 'track',
    event: 'Order Completed',
    schema: { type: 'object', required: ['total'], properties: { total: { type: 'number' } } },
  },
]
type Findings = {
  findings: { kind: string; event: string; path: string; count: number; examples: string[] }[]
}

describe('A tracking plan of a configuration file', { timeout: atMost_ms(120_000) }, () => {
  let place: Place
  let millrace: Millrace
  before(async () => {
    place = await makePlace()
    const plan = { id: 'shop', unplannedEvents: 'block', unplannedProperties: 'omit' }
    const strict = { id: 'shop', violations: 'block' }
    place.configure({
      sources: [
        { ...source('shop'), plan },
        { ...source('strict'), plan: strict },
      ],
      plans: [{ id: 'shop', name: 'Shop', rules: RULES }],
      destinations: [],
    })
    millrace = await place.start()
  })
  after(() => place?.end())

  const send = async (writeKey: string, batch: readonly object[], strict = false) => {
    const answer = await fetch(`${millrace.url}/v1/batch`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${writeKey}:`)}`, ...(strict && { 'x-strict-mode': '1' }) },
      body: JSON.stringify({ batch: batch.map((call) => ({ type: 'track', userId: 'ada', ...call })) }),
    })
    return { status: answer.status, json: (await answer.json()) as { refused?: { code: string }[] } }
  }
  const found = async (id: string) =>
    ((await millrace.admin(`sources/${id}/plan-findings`)) as unknown as Findings).findings.map(
      ({ kind, event, path, count }) => `${count} ${kind} ${event} ${path}`.trim(),
    )

  test('refuses what it is to block with 200, leaves out what it is to omit, and counts', async () => {
    const { status, json } = await send('shop-key', [
      { messageId: 'm1', event: 'Order Completed', properties: { total: 1, colour: 'red' } },
      { messageId: 'm2', event: 'Order Completed', properties: { total: 'x' } },
      { messageId: 'm3', event: 'Elsewhere' },
    ])
    assert.equal(status, 200)
    assert.deepEqual(
      json.refused?.map(({ code }) => code),
      ['EVENT_UNPLANNED'],
    )
    const { events } = (await millrace.admin('events?source=shop&kind=event')) as unknown as {
      events: { event: { messageId: string; properties: object } }[]
    }
    const first = events.find(({ event }) => event.messageId === 'm1')
    assert.deepEqual(first?.event.properties, { total: 1 })
    // Another process may have taken them, and counts for some seconds before it stores.
    await until('what was found', async () => ((await found('shop')).length === 3 ? true : undefined))
    assert.deepEqual(await found('shop'), [
      '1 unplanned event Elsewhere',
      '1 unplanned property Order Completed properties.colour',
      '1 violation Order Completed properties.total',
    ])
    const refused = await send('strict-key', [{ event: 'Order Completed', properties: {} }], true)
    assert.equal(refused.status, 400)
    await millrace.counted('sources', 'shop', 'refused', 1)
  })

  test('has counted the same after a restart', async () => {
    await millrace.stop()
    millrace = await place.start()
    assert.deepEqual((await found('shop')).length, 3)
    assert.deepEqual(await found('strict'), ['1 violation Order Completed properties.total'])
    await send('shop-key', [{ event: 'Elsewhere' }, { event: 'Elsewhere' }])
    await until('three', async () =>
      (await found('shop'))[0] === '3 unplanned event Elsewhere' ? true : undefined,
    )
  })
})
