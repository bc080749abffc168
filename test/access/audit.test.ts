import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { ROUTES } from '../../contract/routes.ts'
import type { Configuration } from '../../core/configuration.ts'
import { openAccessDb } from '../../server/access/access-db.ts'
import { auditLog } from '../../server/access/audit.ts'
import { isNoted } from '../../server/admin/audited.ts'
import { NEEDS } from './needs.ts'
import { type Caller, startServer, type TestServer } from './server.fixtures.ts'

const CONFIGURATION: Configuration = {
  sources: [{ id: 'web', name: 'Web', kind: 'node', writeKey: 'planted-write-key' }],
  instances: [
    {
      ...{ id: 'hook', kind: 'webhook', name: 'Hook', enabled: true, sources: ['web'], subscriptions: [] },
      settings: { url: 'http://127.0.0.1:9/', secret: 'planted-secret' },
    },
  ],
}
/** What is noted though it only looks. */
const NOTED_LOOKS = ['GET /admin/v1/audit/export']

type Entry = {
  readonly who: { readonly name: string; readonly via: string; readonly id?: string }
  readonly what: string
  readonly outcome: string
  readonly of?: { readonly type: string; readonly id: string }
  readonly address?: string
  readonly agent?: string
  readonly change?: number
  readonly before?: Readonly<Record<string, unknown>>
  readonly after?: Readonly<Record<string, unknown>>
}

test('every route that changes something as somebody is noted', () => {
  const noted = Object.entries(ROUTES).flatMap(([name, route]) => (isNoted(name, route) ? [name] : []))
  const changing = Object.entries(NEEDS)
    .filter(([name, needs]) => !name.startsWith('GET ') && ['self', 'edit', 'manage'].includes(needs))
    .map(([name]) => name)
  assert.deepEqual(noted.toSorted(), [...changing, ...NOTED_LOOKS].toSorted())
})

