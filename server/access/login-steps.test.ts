import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { codeOf } from './second-factor.ts'
import { accessWorld, PASSWORD, type World } from './testing.ts'

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
})
