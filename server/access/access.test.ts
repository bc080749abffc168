import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import fastify, { type FastifyRequest } from 'fastify'
import { type Need, ROLES } from '../../contract/route.ts'
import { AppError } from '../../core/errors.ts'
import type { Caller } from '../admin/router.ts'
import { session } from './access.fixtures.ts'
import { accessFor } from './access.ts'
import { cookieText, readCookie } from './cookies.ts'
import { hashOf } from './random-token.ts'
import { checkSameOrigin } from './same-origin.ts'
import { shortLived } from './short-lived.ts'
import { accessWorld, HOUR_MS, LIMITS, type World } from './testing.ts'

describe('who may what', () => {
  let world: World
  beforeEach(async () => {
    world = accessWorld()
    for (const role of ROLES) await world.add(role, { role })
  })
  afterEach(() => world.end())

  const allowed: Readonly<Record<(typeof ROLES)[number], readonly Need[]>> = {
    viewer: ['nobody', 'self', 'view'],
    editor: ['nobody', 'self', 'view', 'edit'],
    admin: ['nobody', 'self', 'view', 'edit', 'manage'],
  }
  const paths: readonly (readonly [Need, 'GET' | 'PUT', string, unknown?])[] = [
    ['nobody', 'GET', '/login'],
    ['self', 'GET', '/me'],
    ['view', 'GET', '/status'],
    ['edit', 'PUT', '/alerts', { settings: { channels: [] } }],
    ['manage', 'GET', '/people'],
  ]
  for (const role of ROLES) {
    for (const [needs, method, path, body] of paths) {
      const may = allowed[role].includes(needs)
      test(`${role} ${may ? 'may' : 'may not'} ${needs}`, async () => {
        const browser = world.browser()
        await browser.logIn(`${role}@example.com`)
        const { status, code, details } = await browser.send(path, { method, body })
        assert.deepEqual([status, code], may ? [200, undefined] : [403, 'NOT_ALLOWED'])
        if (!may) assert.deepEqual(details, { needs, role })
      })
    }
  }
  for (const [needs, method, path, body] of paths) {
    test(`nobody ${needs === 'nobody' ? 'may' : 'may not'} ${needs}`, async () => {
      const { status, code } = await world.browser().send(path, { method, body })
      assert.deepEqual([status, code], needs === 'nobody' ? [200, undefined] : [401, 'LOGIN_NEEDED'])
    })
  }

  const ends: readonly (readonly [string, number, boolean])[] = [
    ['is used just in time', LIMITS.idle_ms_max, true],
    ['was not used for eight hours', LIMITS.idle_ms_max + 1, false],
  ]
  for (const [what, after_ms, isIn] of ends) {
    test(`a session that ${what} ${isIn ? 'goes on' : 'has ended'}`, async () => {
      const browser = world.browser()
      await browser.logIn('viewer@example.com')
      world.clock.now_ms += after_ms
      assert.equal(await browser.refused('/me'), isIn ? undefined : 'LOGIN_NEEDED')
    })
  }

  test('a session that is always used ends after seven days', async () => {
    const browser = world.browser()
    await browser.logIn('viewer@example.com')
    for (let hours = 0; hours < 168; hours++) {
      world.clock.now_ms += HOUR_MS
      await browser.ask('/me')
    }
    world.clock.now_ms += 1
    assert.equal(await browser.refused('/me'), 'LOGIN_NEEDED')
  })

  test('the use of a session is noted to the minute, and its address at once', async () => {
    const browser = world.browser()
    await browser.logIn('viewer@example.com')
    const began_ms = world.clock.now_ms
    const used = async () =>
      (await world.store.sessions('viewer')).map((one) => [one.usedAt_ms - began_ms, one.address])[0]
    world.clock.now_ms += 59_999
    await browser.ask('/me')
    assert.deepEqual(await used(), [0, '192.0.2.1'])
    await browser.ask('/me', { from: '192.0.2.9' })
    assert.deepEqual(await used(), [59_999, '192.0.2.9'])
    world.clock.now_ms += 60_000
    await browser.ask('/me', { from: '192.0.2.9' })
    assert.deepEqual(await used(), [119_999, '192.0.2.9'])
  })

  const cookies = [
    'millrace_session=',
    'millrace_session=guess',
    'other=1',
    'millrace_session=a; millrace_session=b',
  ]
  for (const cookie of cookies) {
    test(`the cookie ${JSON.stringify(cookie)} is nobody's`, async () => {
      const browser = world.browser()
      browser.steal(cookie)
      assert.equal(await browser.refused('/me'), 'LOGIN_NEEDED')
    })
  }

  test('a cookie beside a token is not looked at', async () => {
    const browser = world.browser()
    await browser.logIn('admin@example.com')
    assert.equal(await browser.refused('/me', { headers: { authorization: 'Bearer mr_x' } }), 'LOGIN_NEEDED')
    assert.equal(await browser.refused('/me', { headers: { authorization: 'Basic eDp5' } }), undefined)
  })

  test('where a second factor is asked of everybody, nothing but adding one is answered', async () => {
    await world.store.requireFactor(true)
    const browser = world.browser()
    await browser.logIn('admin@example.com')
    assert.equal((await browser.ask('/me'))['secondFactor'], 'needed')
    assert.equal(((await browser.ask('/login'))['me'] as { secondFactor: string }).secondFactor, 'needed')
    for (const path of ['/status', '/people', '/invitations'])
      assert.equal(await browser.refused(path), 'SECOND_FACTOR_NEEDED')
    await world.store.requireFactor(false)
    assert.equal(await browser.refused('/people'), undefined)
  })

  test('the provider of single sign-on asks for its own second factor', async () => {
    await world.store.requireFactor(true)
    const token = 'token of a session by single sign-on'
    const at_ms = world.clock.now_ms
    await world.store.addSession(
      session('sso', 'admin', { hash: hashOf(token), via: 'sso', createdAt_ms: at_ms, usedAt_ms: at_ms }),
    )
    const browser = world.browser()
    browser.steal(`millrace_session=${token}`)
    assert.equal(await browser.refused('/people'), undefined)
  })

  const changes: readonly (readonly [string, boolean, (world: World) => unknown])[] = [
    ['nothing has changed', true, () => {}],
    ['the person was renamed', true, ({ store }) => store.changePerson('viewer', { name: 'V' })],
    ['the person was disabled', false, ({ store }) => store.changePerson('viewer', { disabled: true })],
    ['the role has changed', false, ({ store }) => store.changePerson('viewer', { role: 'editor' })],
    ['personal values are seen now', false, ({ store }) => store.changePerson('viewer', { personal: true })],
    ['the session was ended', false, ({ store }) => store.endSessions('viewer')],
    [
      'the session was idle for too long',
      false,
      ({ clock }) => {
        clock.now_ms += LIMITS.idle_ms_max + 1
      },
    ],
  ]
  for (const [what, holds, change] of changes) {
    test(`what goes on for long ${holds ? 'goes on' : 'ends'} when ${what}`, async () => {
      const browser = world.browser()
      await browser.logIn('viewer@example.com')
      const request = {
        method: 'GET',
        headers: { cookie: browser.cookie() },
        protocol: 'http',
        ip: '192.0.2.1',
        routeOptions: { url: '/x' },
      }
      const access = accessFor({ sessions: world.sessions, store: world.store })
      const who: Caller = await access(request as unknown as FastifyRequest, 'view')
      await change(world)
      assert.equal(await who.holds?.(), holds)
    })
  }
})