describe('what the audit log of a server says', () => {
  let server: TestServer
  let admin: Caller
  let viewer: Caller

  before(async () => {
    server = await startServer(CONFIGURATION)
    admin = { ...(await server.firstAdmin()), 'user-agent': 'browser of ada' }
    viewer = await server.person(admin, 'cy@example.com', 'viewer')
  })
  after(() => server.stop())

  const act = (method: string, path: string, body?: object, as = admin) =>
    server.ask(method, `/admin/v1/${path}`, { as, ...(body === undefined ? {} : { body }) })
  const entries = async (query = '') =>
    (JSON.parse((await act('GET', `audit?limit=500&${query}`)).body) as { entries: Entry[] }).entries
  const newest = async (query = '') => (await entries(query))[0]

  test('a change: by whom, from where, of what, before and after', async () => {
    const { body } = await act('PATCH', 'sources/web', { name: 'Site' })
    const entry = await newest()
    assert.deepEqual(
      [entry?.who.name, entry?.who.via, entry?.what, entry?.outcome, entry?.of, entry?.address, entry?.agent],
      [
        ...['ada', 'session', 'PATCH /admin/v1/sources/:id', 'ok', { type: 'source', id: 'web' }],
        ...['127.0.0.1', 'browser of ada'],
      ],
    )
    assert.equal(entry?.change, JSON.parse(body).change)
    assert.deepEqual([entry?.before?.['name'], entry?.after?.['name']], ['Web', 'Site'])
  })

  test('what is made is named by the id that it got', async () => {
    await act('POST', 'sources', { name: 'Shop', kind: 'node', id: 'shop' })
    assert.deepEqual((await newest())?.of, { type: 'source', id: 'shop' })
    const { id } = await server.token(admin, 'viewer')
    assert.deepEqual((await newest())?.of, { type: 'token', id })
  })

  test('what somebody may do: before and after, also of who is gone', async () => {
    const { people } = JSON.parse((await act('GET', 'people')).body)
    const { id } = people.find(({ email }: { email: string }) => email === 'cy@example.com')
    await act('PATCH', `people/${id}`, { personal: true })
    const { of, before, after } = (await newest()) as Entry
    assert.deepEqual(
      [of, before?.['email'], before?.['personal'], after?.['personal']],
      [{ type: 'person', id }, 'cy@example.com', false, true],
    )
    await act('PATCH', `people/${id}`, { personal: false })
  })

  test('what failed: with the code', async () => {
    await act('PATCH', 'sources/web', { name: 'Other', revision: 0 })
    assert.equal((await newest())?.outcome, 'CHANGED_MEANWHILE')
    await act('DELETE', 'sources/none')
    assert.deepEqual((await newest())?.of, { type: 'source', id: 'none' })
    assert.equal((await newest())?.outcome, 'NOT_FOUND')
  })

  test('what a token did: which', async () => {
    const { id, caller } = await server.token(admin, 'editor')
    await act('PATCH', 'destinations/hook', { paused: true }, caller)
    assert.deepEqual((await newest())?.who, { name: 'editor token', via: 'token', id })
  })

  test('who was not allowed to, and no more often than a person would', async () => {
    for (let n = 0; n < 60; n += 1) await act('DELETE', 'sources/web', undefined, viewer)
    const refused = await entries('outcome=NOT_ALLOWED&who=cy')
    assert.equal(refused[0]?.what, 'DELETE /admin/v1/sources/:id')
    assert.ok(refused.length >= 10 && refused.length <= 40, String(refused.length))
  })

  test('nothing of strangers, who could fill the disk', async () => {
    const known = (await entries()).length
    for (let n = 0; n < 20; n += 1) await act('DELETE', 'sources/web', undefined, {})
    assert.equal((await entries()).length, known)
  })

  test('the start, and what the configuration file changed', async () => {
    const started = (await entries('what=server.')).map(({ who, what }) => [who.via, what])
    assert.deepEqual(started, [['system', 'server.start']])
    assert.deepEqual((await newest('what=configuration.file'))?.after?.['source web'], {
      ...{ id: 'web', name: 'Web', kind: 'node', writeKey: '***' },
    })
  })

  test('no secret, whatever was changed', async () => {
    const { body } = await act('GET', 'audit/export')
    assert.doesNotMatch(body, /planted/)
    assert.match(body, /\*\*\*/)
  })

  test('all of it as a file, line by line or as a table; and that it was taken', async () => {
    const lines = (await act('GET', 'audit/export?who=ada')).body.trimEnd().split('\n')
    assert.ok(lines.every((line) => JSON.parse(line).who.name === 'ada'))
    const csv = await act('GET', 'audit/export?format=csv&who=ada')
    assert.match(String(csv.headers['content-type']), /^text\/csv/)
    assert.match(String(csv.headers['content-disposition']), /attachment; filename="audit.csv"/)
    assert.match(csv.body, /^number,at,who,/)
    assert.equal((await newest())?.what, 'GET /admin/v1/audit/export')
  })

  test('pages of it join without a gap', async () => {
    const all = await entries()
    const ids: number[] = []
    let query = 'limit=7'
    for (;;) {
      const { entries: page, next } = JSON.parse((await act('GET', `audit?${query}`)).body)
      ids.push(...page.map(({ id }: { id: number }) => id))
      if (next === undefined) break
      query = `limit=7&before=${next}`
    }
    assert.equal(ids.length, all.length)
    assert.equal(new Set(ids).size, all.length)
  })

  test('a chain that holds', async () => {
    const db = openAccessDb(join(server.folder, 'access.db'))
    const report = await auditLog(db, { now_ms: Date.now, onFault: assert.ifError }).verify()
    await db.close()
    assert.equal(report.ok, true)
  })

  test('what cannot be noted is not done; looking and events go on', async () => {
    server.change(`create trigger full before insert on audit begin select raise(abort, 'disk full'); end`)
    const { status, body } = await act('PATCH', 'sources/web', { name: 'Unseen' })
    assert.deepEqual([status, JSON.parse(body).error.code], [503, 'AUDIT_UNAVAILABLE'])
    const seen = await act('GET', 'sources/web')
    assert.deepEqual([seen.status, JSON.parse(seen.body).name], [200, 'Site'])
    const taken = await fetch(`${server.url}/v1/track`, {
      ...{ method: 'POST', headers: { authorization: `Basic ${btoa('planted-write-key:')}` } },
      body: JSON.stringify({ event: 'Bought', userId: 'u' }),
    })
    assert.equal(taken.status, 200)
    server.change('drop trigger full')
    assert.equal((await act('PATCH', 'sources/web', { name: 'Seen' })).status, 200)
  })
})
