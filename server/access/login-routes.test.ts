import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { accessWorld, HOUR_MS, PASSWORD, type World } from './testing.ts'

describe('login', () => {
  let world: World
  beforeEach(() => {
    world = accessWorld()
  })
  afterEach(() => world.end())
  describe('the first start', () => {
    test('somebody is made admin by the link, once, and is in', async () => {
      const browser = world.browser()
      const state = await browser.ask('/login')
      assert.deepEqual(state, { login: 'on', needsSetUp: true, password: true })
      const token = await world.firstLink()
      const look = await browser.ask('/links/look', { body: { token } })
      assert.deepEqual(look, { kind: 'set-up', role: 'admin', expiresAt: '2026-01-02T00:00:00.000Z' })
      const body = { token, email: 'Ada@Example.COM', name: 'Ada', password: PASSWORD }
      const { me } = (await browser.ask('/links/use', { body })) as { me: Record<string, unknown> }
      assert.deepEqual(
        [me['email'], me['name'], me['role'], me['personal'], me['login']],
        ['ada@example.com', 'Ada', 'admin', true, 'link'],
      )
      assert.deepEqual((await browser.ask('/login'))['needsSetUp'], false)
      assert.equal(await world.browser().refused('/links/use', { body }), 'LINK_INVALID')
      assert.equal((await world.browser().logIn('ADA@example.com')).status, 200)
    })

    test('each start prints another link, and the one before is good no more; with somebody there, none', async () => {
      const [first, second] = [await world.firstLink(), await world.firstLink()]
      const browser = world.browser()
      assert.equal(await browser.refused('/links/look', { body: { token: first } }), 'LINK_INVALID')
      await browser.ask('/links/look', { body: { token: second } })
      await world.add('ada', { role: 'admin' })
      assert.equal(await world.firstLink(), 'undefined')
    })

    const wrong = [
      ['without an address', {}, 'QUERY_INVALID'],
      ['with an address that is none', { email: 'ada' }, 'QUERY_INVALID'],
      ['with a password that is short', { email: 'ada@example.com', password: 'short' }, 'PASSWORD_WEAK'],
      [
        'with the address as password',
        { email: 'ada@example.com', password: 'ada@example.com' },
        'PASSWORD_WEAK',
      ],
    ] as const
    for (const [what, given, code] of wrong) {
      test(`the link is not used up ${what}`, async () => {
        const token = await world.firstLink()
        const browser = world.browser()
        assert.equal(
          await browser.refused('/links/use', { body: { token, password: PASSWORD, ...given } }),
          code,
        )
        await browser.ask('/links/use', { body: { token, email: 'ada@example.com', password: PASSWORD } })
      })
    }

    test('the link is good for a day', async () => {
      const token = await world.firstLink()
      world.clock.now_ms += 24 * HOUR_MS
      assert.equal(await world.browser().refused('/links/look', { body: { token } }), 'LINK_INVALID')
      const body = { token, email: 'ada@example.com', password: PASSWORD }
      assert.equal(await world.browser().refused('/links/use', { body }), 'LINK_INVALID')
      assert.deepEqual(await world.store.people(), [])
    })

    test('two who use the link at once: one is in', async () => {
      const token = await world.firstLink()
      const use = (email: string) =>
        world.browser().send('/links/use', { body: { token, email, password: PASSWORD } })
      const both = await Promise.all([use('ada@example.com'), use('eve@example.com')])
      assert.deepEqual(both.map(({ code }) => code).sort(), ['LINK_INVALID', undefined])
      assert.equal((await world.store.people()).length, 1)
    })
  })

  describe('with a password', () => {
    test('whoever is right is in, under a cookie that no script reads and no other site sends', async () => {
      await world.add('ada')
      const browser = world.browser()
      const { status, json, headers } = await browser.logIn('ada@example.com')
      assert.deepEqual([status, json['status']], [200, 'in'])
      assert.match(
        String(headers['set-cookie']),
        /^millrace_session=[\w-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Strict$/,
      )
      assert.equal((await browser.ask('/me'))['email'], 'ada@example.com')
      assert.equal((await world.store.person({ id: 'ada' }))?.loginAt_ms, world.clock.now_ms)
    })

    test('the store has the hash of the token alone', async () => {
      await world.add('ada')
      const browser = world.browser()
      await browser.logIn('ada@example.com')
      const token = browser.cookie()?.split('=')[1] ?? ''
      assert.equal(JSON.stringify(await world.store.sessions()).includes(token), false)
    })

    test('each login has a token of its own, and ends what the browser had', async () => {
      await world.add('ada')
      const browser = world.browser()
      await browser.logIn('ada@example.com')
      const first = browser.cookie()
      await browser.logIn('ada@example.com')
      assert.notEqual(browser.cookie(), first)
      const thief = world.browser()
      thief.steal(first)
      assert.equal(await thief.refused('/me'), 'LOGIN_NEEDED')
      assert.equal((await world.store.sessions('ada')).length, 1)
    })

    const wrong = [
      ['nobody has the address', 'eve@example.com', PASSWORD],
      ['the password is another', 'ada@example.com', 'river-lantern-42-mosS'],
      ['the person is disabled', 'off@example.com', PASSWORD],
      ['the person has no password', 'sso@example.com', PASSWORD],
      ['it is the password that nobody has', 'sso@example.com', ''.padEnd(12, 'x')],
    ] as const
    for (const [what, email, password] of wrong) {
      test(`when ${what}: one answer, and the same work`, async () => {
        await world.add('ada')
        await world.add('off', { disabled: true })
        await world.add('sso', { passwordHash: undefined, sso: 'https://id.example 1' })
        const browser = world.browser()
        const { status, json, headers } = await browser.logIn(email, password)
        const error = {
          code: 'LOGIN_FAILED',
          message: 'These are not the address, password or code of anybody.',
          details: {},
        }
        assert.deepEqual([status, json], [401, { success: false, error }])
        assert.equal(headers['set-cookie'], undefined)
        // One check of a hash with the parameters that every hash has, whoever it was.
        assert.deepEqual(world.verified, ['$argon2id$v=19$m=19456,t=2,p=1'])
        assert.deepEqual(
          world.notes.map(({ what, outcome, who }) => [what, outcome, who.name]),
          [['login.failed', 'LOGIN_FAILED', 'nobody']],
        )
      })
    }

    test('tries are slowed down, with the time to wait, and not for ever', async () => {
      await world.add('ada')
      const browser = world.browser()
      for (let n = 0; n < 10; n++)
        assert.equal((await browser.logIn('ada@example.com', 'x')).code, 'LOGIN_FAILED')
      const { status, code, headers, details } = await browser.logIn('ada@example.com')
      assert.deepEqual([status, code, headers['retry-after']], [429, 'LOGIN_THROTTLED', '30'])
      assert.deepEqual(details, { wait_s: 30 })
      assert.equal(world.verified.length, 10)
      world.clock.now_ms += 30_000
      assert.equal((await browser.logIn('ada@example.com')).status, 200)
    })

    test('strangers all over the world do not shut a person out where they are logged in', async () => {
      await world.add('ada')
      const browser = world.browser('198.51.100.1')
      await browser.logIn('ada@example.com')
      const codes: (string | undefined)[] = []
      for (let n = 0; n < 40; n++)
        codes.push((await world.browser(`203.0.113.${n}`).logIn('ada@example.com', 'x')).code)
      assert.deepEqual([...new Set(codes)], ['LOGIN_FAILED', 'LOGIN_THROTTLED'])
      assert.equal((await world.browser('203.0.113.99').logIn('ada@example.com')).code, 'LOGIN_THROTTLED')
      assert.equal((await world.browser('198.51.100.1').logIn('ada@example.com')).status, 200)
    })

    test('one address that tries many names is slowed down', async () => {
      const browser = world.browser()
      const codes: (string | undefined)[] = []
      for (let n = 0; n < 51; n++) codes.push((await browser.logIn(`user${n}@example.com`, 'x')).code)
      assert.deepEqual([codes[49], codes[50]], ['LOGIN_FAILED', 'LOGIN_THROTTLED'])
    })

    test('another site cannot log a browser in', async () => {
      await world.add('ada')
      const body = { email: 'ada@example.com', password: PASSWORD }
      for (const headers of [
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
        { origin: 'https://evil.example' },
        { 'content-type': 'text/plain' },
      ])
        assert.equal(await world.browser().refused('/login', { body, headers }), 'REQUEST_FOREIGN')
    })
  })

  test('logging out ends the session and takes the cookie back', async () => {
    await world.add('ada')
    const browser = world.browser()
    await browser.logIn('ada@example.com')
    const before = browser.cookie()
    const { status, headers } = await browser.send('/logout', { method: 'POST' })
    assert.deepEqual([status, browser.cookie()], [200, undefined])
    assert.match(String(headers['clear-site-data']), /cookies/)
    const thief = world.browser()
    thief.steal(before)
    assert.equal(await thief.refused('/me'), 'LOGIN_NEEDED')
    assert.equal((await thief.send('/logout', { method: 'POST' })).status, 200)
    assert.deepEqual(
      world.notes.map(({ what }) => what),
      ['login.password', 'logout'],
    )
  })
})

describe('by single sign-on only', () => {
  test('a password lets nobody in, nor an invitation; a link of the command line does', async () => {
    const world = accessWorld({ isSsoOnly: true })
    await world.add('ada', { role: 'admin' })
    const browser = world.browser()
    assert.equal((await browser.ask('/login'))['password'], false)
    assert.equal((await browser.logIn('ada@example.com')).code, 'LOGIN_FAILED')
    const token = await world.makeLink({
      kind: 'invitation',
      email: 'bob@example.com',
      role: 'viewer',
      by: 'ada',
    })
    assert.equal(await browser.refused('/links/use', { body: { token, password: PASSWORD } }), 'NOT_ALLOWED')
    const reset = await world.makeLink({
      kind: 'reset',
      role: 'admin',
      personId: 'ada',
      dropsFactor: true,
      by: 'cli',
    })
    await browser.ask('/links/use', { body: { token: reset, password: 'another-river-43-stone' } })
    assert.equal((await browser.ask('/me'))['role'], 'admin')
    await world.end()
  })
})
