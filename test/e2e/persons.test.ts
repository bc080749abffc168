import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import { atMost_ms } from './in-cluster.ts'
import { appOf, type Counts, heapFor, type Millrace, makePlace, type Place, source, until } from './server.ts'
import { tracesOf } from './traces.ts'

const APP = '31'
/** Stands in everything that the person who is deleted has sent, and nowhere else. */
const MARK = 'PLANTEDxMARKER'
const ADA = `ada-${MARK}`
const PHONE = `phone-${MARK}`
const LAPTOP = `laptop-${MARK}`

/** Everything of her holds the mark, down to the names. */
const hers = (messageId: string, more: object) => ({
  ...{ type: 'track', messageId: `${messageId}-${MARK}`, event: `Bought ${MARK}` },
  properties: { [`key ${MARK}`]: MARK, note: `${MARK} ${'long '.repeat(300)}` },
  context: { ip: `10.0.0.1 ${MARK}`, traits: { email: `Ada.${MARK}@example.com` } },
  ...more,
})
const bobs = (messageId: string) => ({
  type: 'track',
  messageId,
  userId: 'bob',
  event: 'Viewed',
  properties: { n: 1 },
})

const BATCH = [
  hers('a1', { anonymousId: PHONE }),
  bobs('b1'),
  hers('a2', {
    type: 'identify',
    userId: ADA,
    anonymousId: PHONE,
    traits: { email: `ada.${MARK}@example.com` },
  }),
  hers('a3', { userId: ADA, anonymousId: PHONE }),
  { type: 'alias', messageId: `a4-${MARK}`, userId: ADA, previousId: LAPTOP },
  hers('a5', { anonymousId: LAPTOP }),
  bobs('b2'),
  hers('a1', { anonymousId: PHONE }),
  { type: 'track', userId: ADA, messageId: `r1-${MARK}`, note: MARK },
]
const EVENTS_OF_ADA = 5

