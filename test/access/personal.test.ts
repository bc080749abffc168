import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import type { Route } from '../../contract/route.ts'
import { ROUTES, type Routes } from '../../contract/routes.ts'
import type { Configuration } from '../../core/configuration.ts'
import { until } from '../e2e/server.ts'
import { type Caller, startServer, type TestServer } from './server.fixtures.ts'

/** In every value of the person, of whatever type. */
const MARK = /marker|77812345/i
const PERSON = { userId: 'marker-user', anonymousId: 'marker-anonymous' }
const VALUES = {
  email: 'marker.person@example.com',
  phone: 77_812_345,
  list: ['marker-in-list', { deep: 'marker-deep' }],
}
const CALLS = [
  {
    type: 'track',
    event: 'Bought',
    messageId: 'taken-1',
    ...PERSON,
    properties: VALUES,
    context: { traits: VALUES },
  },
  { type: 'track', event: 'Refused', messageId: 'refused-1', ...PERSON, properties: VALUES },
  { type: 'identify', messageId: 'identify-1', ...PERSON, traits: { name: 'Marker Person', ...VALUES } },
  // Refused by ingest: it lacks the event's name.
  { type: 'track', messageId: 'wrong-1', ...PERSON, properties: VALUES },
]

const configuration = (url: string): Configuration => ({
  sources: [{ id: 'web', name: 'Web', kind: 'node', writeKey: 'web-key' }],
  instances: [
    {
      ...{ id: 'hook', kind: 'webhook', name: 'Hook', enabled: true, sources: ['web'], settings: { url } },
      subscriptions: [
        {
          ...{ id: 'send', action: 'sendEvent', name: 'Send', enabled: true, trigger: 'type != null' },
          mapping: { body: { '@path': '$' } },
        },
      ],
    },
  ],
})

/** Takes all but what is called Refused, and says of that what no log should. */
async function startReceiver(): Promise<Server> {
  const receiver = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part) => parts.push(part))
    request.on('end', () => {
      const isRefused = Buffer.concat(parts).toString().includes('"Refused"')
      response.statusCode = isRefused ? 422 : 200
      response.end(isRefused ? `No such user: "marker-user", marker.person@example.com, 77812345` : 'ok')
    })
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  return receiver
}

type Sent = { readonly path?: string; readonly query?: string; readonly body?: object }

