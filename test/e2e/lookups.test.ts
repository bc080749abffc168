import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { atMost_ms } from './in-cluster.ts'
import { appOf, heapFor, type Millrace, makePlace, type Place, source, until } from './server.ts'

const APP = '41'
const batch = Array.from({ length: 60 }, (_, number) => ({
  type: 'track',
  messageId: `m${number}`,
  userId: `user ${number % 7}`,
  event: number % 2 === 0 ? 'Viewed' : 'Bought',
  properties: { number },
}))

describe('what has happened, as the admin API tells it', { timeout: atMost_ms(60_000) }, () => {
  let place: Place
  beforeEach(async () => {
    place = await makePlace()
    place.configure({
      sources: [source('backend')],
      destinations: [heapFor(place.sandbox, 'heap', APP, ['backend'])],
    })
  })
  afterEach(() => place.end())

  type Event = { address: string; event: { messageId: string } }
  type Page = { destinations: { fate: string; attempts: { id: number }[] }[] }
  const ask = async <T>(millrace: Millrace, path: string) => (await millrace.admin(path)) as unknown as T
  const eventsOf = async (millrace: Millrace, query: string) =>
    (await ask<{ events: Event[] }>(millrace, `events?limit=100&${query}`)).events
  const seen = async (millrace: Millrace) => {
    const { events } = await ask<{ events: { count: number }[] }>(millrace, 'sources/backend/schema')
    return events.reduce((sum, { count }) => sum + count, 0)
  }
  const inSeries = async (millrace: Millrace, of: string, name: string) => {
    const { series } = await ask<{ series: Record<string, number[]> }>(millrace, `series?of=${of}`)
    return (series[name] ?? []).reduce((sum, count) => sum + count, 0)
  }

  async function check(millrace: Millrace): Promise<void> {
    const [one] = await eventsOf(millrace, 'messageId=m17')
    assert.equal(one?.event.messageId, 'm17')
    assert.equal((await eventsOf(millrace, 'person=user%203')).length, 9)
    assert.equal((await eventsOf(millrace, 'event=Bought')).length, 30)
    const page = await ask<Page>(millrace, `events/${one?.address.replaceAll('/', '-')}`)
    assert.equal(page.destinations[0]?.fate, 'delivered')
    const [attempt] = page.destinations[0]?.attempts ?? []
    const { requestBody } = await ask<{ requestBody: string }>(millrace, `attempts/${attempt?.id}`)
    assert.match(requestBody, /m17/)
    await until('the shapes of all events', async () => (await seen(millrace)) === batch.length || undefined)
    assert.equal(await inSeries(millrace, 'backend', 'accepted'), batch.length)
    assert.equal(await inSeries(millrace, 'heap', 'delivered'), batch.length)
  }

  test('events are found, followed to their request, and counted; also after a kill', async () => {
    const first = await place.start()
    await first.post('/v1/batch', 'backend-key', { batch })
    await first.done('heap', batch.length)
    await first.counted('sources', 'backend', 'accepted', batch.length)
    await check(first)
    await first.kill()
    const second = await place.start()
    await check(second)
    assert.equal(appOf(place.sandbox, APP).counts.accepted, batch.length)
  })

  test('an index that is lost is built anew from the log', async () => {
    const first = await place.start()
    await first.post('/v1/batch', 'backend-key', { batch })
    await first.done('heap', batch.length)
    await first.counted('sources', 'backend', 'accepted', batch.length)
    await first.stop()
    for (const end of ['', '-wal', '-shm']) rmSync(join(place.folder, `data/index.db${end}`), { force: true })
    await check(await place.start())
  })
})
