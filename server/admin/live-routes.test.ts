import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { setTimeout as waitFor } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { Compile } from 'typebox/compile'
import { ROUTES } from '../../contract/routes.ts'
import { httpListener, listen } from '../http/listener.ts'
import { liveEntries } from '../lookup/live.ts'
import { type LookupWorld, lookupWorld } from '../lookup/testing.ts'
import { LIVE_CLIENTS_MAX, LIVE_PER_SECOND, liveRoutes } from './live-routes.ts'
import { type Access, adminRouter } from './router.ts'
import { anybody } from './testing.ts'

type Told = {
  readonly id: string
  readonly data: { type: string; entries?: { event?: { messageId: string } }[]; skipped?: number }
}
const schema = Compile(ROUTES['GET /admin/v1/live'].events)

describe('the live view', () => {
  let world: LookupWorld
  let server: FastifyInstance
  let live: ReturnType<typeof liveRoutes>
  let url: string
  let pulls: number
  /** Whether whoever looks is still logged in. */
  let holds: boolean
  const views: AbortController[] = []

  beforeEach(async () => {
    world = lookupWorld()
    pulls = 0
    server = httpListener({ body_bytes_max: 1_000, onFault: (error) => assert.fail(String(error)) })
    holds = true
    const access: Access = async (...asked) => ({ ...(await anybody(...asked)), holds: async () => holds })
    live = liveRoutes(adminRouter(server, access), {
      log: world.log,
      lookups: {
        live(asked) {
          pulls += 1
          return liveEntries(world.log, asked)
        },
      },
      clock_ms: () => world.clock.clock_ms,
      // The clock of allowances stands still unless the test moves it.
      wait: async (ms, signal) => waitFor(Math.min(ms, 20), undefined, { signal }).catch(() => {}),
    })
    url = await listen(server, '127.0.0.1', 0)
  })
  afterEach(async () => {
    for (const view of views.splice(0)) view.abort()
    live.stop()
    await server.close()
    world.close()
  })

  /** Opens a view; what it is told comes one by one, beats left out. */
  async function view(query = '', headers: Record<string, string> = {}) {
    const end = new AbortController()
    views.push(end)
    const answer = await fetch(`${url}/admin/v1/live?${query}`, { headers, signal: end.signal })
    assert.equal(answer.headers.get('content-type'), 'text/event-stream')
    const told = toldBy(answer.body as ReadableStream<Uint8Array>)
    const first = (await told.next()).value as Told
    assert.equal(first.data.type, 'beat')
    return {
      end,
      async next(): Promise<Told | undefined> {
        for (;;) {
          const { value, done } = await told.next()
          if (done) return undefined
          assert.ok(schema.Check(value.data), JSON.stringify(value.data))
          if (value.data.type !== 'beat') return value
        }
      },
    }
  }
  const idsOf = (told: Told | undefined) => (told?.data.entries ?? []).map(({ event }) => event?.messageId)
  const events = (...ids: readonly string[]) =>
    world.append(ids.map((messageId) => world.event({ messageId })))

  test('shows what comes in from then on, and nothing of before', async () => {
    await events('before')
    const page = await view()
    await events('a', 'b')
    const first = await page.next()
    assert.deepEqual([idsOf(first), first?.data.skipped], [['a', 'b'], 0])
    await events('c')
    assert.deepEqual(idsOf(await page.next()), ['c'])
  })

  test('ends within a beat when whoever looks is logged out, and goes on while they are not', async () => {
    const page = await view()
    world.clock.clock_ms += 15_000
    await events('a')
    assert.deepEqual(idsOf(await page.next()), ['a'])
    holds = false
    await events('b')
    assert.deepEqual(idsOf(await page.next()), ['b'])
    world.clock.clock_ms += 15_000
    await events('c')
    assert.equal(await page.next(), undefined)
  })

  const filters: readonly [query: string, ids: readonly string[]][] = [
    ['source=backend', ['c']],
    ['type=page', ['b']],
    ['event=Bought', ['d']],
    ['q=BOUGHT', ['d']],
    ['q=nothing&kinds=event', []],
    ['kinds=event', ['b', 'c', 'd', 'end']],
  ]
  for (const [query, ids] of filters) {
    test(`?${query} shows only what it says`, async () => {
      const page = await view(query)
      await world.append([
        {
          ...{ kind: 'duplicate', sourceId: 'website', receivedAt: '2026-01-02T12:00:00.000Z' },
          messageId: 'a',
        },
        world.event({ messageId: 'b', type: 'page' }),
        world.event({ messageId: 'c' }, 'backend'),
        world.event({ messageId: 'd', event: 'Bought' }),
        world.event({ messageId: 'end', event: 'End' }, 'other'),
      ])
      if (ids.length > 0) assert.deepEqual(idsOf(await page.next()), ids)
      else assert.deepEqual(await Promise.race([page.next(), pulled(3)]), 'pulled')
    })
  }

  /** Resolves when so many pulls more have been made. */
  async function pulled(more: number): Promise<'pulled'> {
    const until = pulls + more
    while (pulls < until) await waitFor(5)
    return 'pulled'
  }

  test('more than a person reads is counted, and comes again with time', async () => {
    const page = await view()
    const many = Array.from({ length: LIVE_PER_SECOND + 50 }, (_, n) => `m${n}`)
    await events(...many)
    const first = await page.next()
    assert.deepEqual([idsOf(first).length, first?.data.skipped], [LIVE_PER_SECOND, 50])
    await events('too much')
    const second = await page.next()
    assert.deepEqual([idsOf(second), second?.data.skipped], [[], 1])
    world.clock.clock_ms += 100
    await events('again')
    assert.deepEqual(idsOf(await page.next()), ['again'])
  })

  test('who was cut off goes on where it was', async () => {
    const page = await view()
    await events('a')
    const told = await page.next()
    page.end.abort()
    await events('b')
    const again = await view('', { 'last-event-id': told?.id ?? '' })
    assert.deepEqual(idsOf(await again.next()), ['b'])
  })

  test('a place may be inside a chunk', async () => {
    const [address] = await events('a', 'b', 'c')
    const from = { chunk: address?.chunk ?? 0, index: 1 }
    const { entries } = await liveEntries(world.log, { from, filter: {}, count_max: 9 })
    assert.deepEqual(
      entries.map((one) => one.kind === 'event' && one.event.messageId),
      ['b', 'c'],
    )
  })

  test('who comes back much too late is told how much it missed, and goes on from the newest', async () => {
    await events('first')
    const { place } = await liveEntries(world.log, { from: undefined, filter: {}, count_max: 0 })
    for (let n = 0; n < 2_500; n++) await events(`m${n}`)
    const asked = { from: place, filter: {}, count_max: 5_000 }
    const { entries, skipped } = await liveEntries(world.log, asked)
    assert.deepEqual([entries.length, skipped], [2_000, 500])
  })

  test('a page that takes nothing is asked for nothing: what it misses costs no memory', async () => {
    const { port } = new URL(url)
    const slow = connect({ port: Number(port), host: '127.0.0.1' })
    slow.pause()
    slow.write('GET /admin/v1/live HTTP/1.1\r\nhost: localhost\r\n\r\n')
    while (pulls < 2) await waitFor(5)
    const note = 'x'.repeat(20_000)
    let [last, still] = [pulls, 0]
    for (let round = 0; round < 60 && still < 8; round++) {
      await world.append(Array.from({ length: 50 }, () => world.event({ note })))
      world.clock.clock_ms += 1_000
      await waitFor(30)
      still = pulls === last ? still + 1 : 0
      last = pulls
    }
    slow.destroy()
    assert.equal(still, 8)
  })

  test('a stop of the server ends every view', async () => {
    const page = await view()
    live.stop()
    assert.equal(await page.next(), undefined)
  })

  test('a view that is closed asks for nothing any more', async () => {
    const page = await view()
    page.end.abort()
    await events('a')
    let last = -1
    while (last !== pulls) {
      last = pulls
      await waitFor(60)
    }
  })

  test(`no more than ${LIVE_CLIENTS_MAX} views at once`, async () => {
    for (let n = 0; n < LIVE_CLIENTS_MAX; n++) await view()
    const answer = await fetch(`${url}/admin/v1/live`)
    assert.deepEqual([answer.status, (await json(answer)).error.code], [503, 'LIVE_TOO_MANY'])
  })

  for (const [query, parameter] of [
    ['kinds=event,nothing', 'kinds'],
    ['type=click', 'type'],
    ['colour=red', 'colour'],
  ] as const) {
    test(`refuses ?${query}`, async () => {
      const answer = await fetch(`${url}/admin/v1/live?${query}`)
      assert.deepEqual([answer.status, (await json(answer)).error.details.parameter], [400, parameter])
    })
  }
})

async function json(answer: Response) {
  return (await answer.json()) as { error: { code: string; details: Record<string, string> } }
}

async function* toldBy(body: ReadableStream<Uint8Array>): AsyncGenerator<Told> {
  let text = ''
  const decoder = new TextDecoder()
  try {
    for await (const bytes of body) {
      text += decoder.decode(bytes, { stream: true })
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const lines = text.slice(0, end).split('\n')
        text = text.slice(end + 2)
        const field = (name: string) =>
          lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? ''
        yield { id: field('id'), data: JSON.parse(field('data')) }
      }
    }
  } catch (error) {
    if ((error as Error).name !== 'AbortError') throw error
  }
}
