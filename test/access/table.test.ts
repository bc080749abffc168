import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Need, Route } from '../../contract/route.ts'
import { ROUTES } from '../../contract/routes.ts'
import type { Configuration } from '../../core/configuration.ts'
import { NEEDS } from './needs.ts'
import { type Caller, startServer, type TestServer } from './server.fixtures.ts'

/** What answers on the admin port besides the contract, to everybody. */
const OUTSIDE = [
  ...['GET /assets/:file', 'GET /theme.js', 'GET /favicon.svg'],
  // As Fastify prints `/docs` and `/docs/*`; a row of docs-routes.test.ts has that `/docsx` is none of them.
  ...['GET /docs', 'GET /docs*'],
  ...['GET /admin/v1/sso/start', 'GET /admin/v1/sso/callback'],
  ...['GET /healthz', 'GET /readyz'],
]
/** What is outside the contract, and only for whoever may look. */
const GUARDED = ['GET /metrics']
/** For tokens alone: mcp.test.ts has who may. */
const AGENTS = ['POST /mcp', 'GET /mcp', 'DELETE /mcp']
/** What is a person's and no token's, though it is only looked at. */
const PERSONS_ONLY = ['GET /admin/v1/me/sessions']

const CONFIGURATION: Configuration = {
  sources: [{ id: 'web', name: 'Web', kind: 'node', writeKey: 'web-key' }],
  instances: [],
}
const VIEWER = { view: true }
const EDITOR = { view: true, edit: true }
const ADMIN = { view: true, edit: true, manage: true }
type May = Partial<Record<Need, boolean>>
type Kind = { readonly refused?: number; readonly code?: string; readonly may?: May; readonly via?: 'token' }

/** Everybody who may knock at the door. `refused`: what they are answered wherever a login is needed. */
const CALLERS = {
  nobody: { refused: 401, code: 'LOGIN_NEEDED' },
  'a cookie that is none': { refused: 401, code: 'LOGIN_NEEDED' },
  'an expired session': { refused: 401, code: 'LOGIN_NEEDED' },
  'a session that was ended': { refused: 401, code: 'LOGIN_NEEDED' },
  viewer: { may: VIEWER },
  'viewer who may see personal values': { may: VIEWER },
  editor: { may: EDITOR },
  admin: { may: ADMIN },
  'token of a viewer': { may: VIEWER, via: 'token' },
  'token of an editor': { may: EDITOR, via: 'token' },
  'token of an admin': { may: ADMIN, via: 'token' },
  'token of an admin who is a viewer now': { may: VIEWER, via: 'token' },
  'expired token': { refused: 401, code: 'TOKEN_EXPIRED' },
  'revoked token': { refused: 401, code: 'TOKEN_INVALID' },
  'token of somebody disabled': { refused: 401, code: 'TOKEN_INVALID' },
  'token of somebody removed': { refused: 401, code: 'TOKEN_INVALID' },
  'token that is none': { refused: 401, code: 'TOKEN_INVALID' },
  'an invalid token beside the cookie of an admin': { refused: 401, code: 'TOKEN_INVALID' },
} as const satisfies Record<string, Kind>
type Name = keyof typeof CALLERS

/** The rule, said a second time: 401, 403, or allowed. */
function expected(route: string, needs: Need, caller: Kind): { status: number; code?: string } {
  const isToken = caller.via === 'token' || caller.code?.startsWith('TOKEN') === true
  if (caller.refused !== undefined) {
    return needs === 'nobody' && !isToken
      ? { status: 0 }
      : { status: caller.refused, code: caller.code ?? '' }
  }
  const forbidden = { status: 403, code: 'NOT_ALLOWED' }
  if (needs === 'nobody') return { status: 0 }
  if (needs === 'self') {
    return isToken && (!route.startsWith('GET ') || PERSONS_ONLY.includes(route)) ? forbidden : { status: 0 }
  }
  return caller.may?.[needs] === true ? { status: 0 } : forbidden
}

