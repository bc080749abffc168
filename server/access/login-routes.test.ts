import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { codeOf } from './second-factor.ts'
import { accessWorld, HOUR_MS, PASSWORD, type World } from './testing.ts'

describe('login', () => {
  let world: World
  beforeEach(() => {
    world = accessWorld()
  })
  afterEach(() => world.end())
  const withFactor = async (id: string) => {
    const person = await world.add(id)
    const { secret } = world.factors.begin(person)
    const codes = await world.factors.turnOn(person, codeOf(secret, world.clock.now_ms))
    world.clock.now_ms += 60_000
    return { secret, codes, code: () => codeOf(secret, world.clock.now_ms) }
  }

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

  describe('with a second factor', () => {
    const begin = async (id = 'ada') => {
      const browser = world.browser()
      const { json } = await browser.logIn(`${id}@example.com`)
      assert.deepEqual([json['status'], browser.cookie()], ['code', undefined])
      return { browser, step: String(json['step']) }
    }

    test('the password alone lets nobody in; with the code of now one is in', async () => {
      const { code } = await withFactor('ada')
      const { browser, step } = await begin()
      assert.equal(await browser.refused('/me'), 'LOGIN_NEEDED')
      await browser.ask('/login/code', { body: { step, code: code() } })
      assert.equal((await browser.ask('/me'))['secondFactor'], 'on')
    })

    const times: readonly (readonly [string, number, boolean])[] = [
      ['of now', 0, true],
      ['of a step ago', -30_000, true],
      ['of a step ahead', 30_000, true],
      ['of two steps ago', -60_000, false],
      ['of two steps ahead', 60_000, false],
    ]
    for (const [which, off_ms, isRight] of times) {
      test(`a code ${which} is ${isRight ? 'right' : 'wrong'}`, async () => {
        const { secret } = await withFactor('ada')
        world.clock.now_ms += 15_000
        const { browser, step } = await begin()
        const body = { step, code: codeOf(secret, world.clock.now_ms + off_ms) }
        assert.equal(await browser.refused('/login/code', { body }), isRight ? undefined : 'LOGIN_FAILED')
      })
    }

    test('a code is good once, and so is a step', async () => {
      const { code } = await withFactor('ada')
      const [one, two] = [await begin(), await begin()]
      await one.browser.ask('/login/code', { body: { step: one.step, code: code() } })
      const again = { step: two.step, code: code() }
      assert.equal(await two.browser.refused('/login/code', { body: again }), 'LOGIN_FAILED')
      world.clock.now_ms += 30_000
      const used = { step: one.step, code: code() }
      assert.equal(await one.browser.refused('/login/code', { body: used }), 'LOGIN_FAILED')
      await two.browser.ask('/login/code', { body: { step: two.step, code: code() } })
    })

    test('a recovery code is good once, however it is typed', async () => {
      const { codes } = await withFactor('ada')
      const [first = ''] = codes
      const one = await begin()
      await one.browser.ask('/login/code', {
        body: { step: one.step, code: ` ${first.toLowerCase().replaceAll('-', ' ')}` },
      })
      assert.equal((await one.browser.ask('/me'))['recoveryCodes'], 9)
      const two = await begin()
      const body = { step: two.step, code: first }
      assert.equal(await two.browser.refused('/login/code', { body }), 'LOGIN_FAILED')
    })

    test('five wrong codes end the step, and codes are slowed down over all steps', async () => {
      const { code } = await withFactor('ada')
      const { browser, step } = await begin()
      const wrong = (of: string) => browser.refused('/login/code', { body: { step: of, code: '000000' } })
      for (let n = 0; n < 5; n++) assert.equal(await wrong(step), 'LOGIN_FAILED')
      const body = { step, code: code() }
      assert.equal(await browser.refused('/login/code', { body }), 'LOGIN_FAILED')
      const next = await begin()
      for (let n = 0; n < 5; n++) assert.equal(await wrong(next.step), 'LOGIN_FAILED')
      const last = await begin()
      const { status, headers } = await browser.send('/login/code', {
        body: { step: last.step, code: code() },
      })
      assert.deepEqual([status, headers['retry-after']], [429, '180'])
      world.clock.now_ms += 180_000
      await browser.ask('/login/code', { body: { step: last.step, code: code() } })
    })

    const changes: readonly (readonly [string, (world: World) => unknown])[] = [
      [
        'five minutes have passed',
        ({ clock }) => {
          clock.now_ms += 300_000
        },
      ],
      ['the person was disabled', ({ store }) => store.changePerson('ada', { disabled: true })],
      ['the password was changed', ({ store }) => store.changePerson('ada', { passwordHash: 'another' })],
      ['the person was removed', ({ store }) => store.removePerson('ada')],
    ]
    for (const [what, change] of changes) {
      test(`the step is over when ${what}`, async () => {
        const { code } = await withFactor('ada')
        const { browser, step } = await begin()
        await change(world)
        assert.equal(await browser.refused('/login/code', { body: { step, code: code() } }), 'LOGIN_FAILED')
      })
    }
  })

  describe('with a link', () => {
    test('an invitation makes the person that it says, under its address', async () => {
      const link = {
        kind: 'invitation',
        email: 'bob@example.com',
        role: 'viewer',
        personal: true,
        by: 'ada',
      } as const
      const token = await world.makeLink(link)
      const other = await world.makeLink(link)
      const browser = world.browser()
      const look = await browser.ask('/links/look', { body: { token } })
      assert.deepEqual(look, {
        kind: 'invitation',
        email: 'bob@example.com',
        role: 'viewer',
        expiresAt: '2026-01-08T00:00:00.000Z',
      })
      const body = { token, email: 'eve@example.com', password: PASSWORD }
      const { me } = (await browser.ask('/links/use', { body })) as { me: Record<string, unknown> }
      assert.deepEqual(
        [me['email'], me['name'], me['role'], me['personal']],
        ['bob@example.com', 'bob', 'viewer', true],
      )
      assert.equal(await browser.refused('/links/look', { body: { token: other } }), 'LINK_INVALID')
    })

    test('a set-up link makes nobody a second time', async () => {
      await world.add('ada')
      const token = await world.makeLink({ kind: 'set-up', role: 'admin', by: 'the command line' })
      const body = { token, email: 'ADA@example.com', password: PASSWORD }
      assert.equal(await world.browser().refused('/links/use', { body }), 'EMAIL_TAKEN')
      await world.browser().ask('/links/use', { body: { ...body, email: 'eve@example.com' } })
    })

    test('a new password ends every session and every other such link; the second factor still counts', async () => {
      const { code } = await withFactor('ada')
      const before = world.browser()
      const { json } = await before.logIn('ada@example.com')
      await before.ask('/login/code', { body: { step: json['step'], code: code() } })
      const link = {
        kind: 'reset',
        email: 'ada@example.com',
        role: 'viewer',
        personId: 'ada',
        by: 'bob',
      } as const
      const [token, other] = [await world.makeLink(link), await world.makeLink(link)]
      const browser = world.browser()
      const answer = await browser.ask('/links/use', { body: { token, password: 'another-river-43-stone' } })
      assert.equal(answer['status'], 'code')
      assert.equal(await before.refused('/me'), 'LOGIN_NEEDED')
      assert.equal(await browser.refused('/links/look', { body: { token: other } }), 'LINK_INVALID')
      world.clock.now_ms += 30_000
      await browser.ask('/login/code', { body: { step: answer['step'], code: code() } })
      assert.equal((await world.browser().logIn('ada@example.com')).code, 'LOGIN_FAILED')
    })

    test('a link of the command line takes the second factor away and enables the person', async () => {
      await withFactor('ada')
      await world.store.changePerson('ada', { disabled: true })
      const token = await world.makeLink({
        kind: 'reset',
        role: 'viewer',
        personId: 'ada',
        dropsFactor: true,
        by: 'cli',
      })
      const browser = world.browser()
      await browser.ask('/links/use', { body: { token, password: 'another-river-43-stone' } })
      assert.equal((await browser.ask('/me'))['secondFactor'], 'off')
    })

    test('the link of an admin does not enable a person', async () => {
      await world.add('ada')
      const token = await world.makeLink({ kind: 'reset', role: 'viewer', personId: 'ada', by: 'bob' })
      await world.store.changePerson('ada', { disabled: true })
      const body = { token, password: 'another-river-43-stone' }
      assert.equal(await world.browser().refused('/links/use', { body }), 'LINK_INVALID')
      assert.equal((await world.store.sessions('ada')).length, 0)
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