describe('a viewer who may not see personal values', () => {
  let receiver: Server
  let server: TestServer
  let admin: Caller
  let viewer: Caller
  let allowed: Caller
  let token: Caller

  before(async () => {
    receiver = await startReceiver()
    server = await startServer(configuration(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`))
    admin = await server.firstAdmin()
    viewer = await server.person(admin, 'cy@example.com', 'viewer')
    allowed = await server.person(admin, 'dan@example.com', 'viewer', true)
    token = (await server.token(admin, 'viewer')).caller
    await send(CALLS)
    await until('the dead letter', async () => (await json('dead-letters', allowed)).deadLetters[0])
    // What reads the log for these does so in its own time.
    for (const path of ['sources/web/schema?event=Bought', 'refusals', 'dead-letters/groups']) {
      const told = async () => MARK.test((await server.ask('GET', `/admin/v1/${path}`, { as: allowed })).body)
      await until(path, async () => (await told()) || undefined)
    }
    await until(
      'the attempts',
      async () => (await json('attempts', allowed)).attempts.length === 3 || undefined,
    )
  })
  after(async () => {
    await server.stop()
    receiver.close()
  })

  async function send(batch: readonly object[]): Promise<void> {
    const headers = { authorization: `Basic ${btoa('web-key:')}`, 'content-type': 'application/json' }
    const answer = await fetch(`${server.url}/v1/batch`, {
      ...{ method: 'POST', headers, body: JSON.stringify({ batch }) },
    })
    assert.equal(answer.status, 200)
  }
  const json = async (path: string, as: Caller) =>
    JSON.parse((await server.ask('GET', `/admin/v1/${path}`, { as })).body)
  const addressOf = async (messageId: string) =>
    (await json(`events?messageId=${messageId}`, allowed)).events[0].address.replaceAll('/', '-') as string

  const hook = { destination: 'hook' }
  const rows: readonly [name: keyof Routes, sent: () => Sent | Promise<Sent>, stays: RegExp][] = [
    ['GET /admin/v1/events', () => ({}), /Bought.*taken-1|taken-1.*Bought/],
    [
      'GET /admin/v1/events',
      () => ({ query: 'messageId=taken-1' }),
      /"properties":\{"email":"•••","phone":null/,
    ],
    ['GET /admin/v1/events/:address', async () => ({ path: await addressOf('taken-1') }), /"values":/],
    ['GET /admin/v1/events/:address', async () => ({ path: await addressOf('refused-1') }), /dead letter/],
    ['GET /admin/v1/attempts', () => ({}), /"person":"•••"/],
    ['GET /admin/v1/attempts/:id', attempt, /"requestBody":"•••"/],
    ['GET /admin/v1/dead-letters', () => ({}), /refused-1/],
    ['GET /admin/v1/dead-letters/groups', () => ({}), /No such user/],
    ['GET /admin/v1/dead-letters/:id', letter, /"body":"•••"/],
    ['GET /admin/v1/refusals', () => ({}), /EVENT_FIELD_MISSING/],
    ['GET /admin/v1/search', () => ({ query: 'q=marker-user' }), /"hits":\[\]/],
    ['GET /admin/v1/search', () => ({ query: 'q=taken-1' }), /Bought/],
    ['GET /admin/v1/sources/:id/schema', () => ({ path: 'web', query: 'event=Bought' }), /properties\.email/],
    ['GET /admin/v1/destinations/:id/overview', () => ({ path: 'hook' }), /No such user/],
    ['GET /admin/v1/destinations', () => ({}), /hook/],
    ['GET /admin/v1/alerts', () => ({}), /active/],
    ['GET /admin/v1/status', () => ({}), /health/],
    ['POST /admin/v1/samples', () => ({ body: {} }), /Bought/],
    ['POST /admin/v1/trials', () => ({ body: { ...hook, action: 'send' } }), /"same"/],
    [
      'POST /admin/v1/explain',
      async () => ({ body: { ...hook, address: (await addressOf('taken-1')).replaceAll('-', '/') } }),
      /"trigger":\{"matches":true/,
    ],
    ['POST /admin/v1/replays/dry-run', () => ({ body: { of: { deadLetters: hook } } }), /refused-1/],
  ]
  async function attempt(): Promise<Sent> {
    const { attempts } = await json('attempts', allowed)
    return { path: String(attempts.find(({ outcome }: { outcome: string }) => outcome === 'refused').id) }
  }
  async function letter(): Promise<Sent> {
    return { path: String((await json('dead-letters', allowed)).deadLetters[0].id) }
  }

  async function ask(name: keyof Routes, sent: () => Sent | Promise<Sent>, as: Caller) {
    const { path = '', query = '', body } = await sent()
    const [method = '', address = ''] = name.split(' ')
    const url = `${address.replace(/:\w+/, path)}${query === '' ? '' : `?${query}`}`
    return server.ask(method, url, { as, ...(body === undefined ? {} : { body }) })
  }

  for (const [name, sent, stays] of rows) {
    test(`${name} shows no value of a person, and all the rest`, async () => {
      for (const as of [viewer, token]) {
        const { status, body } = await ask(name, sent, as)
        assert.equal(status, 200, body)
        assert.doesNotMatch(body, MARK)
        assert.match(body, stays)
        const schema = Compile((ROUTES[name] as Route).answer as TSchema)
        assert.deepEqual([...schema.Errors(JSON.parse(body))], [])
      }
    })
  }

  const open = ['GET /admin/v1/destinations', 'GET /admin/v1/alerts', 'GET /admin/v1/status']
  test('what is masked is there for those who may see it', async () => {
    for (const [name, sent] of rows.filter(([name]) => !open.includes(name))) {
      const { body, status } = await ask(name, sent, allowed)
      assert.equal(status, 200, body)
      if (!/"hits":\[\{"kind":"event"/.test(body)) assert.match(body, MARK, name)
    }
  })

  const questions: readonly [name: keyof Routes, sent: () => Sent | Promise<Sent>][] = [
    ['GET /admin/v1/events', () => ({ query: 'q=marker' })],
    ['GET /admin/v1/events', () => ({ query: 'person=marker-user' })],
    ['GET /admin/v1/attempts', () => ({ query: 'person=marker-user' })],
    ['GET /admin/v1/live', () => ({ query: 'q=marker' })],
    ['POST /admin/v1/samples', () => ({ body: { trigger: 'userId = "marker-user"' } })],
    [
      'POST /admin/v1/trials',
      () => ({ body: { ...hook, action: { action: 'sendEvent', trigger: 'userId = "marker-user"' } } }),
    ],
    [
      'POST /admin/v1/trials',
      () => ({ body: { ...hook, action: { action: 'sendEvent', mapping: { body: { '@path': '$' } } } } }),
    ],
    [
      'POST /admin/v1/explain',
      async () => ({
        body: {
          ...{ ...hook, address: (await addressOf('taken-1')).replaceAll('-', '/') },
          action: { action: 'sendEvent', trigger: 'userId = "marker-user"' },
        },
      }),
    ],
    [
      'POST /admin/v1/replays/dry-run',
      () => ({
        body: {
          of: {
            events: { ...hook, from: '2020-01-01', to: '2100-01-01', trigger: 'userId = "marker-user"' },
          },
        },
      }),
    ],
  ]
  for (const [name, sent] of questions) {
    test(`${name} answers no question about them`, async () => {
      const { status, body } = await ask(name, sent, viewer)
      assert.equal(status, 403, body)
      assert.equal(JSON.parse(body).error.code, 'PERSONAL_NOT_ALLOWED')
      assert.equal((await ask(name, sent, allowed)).status, 200)
    })
  }

  test('an event of one’s own is explained in full, with a trigger of one’s own', async () => {
    const action = { action: 'sendEvent', trigger: 'userId = "me"' }
    const event = { type: 'track', event: 'Own', userId: 'me', properties: { plan: 'mine' } }
    const sent = () => ({ body: { ...hook, action, event } })
    const { status, body } = await ask('POST /admin/v1/explain', sent, viewer)
    assert.equal(status, 200, body)
    assert.match(body, /"plan":"mine"/)
  })

  test('what comes in is masked while it comes', async () => {
    const end = new AbortController()
    const answer = await fetch(`http://127.0.0.1:${adminPort()}/admin/v1/live`, {
      ...{ headers: viewer, signal: end.signal },
    })
    const told = answer.body as ReadableStream<Uint8Array<ArrayBuffer>>
    let text = ''
    let isSent = false
    for await (const part of told) {
      text += Buffer.from(part).toString()
      if (!isSent) await send([{ ...CALLS[0], messageId: 'live-1' }])
      isSent = true
      if (text.includes('live-1')) break
    }
    end.abort()
    assert.doesNotMatch(text, MARK)
    assert.match(text, /"event":"Bought"/)
  })
  const adminPort = () => new URL(server.adminUrl).port
})