async function callersOf(server: TestServer): Promise<Record<Name, Caller>> {
  const admin = await server.firstAdmin()
  const [viewer, personal, editor] = [
    await server.person(admin, 'cy@example.com', 'viewer'),
    await server.person(admin, 'dan@example.com', 'viewer', true),
    await server.person(admin, 'bob@example.com', 'editor'),
  ]
  const [expired, demoted, disabled, removed] = [
    await server.person(admin, 'eve@example.com', 'admin'),
    await server.person(admin, 'fay@example.com', 'admin'),
    await server.person(admin, 'gus@example.com', 'admin'),
    await server.person(admin, 'hal@example.com', 'admin'),
  ]
  const ended = await server.person(admin, 'ida@example.com', 'admin')
  const token = async (as: Caller, role: string) => (await server.token(as, role)).caller
  const old = await server.token(admin, 'admin')
  const revoked = await server.token(admin, 'admin')
  const none = { authorization: `Bearer ${revoked.text.slice(0, -1)}-` }
  const callers = {
    nobody: {},
    'a cookie that is none': { cookie: 'millrace_session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' },
    'an expired session': expired,
    'a session that was ended': ended,
    ...{ viewer, editor, admin },
    'viewer who may see personal values': personal,
    'token of a viewer': await token(viewer, 'viewer'),
    'token of an editor': await token(admin, 'editor'),
    'token of an admin': await token(admin, 'admin'),
    'token of an admin who is a viewer now': await token(demoted, 'admin'),
    'expired token': old.caller,
    'revoked token': revoked.caller,
    'token of somebody disabled': await token(disabled, 'admin'),
    'token of somebody removed': await token(removed, 'admin'),
    'token that is none': none,
    'an invalid token beside the cookie of an admin': { ...admin, ...none },
  }
  const done = async (method: string, path: string, as: Caller, body?: object) => {
    const { status } = await server.ask(method, path, { as, body })
    assert.equal(status, 200, path)
  }
  const people = JSON.parse((await server.ask('GET', '/admin/v1/people', { as: admin })).body) as {
    people: { id: string; email: string }[]
  }
  const person = (name: string) =>
    `/admin/v1/people/${people.people.find(({ email }) => email.startsWith(name))?.id}`
  await done('DELETE', `/admin/v1/tokens/${revoked.id}`, admin)
  await done('PATCH', person('fay'), admin, { role: 'viewer' })
  await done('PATCH', person('gus'), admin, { disabled: true })
  await done('DELETE', person('hal'), admin)
  await done('POST', '/admin/v1/logout', ended)
  server.change(
    'update sessions set used_ms = 0, created_ms = 0 where person_id = (select id from people where email = ?)',
    'eve@example.com',
  )
  server.change('update tokens set expires_ms = 1 where id = ?', old.id)
  return callers
}

/** An address of the route with things that are not there, so that nothing is done where it is allowed. */
function addressOf(route: string): readonly [method: string, path: string] {
  const [method = '', path = ''] = route.split(' ')
  return [method, path.replaceAll(/:\w+/g, 'none')]
}