describe('deleting a person', { timeout: atMost_ms(90_000) }, () => {
  let place: Place
  let millrace: Millrace
  const receiver = createServer(async (request, response) => {
    const body = await text(request)
    const isHers = body.includes(MARK)
    // Quotes what it got, as receivers do.
    if (request.url === '/picky' && isHers) response.statusCode = 400
    if (request.url === '/failing' || (request.url === '/flaky' && isHers)) response.statusCode = 500
    response.end(`I do not like ${body.slice(0, 500)}`)
  })

  before(async () => {
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
    const { port } = receiver.address() as AddressInfo
    place = await makePlace()
    const hook = (id: string, more: object = {}) => ({
      ...{ id, name: id, kind: 'webhook', sources: ['site'] },
      ...{ settings: { url: `http://127.0.0.1:${port}/${id}` }, ...more },
    })
    const heap = heapFor(place.sandbox, 'heap', APP, ['site'])
    place.configure({
      sources: [source('site')],
      destinations: [
        { ...heap, settings: { ...heap.settings, apiKey: 'key' } },
        ...['fine', 'picky', 'flaky', 'failing'].map((id) => hook(id)),
        hook('paused', { paused: true }),
      ],
    })
    millrace = await place.start()
  })
  after(async () => {
    receiver.close()
    await place.end()
  })

  const admin = async <Answer>(method: string, path: string, body?: object): Promise<Answer> => {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) }
    const answer = await fetch(`${millrace.adminUrl}/admin/v1/${path}`, { method, ...sent })
    assert.ok(answer.ok, `${method} ${path}: ${await answer.clone().text()}`)
    return (await answer.json()) as Answer
  }
  const traces = () => tracesOf(place, MARK)
  type Deletion = {
    id: number
    state: string
    stage: string
    problem?: string
    erased: Record<string, number>
    told: { state: string; text: string }[]
  }

  test('leaves no trace of the person in any file, and everything of everybody else', async () => {
    const posted = await fetch(`${millrace.url}/v1/batch`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa('site-key:')}` },
      body: JSON.stringify({ batch: BATCH }),
    })
    assert.equal(posted.status, 200)
    for (const id of ['heap', 'fine', 'picky']) await millrace.done(id, 7)
    await millrace.counted('destinations', 'flaky', 'parked', 1)
    await millrace.counted('sources', 'site', 'refused', 1)
    await until('what fails to be noted', async () => {
      const { attempts } = await admin<{ attempts: { outcome: string }[] }>(
        'GET',
        'attempts?destination=failing',
      )
      return attempts.length > 0 ? true : undefined
    })
    assert.ok((await traces()).length > 5, 'the mark was planted')

    const found = await admin<Record<string, never>>('POST', 'persons/find', { person: { userId: ADA } })
    const { events, ids, sources, whole } = found as unknown as Record<string, unknown>
    assert.deepEqual(
      [events, sources, whole],
      [EVENTS_OF_ADA, [{ source: 'site', events: EVENTS_OF_ADA }], true],
    )
    assert.deepEqual((ids as { anonymousIds: string[] }).anonymousIds.toSorted(), [LAPTOP, PHONE])

    const begun = await admin<Deletion>('POST', 'persons/deletions', {
      ...{ person: { userId: ADA }, suppress: true, destinations: ['heap'] },
    })
    let seen = begun
    const told = await until(
      'the deletion to be told to Heap',
      async () => {
        seen = await admin<Deletion>('GET', `persons/deletions/${begun.id}`)
        return seen.told.every(({ state }) => state !== 'waiting') ? seen : undefined
      },
      () => JSON.stringify(seen),
    )
    assert.deepEqual([told.stage, told.told[0]?.state], ['telling', 'asked'], JSON.stringify(told))
    const { erased } = told
    assert.deepEqual([erased['events'], erased['refused'], erased['duplicates']], [EVENTS_OF_ADA, 1, 1])
    assert.ok((erased['attempts'] ?? 0) >= 3 && (erased['deadLetters'] ?? 0) >= 1, JSON.stringify(erased))
    assert.ok((erased['parked'] ?? 0) >= 1, JSON.stringify(erased))

    // What it was asked with goes right after Heap has taken it.
    let left: readonly string[] = []
    await until(
      'no trace',
      async () => {
        left = await traces()
        return left.length === 0 || undefined
      },
      () => left.join(),
    )
    await balanced()
  })

  test('her events are refused from then on, quietly, and nothing of them is kept', async () => {
    const batch = [hers('s1', { userId: ADA }), hers('s2', { anonymousId: PHONE }), bobs('b3')]
    await millrace.post('/v1/batch', 'site-key', { batch })
    await millrace.counted('sources', 'site', 'refused', 3)
    assert.equal((await millrace.counts('sources', 'site'))['refused']?.parts['PERSON_SUPPRESSED'], 2)
    await millrace.done('fine', 8)
    assert.deepEqual(await traces(), [])
  })

  test('a server that starts on the same files goes on, and others’ events are whole', async () => {
    await millrace.stop()
    assert.deepEqual(await traces(), [])
    millrace = await place.start()
    type Events = { events: { kind: string; event?: { userId: string; event: string } }[] }
    // A search ends after some time, with what it has.
    const events = await until('all events', async () => {
      const found = (await admin<Events>('GET', 'events?limit=100')).events
      return found.length >= EVENTS_OF_ADA + 5 ? found : undefined
    })
    const kinds = events.map(({ kind }) => kind)
    assert.equal(kinds.filter((kind) => kind === 'erased').length, EVENTS_OF_ADA + 2)
    const left = events.flatMap(({ event }) => (event === undefined ? [] : [[event.userId, event.event]]))
    assert.deepEqual(left, [
      ['bob', 'Viewed'],
      ['bob', 'Viewed'],
      ['bob', 'Viewed'],
    ])
    await balanced()
    assert.equal(appOf(place.sandbox, APP).events.filter(({ event }) => event === 'Viewed').length, 3)
    const { deletions } = await admin<{ deletions: Deletion[] }>('GET', 'persons/deletions')
    assert.equal(deletions.length, 1)
    assert.ok(!JSON.stringify(deletions).includes(MARK))
  })

  async function balanced(): Promise<void> {
    const total = (counts: Counts, names: readonly string[]) =>
      names.reduce((sum, name) => sum + (counts[name]?.total ?? 0), 0)
    for (const id of ['heap', 'fine', 'picky', 'flaky', 'failing', 'paused']) {
      const counts = await millrace.counts('destinations', id)
      assert.equal(total(counts, ['read']), total(counts, ['discarded', 'filtered', 'matched']), id)
      const ends = ['delivered', 'unchanged', 'dead', 'parked', 'forgotten', 'givenUp']
      assert.equal(total(counts, ['deliveries']), total(counts, ends), `${id} ${JSON.stringify(counts)}`)
    }
  }
})