describe('a request of another site', () => {
  const json = { 'content-type': 'application/json', 'content-length': '2' }
  const rows: readonly (readonly [string, string, Record<string, string>, boolean])[] = [
    ['no browser', 'POST', json, true],
    ['our page', 'POST', { ...json, 'sec-fetch-site': 'same-origin', origin: 'http://a.example' }, true],
    ['a person who typed the address', 'POST', { ...json, 'sec-fetch-site': 'none' }, true],
    ['a page of a sister host', 'POST', { ...json, 'sec-fetch-site': 'same-site' }, false],
    ['a page of another site', 'DELETE', { 'sec-fetch-site': 'cross-site' }, false],
    ['a page of another site that reads', 'GET', { 'sec-fetch-site': 'cross-site' }, true],
    ['an older browser, our page', 'PATCH', { ...json, origin: 'http://a.example' }, true],
    ['an older browser, our page with TLS', 'PATCH', { ...json, origin: 'https://a.example' }, true],
    ['an older browser, another site', 'PUT', { ...json, origin: 'http://b.example' }, false],
    ['an older browser, another port', 'PUT', { ...json, origin: 'http://a.example:81' }, false],
    ['a page without an origin', 'POST', { ...json, origin: 'null' }, false],
    ['a form', 'POST', { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '2' }, false],
    ['a form of plain text', 'POST', { 'content-type': 'text/plain', 'content-length': '2' }, false],
    ['a body without a type', 'POST', { 'transfer-encoding': 'chunked' }, false],
    ['no body', 'POST', { 'content-length': '0' }, true],
    ['a type with a charset', 'POST', { ...json, 'content-type': 'Application/JSON; charset=utf-8' }, true],
  ]
  for (const [what, method, headers, isAllowed] of rows) {
    test(`${what}: ${method} is ${isAllowed ? 'answered' : 'refused'}`, () => {
      const check = () => checkSameOrigin({ method, headers: { host: 'a.example', ...headers } } as never)
      if (isAllowed) check()
      else assert.throws(check, (error) => error instanceof AppError && error.code === 'REQUEST_FOREIGN')
    })
  }
})