describe('who may use which route', () => {
  let server: TestServer
  let callers: Record<Name, Caller>
  before(async () => {
    server = await startServer(CONFIGURATION)
    callers = await callersOf(server)
  })
  after(() => server.stop())

  test('what is there to be removed is there', async () => {
    const { status } = await server.ask('GET', '/admin/v1/sources/web', { as: callers.admin })
    assert.equal(status, 200)
  })

  test('every route of the contract has a line in the table, and needs what it says there', () => {
    const needs = Object.fromEntries(Object.entries(ROUTES).map(([name, route]) => [name, route.needs]))
    assert.deepEqual(needs, NEEDS, 'Write into test/access/needs.ts who may use the new route.')
  })

  test('the server has the routes of the contract, those that are listed here, and no others', () => {
    const there = server.routes().filter((route) => !route.startsWith('HEAD '))
    const known = [...Object.keys(NEEDS), ...OUTSIDE, ...GUARDED, ...AGENTS]
    assert.deepEqual(there.toSorted(), known.toSorted())
  })

  // Whoever logs out is somebody else afterwards.
  const routes = Object.entries(NEEDS).toSorted(
    ([a], [b]) => Number(a.endsWith('out')) - Number(b.endsWith('out')),
  )
  for (const [name, caller] of Object.entries(CALLERS) as [Name, Kind][]) {
    test(`${name}: ${routes.length} routes`, async () => {
      for (const [route, needs] of routes) {
        if (needs === 'nobody' && route.endsWith('logout') && caller.may !== undefined) continue
        const want = expected(route, needs, caller)
        const [method, path] = addressOf(route)
        const { status, body } = await server.ask(method, path, { as: callers[name] })
        const got = [401, 403].includes(status) ? status : 0
        assert.equal(got, want.status, `${route} as ${name}: ${status} ${body.slice(0, 300)}`)
        if (want.code !== undefined)
          assert.equal(JSON.parse(body).error.code, want.code, `${route} as ${name}`)
      }
    })
  }

  test('what is guarded outside the contract is for whoever may look', async () => {
    for (const [name, caller] of Object.entries(CALLERS) as [Name, Kind][]) {
      for (const route of GUARDED) {
        const { status, body } = await server.ask('GET', addressOf(route)[1], { as: callers[name] })
        assert.equal(status, caller.refused ?? 200, `${route} as ${name}`)
        if (caller.refused !== undefined) assert.equal(JSON.parse(body).error.code, caller.code, name)
      }
    }
  })

  test('HEAD of a route is as closed as its GET', async () => {
    for (const [route, needs] of routes.filter(([name]) => name.startsWith('GET '))) {
      for (const name of ['nobody', 'viewer', 'expired token'] as const) {
        const want = expected(route, needs, CALLERS[name])
        if (want.status === 0) continue
        const { status } = await server.ask('HEAD', addressOf(route)[1], { as: callers[name] })
        const isStream = (ROUTES[route as keyof typeof ROUTES] as Route).answer === undefined
        assert.equal(status, isStream ? 404 : want.status, `HEAD ${route} as ${name}`)
      }
    }
  })

  test('a method that a route has not is nowhere, for an admin too', async () => {
    const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND']
    for (const path of new Set(routes.map(([route]) => route.split(' ')[1] ?? ''))) {
      for (const method of methods.filter((one) => NEEDS[`${one} ${path}`] === undefined)) {
        // Another route of the same form answers: `/people/:id` for `/people/settings`.
        if (path === '/admin/v1/people/settings' || path === '/admin/v1/destinations/check') continue
        if (/^\/admin\/v1\/tracking-plans\/(check|read|draft|trial)$/.test(path)) continue
        const { status } = await server.ask(method, addressOf(`${method} ${path}`)[1], { as: callers.admin })
        assert.equal(status, 404, `${method} ${path}`)
      }
    }
  })

  const written = [
    ...[
      '//admin/v1/people',
      '/admin//v1/people',
      '/admin/v1//people',
      '/admin/v1/people/',
      '/admin/v1/people//',
    ],
    ...[
      '/ADMIN/V1/PEOPLE',
      '/Admin/v1/People',
      '/%61dmin/v1/people',
      '/admin/v1/%70eople',
      '/admin%2fv1%2fpeople',
    ],
    ...['/admin/v1/./people', '/admin/v1/x/../people', '/admin/v1/%2e/people', '/assets/../admin/v1/people'],
    ...['/assets/%2e%2e/admin/v1/people', '/assets/..%2fadmin%2fv1%2fpeople', '/admin/v1/people%00'],
    ...['/admin/v1/people;x=1', '/admin/v1/people?x=1', '/admin/v1/people%3fx', '/admin\\v1\\people'],
    ...[
      '/admin/v1/people.json',
      '/admin/v1/people/%2e',
      '/x/%2e%2e/admin/v1/people',
      '/admin/v1/login/../people',
    ],
    ...['/admin/v1/login%2f..%2fpeople', 'http://127.0.0.1/admin/v1/people', '*'],
  ]
  for (const path of written) {
    test(`no way of writing an address is a way in: ${path}`, async () => {
      for (const name of ['nobody', 'viewer', 'token of a viewer'] as const) {
        for (const accept of ['*/*', 'text/html']) {
          const { status, body } = await server.ask('GET', path, { as: callers[name], accept })
          assert.ok(!body.includes('example.com'), `${name}: ${status} ${body.slice(0, 200)}`)
          // A page that holds nothing is for everybody; the API never answers.
          const isPage = /^\s*<!doctype html/i.test(body) && accept === 'text/html'
          assert.ok(
            isPage || [400, 401, 403, 404].includes(status),
            `${name}: ${status} ${body.slice(0, 200)}`,
          )
        }
        const removing = path.replace('people', 'sources/web')
        const { status } = await server.ask('DELETE', removing, { as: callers[name] })
        assert.ok([400, 401, 403, 404].includes(status), `DELETE as ${name}: ${status}`)
      }
    })
  }
})
