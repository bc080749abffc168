import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { codeOf } from './second-factor.ts'
import { accessWorld, type Browser, PASSWORD, type World } from './testing.ts'

const NEXT = 'another-river-43-stone'

describe('what is one’s own', () => {
  let world: World
  let browser: Browser
  beforeEach(async () => {
    world = accessWorld()
    await world.add('ada', { name: 'Ada' })
    browser = world.browser()
    await browser.logIn('ada@example.com')
  })
  afterEach(() => world.end())

  const withFactor = async () => {
    const { secret } = await browser.ask('/me/second-factor', { body: { password: PASSWORD } })
    const code = () => codeOf(String(secret), world.clock.now_ms)
    const { recoveryCodes } = await browser.ask('/me/second-factor/confirm', { body: { code: code() } })
    return { code, codes: recoveryCodes as string[] }
  }

  test('is told', async () => {
    assert.deepEqual(await browser.ask('/me'), {
      ...{
        via: 'session',
        id: 'ada',
        email: 'ada@example.com',
        name: 'Ada',
        role: 'viewer',
        personal: false,
      },
      ...{ login: 'password', hasPassword: true, secondFactor: 'off', recoveryCodes: 0 },
    })
  })

  test('a name can be changed, and is not empty', async () => {
    const me = await browser.ask('/me', { method: 'PATCH', body: { name: ' Ada L. ' } })
    assert.equal(me['name'], 'Ada L.')
    assert.equal(await browser.refused('/me', { method: 'PATCH', body: { name: '' } }), 'QUERY_INVALID')
    assert.equal(await browser.refused('/me', { method: 'PATCH', body: { name: '   ' } }), 'QUERY_INVALID')
    assert.equal(
      await browser.refused('/me', { method: 'PATCH', body: { name: 'A', role: 'admin' } }),
      'QUERY_INVALID',
    )
  })

  describe('a password', () => {
    const change = (current: string, next: string) => ({ method: 'PUT', body: { current, next } }) as const

    test('that is changed ends every other session, and this one has a new token', async () => {
      const other = world.browser()
      await other.logIn('ada@example.com')
      const before = browser.cookie()
      await browser.ask('/me/password', change(PASSWORD, NEXT))
      assert.notEqual(browser.cookie(), before)
      await browser.ask('/me')
      assert.equal(await other.refused('/me'), 'LOGIN_NEEDED')
      other.steal(before)
      assert.equal(await other.refused('/me'), 'LOGIN_NEEDED')
      assert.equal((await other.logIn('ada@example.com')).code, 'LOGIN_FAILED')
      assert.equal((await other.logIn('ada@example.com', NEXT)).status, 200)
    })

    const rows = [
      ['the present one is wrong', 'wrong', NEXT, 'PASSWORD_WRONG'],
      ['the next one is weak', PASSWORD, 'password1234', 'PASSWORD_WEAK'],
    ] as const
    for (const [what, current, next, code] of rows) {
      test(`stays when ${what}`, async () => {
        const other = world.browser()
        await other.logIn('ada@example.com')
        assert.equal(await browser.refused('/me/password', change(current, next)), code)
        await other.ask('/me')
        assert.equal((await world.browser().logIn('ada@example.com')).status, 200)
      })
    }

    test('cannot be guessed by whoever has the browser', async () => {
      for (let n = 0; n < 9; n++)
        assert.equal(await browser.refused('/me/password', change('wrong', NEXT)), 'PASSWORD_WRONG')
      const { status, headers } = await browser.send('/me/password', change(PASSWORD, NEXT))
      assert.deepEqual([status, headers['retry-after']], [429, '30'])
    })
  })

  describe('a second factor', () => {
    test('is on once a code of the app was given; then the browser has a new token, and no other one is in', async () => {
      const other = world.browser()
      await other.logIn('ada@example.com')
      const before = browser.cookie()
      const { codes } = await withFactor()
      assert.equal(codes.length, 10)
      assert.notEqual(browser.cookie(), before)
      assert.equal(await other.refused('/me'), 'LOGIN_NEEDED')
      const me = await browser.ask('/me')
      assert.deepEqual([me['secondFactor'], me['recoveryCodes']], ['on', 10])
      assert.equal(JSON.stringify(await world.store.people()).includes(String(codes[0])), false)
    })

    test('the code that turned it on is not good for a login', async () => {
      const { code } = await withFactor()
      const { json } = await world.browser().logIn('ada@example.com')
      const body = { step: json['step'], code: code() }
      assert.equal(await world.browser().refused('/login/code', { body }), 'LOGIN_FAILED')
    })

    test('begins only with the password, and is not on before it is confirmed', async () => {
      const body = { password: 'wrong' }
      assert.equal(await browser.refused('/me/second-factor', { body }), 'PASSWORD_WRONG')
      await browser.ask('/me/second-factor', { body: { password: PASSWORD } })
      assert.equal((await browser.ask('/me'))['secondFactor'], 'off')
      const wrong = { body: { code: '000000' } }
      assert.equal(await browser.refused('/me/second-factor/confirm', wrong), 'CODE_WRONG')
      assert.equal((await world.browser().logIn('ada@example.com')).json['status'], 'in')
    })

    test('must be confirmed within a quarter of an hour, and was begun', async () => {
      assert.equal(
        await browser.refused('/me/second-factor/confirm', { body: { code: '123456' } }),
        'CODE_WRONG',
      )
      const { secret } = await browser.ask('/me/second-factor', { body: { password: PASSWORD } })
      world.clock.now_ms += 900_000
      const body = { code: codeOf(String(secret), world.clock.now_ms) }
      assert.equal(await browser.refused('/me/second-factor/confirm', { body }), 'CODE_WRONG')
    })

    test('goes with the password, and its codes go too', async () => {
      await withFactor()
      const remove = (password: string) => browser.send('/me/second-factor/remove', { body: { password } })
      assert.equal((await remove('wrong')).code, 'PASSWORD_WRONG')
      const { json } = await remove(PASSWORD)
      assert.deepEqual([json['secondFactor'], json['recoveryCodes']], ['off', 0])
      assert.equal((await world.browser().logIn('ada@example.com')).json['status'], 'in')
    })

    test('new recovery codes take the place of those before', async () => {
      const { codes } = await withFactor()
      const path = '/me/second-factor/recovery-codes'
      assert.equal(await browser.refused(path, { body: { password: 'wrong' } }), 'PASSWORD_WRONG')
      const { recoveryCodes } = await browser.ask(path, { body: { password: PASSWORD } })
      const [next = ''] = recoveryCodes as string[]
      const use = async (code: string | undefined) => {
        const { json } = await world.browser().logIn('ada@example.com')
        return world.browser().refused('/login/code', { body: { step: json['step'], code } })
      }
      assert.deepEqual([await use(codes[0]), await use(next)], ['LOGIN_FAILED', undefined])
    })

    test('without one there are no recovery codes', async () => {
      const { recoveryCodes } = await browser.ask('/me/second-factor/recovery-codes', {
        body: { password: PASSWORD },
      })
      assert.deepEqual(recoveryCodes, [])
    })
  })

  describe('sessions', () => {
    const listed = async () => (await browser.ask('/me/sessions'))['sessions'] as Record<string, unknown>[]

    test('are listed with browser, address and times', async () => {
      world.clock.now_ms += 120_000
      const other = world.browser('198.51.100.7')
      await other.logIn('ada@example.com')
      const [first, second] = await listed()
      const mine = first?.['isThis'] === true ? first : second
      const theirs = first?.['isThis'] === true ? second : first
      assert.deepEqual(mine, {
        ...{
          id: mine?.['id'],
          login: 'password',
          browser: 'Test browser',
          address: '192.0.2.1',
          isThis: true,
        },
        createdAt: '2026-01-01T00:00:00.000Z',
        usedAt: '2026-01-01T00:02:00.000Z',
        expiresAt: '2026-01-08T00:00:00.000Z',
      })
      assert.deepEqual([theirs?.['isThis'], theirs?.['address']], [false, '198.51.100.7'])
    })

    test('can be ended one by one, and all but this', async () => {
      const [one, two] = [world.browser(), world.browser()]
      await one.logIn('ada@example.com')
      await two.logIn('ada@example.com')
      const id = ((await one.ask('/me/sessions'))['sessions'] as { id: string; isThis: boolean }[]).find(
        ({ isThis }) => isThis,
      )?.id
      await browser.ask(`/me/sessions/${id}`, { method: 'DELETE' })
      assert.equal(await one.refused('/me'), 'LOGIN_NEEDED')
      assert.equal(await browser.refused(`/me/sessions/${id}`, { method: 'DELETE' }), 'NOT_FOUND')
      assert.deepEqual(await browser.ask('/me/sessions', { method: 'DELETE' }), { ended: 1 })
      assert.equal(await two.refused('/me'), 'LOGIN_NEEDED')
      assert.equal((await listed()).length, 1)
    })

    test('of others are none of one’s business', async () => {
      await world.add('bob')
      const bob = world.browser()
      await bob.logIn('bob@example.com')
      const [theirs] = await world.store.sessions('bob')
      assert.equal(await browser.refused(`/me/sessions/${theirs?.id}`, { method: 'DELETE' }), 'NOT_FOUND')
      await bob.ask('/me')
    })

    test('that are over are not listed', async () => {
      const other = world.browser()
      await other.logIn('ada@example.com')
      for (let hours = 0; hours < 8; hours++) {
        world.clock.now_ms += 3_600_000
        await browser.ask('/me')
      }
      assert.equal((await listed()).length, 2)
      world.clock.now_ms += 1
      assert.equal((await listed()).length, 1)
    })
  })

  test('a wrong password is noted, and no secret with it', async () => {
    await browser.refused('/me/second-factor/remove', { body: { password: 'wrong guess' } })
    const written = world.notes.map(({ request: _, ...note }) => note)
    assert.deepEqual(
      written.map(({ what, outcome, of }) => [what, outcome, of?.id]),
      [
        ['login.password', 'ok', undefined],
        ['password.wrong', 'PASSWORD_WRONG', 'ada'],
      ],
    )
    for (const one of [PASSWORD, 'wrong guess']) assert.equal(JSON.stringify(written).includes(one), false)
  })
})