describe('a cookie', () => {
  const options = { name: 'c', value: 'v', sameSite: 'Strict', age_s_max: 5 } as const
  test('is Secure, and of this host alone, with TLS', () => {
    assert.equal(
      cookieText({ ...options, isSecure: true }),
      '__Host-c=v; Path=/; Max-Age=5; HttpOnly; SameSite=Strict; Secure',
    )
    assert.equal(
      cookieText({ ...options, isSecure: false }),
      'c=v; Path=/; Max-Age=5; HttpOnly; SameSite=Strict',
    )
  })
  const rows: readonly (readonly [string, string, string | undefined, string | undefined])[] = [
    ['http', 'c=v', 'v', undefined],
    ['https', '__Host-c=v', 'v', undefined],
    ['https', 'c=v', undefined, 'was set without TLS'],
    ['http', 'a=b; c=v=w; d=e', 'v=w', undefined],
    ['http', 'xc=v', undefined, 'has another name'],
    ['http', 'c=v; c=w', undefined, 'came twice'],
  ]
  for (const [protocol, cookie, value, why] of rows) {
    test(`${protocol} ${cookie} is ${value ?? `not read: it ${why}`}`, async () => {
      const server = fastify()
      server.get('/', async (request) => ({
        value: readCookie({ headers: request.headers, protocol } as never, 'c'),
      }))
      const { value: found } = (await server.inject({ url: '/', headers: { cookie } })).json() as {
        value?: string
      }
      assert.equal(found, value)
      await server.close()
    })
  }
})

describe('what is kept for minutes', () => {
  test('is given until its time, and taken once', () => {
    let now_ms = 0
    const kept = shortLived<number>({ age_ms_max: 100, count_max: 10, now_ms: () => now_ms })
    kept.keep('a', 1)
    now_ms = 99
    assert.deepEqual([kept.get('a'), kept.take('a'), kept.get('a')], [1, 1, undefined])
    kept.keep('b', 2)
    now_ms = 199
    assert.deepEqual([kept.get('b'), kept.take('b')], [undefined, undefined])
  })
  test('makes room: the oldest goes', () => {
    const kept = shortLived<number>({ age_ms_max: 100, count_max: 2, now_ms: () => 0 })
    for (const key of ['a', 'b', 'a', 'c']) kept.keep(key, 1)
    assert.deepEqual(
      ['a', 'b', 'c'].map((key) => kept.get(key)),
      [1, undefined, 1],
    )
  })
})
