import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { Compile } from 'typebox/compile'
import { ROUTES } from '../../contract/routes.ts'
import { codeOf } from './second-factor.ts'
import { accessWorld, type Browser, PASSWORD, type World } from './testing.ts'

const linkOf = (json: Record<string, unknown>) => String(json['link']).split('#')[1] ?? ''

describe('people', () => {
  let world: World
  let admin: Browser
  const open = async (options: Parameters<typeof accessWorld>[0] = {}) => {
    await world?.end()
    world = accessWorld(options)
    await world.add('ada', { role: 'admin', name: 'Ada' })
    admin = world.browser()
    await admin.logIn('ada@example.com')
  }
  beforeEach(() => open())
  afterEach(() => world.end())
  const change = (id: string, body: object) => admin.send(`/people/${id}`, { method: 'PATCH', body })

  test('are listed with what they may and how they come in', async () => {
    await world.add('bob', {
      personal: true,
      sso: 'https://id.example 1',
      passwordHash: undefined,
      disabled: true,
    })
    const answer = await admin.ask('/people')
    assert.ok(Compile(ROUTES['GET /admin/v1/people'].answer).Check(answer))
    assert.deepEqual(answer, {
      people: [
        {
          ...{
            id: 'ada',
            email: 'ada@example.com',
            name: 'Ada',
            role: 'admin',
            personal: false,
            disabled: false,
          },
          ...{ hasPassword: true, sso: false, roleFrom: 'here', secondFactor: false, sessions: 1 },
          ...{ createdAt: '2026-01-01T00:00:00.000Z', loginAt: '2026-01-01T00:00:00.000Z' },
        },
        {
          ...{
            id: 'bob',
            email: 'bob@example.com',
            name: 'bob',
            role: 'viewer',
            personal: true,
            disabled: true,
          },
          ...{ hasPassword: false, sso: true, roleFrom: 'here', secondFactor: false, sessions: 0 },
          ...{ createdAt: '2026-01-01T00:00:00.000Z' },
        },
      ],
      requireSecondFactor: false,
    })
  })

  const follows: readonly (readonly [string, object, string | undefined])[] = [
    ['a name', { name: 'Bob' }, undefined],
    ['leave to see personal values', { personal: true }, undefined],
    ['another role', { role: 'editor' }, 'LOGIN_NEEDED'],
    ['the same role', { role: 'viewer' }, undefined],
    ['no way in', { disabled: true }, 'LOGIN_NEEDED'],
  ]
  for (const [what, body, code] of follows) {
    test(`a person who gets ${what} ${code === undefined ? 'stays in' : 'is out at once'}`, async () => {
      await world.add('bob')
      const bob = world.browser()
      await bob.logIn('bob@example.com')
      const { json } = await change('bob', body)
      assert.deepEqual({ ...json, ...body }, json)
      assert.equal(await bob.refused('/me'), code)
    })
  }

  test('an admin who is made viewer manages nobody from then on', async () => {
    await world.add('bob', { role: 'admin' })
    const bob = world.browser()
    await bob.logIn('bob@example.com')
    await bob.ask('/people')
    await change('bob', { role: 'viewer' })
    await bob.logIn('bob@example.com')
    assert.equal(await bob.refused('/people'), 'NOT_ALLOWED')
  })

  test('a disabled person cannot come in, nor by a link from before; enabled, they can', async () => {
    await world.add('bob')
    const token = linkOf(await admin.ask('/people/bob/reset', { method: 'POST' }))
    await change('bob', { disabled: true })
    assert.equal((await world.browser().logIn('bob@example.com')).code, 'LOGIN_FAILED')
    assert.equal(await world.browser().refused('/links/look', { body: { token } }), 'LINK_INVALID')
    assert.equal(await admin.refused('/people/bob/reset', { method: 'POST' }), 'QUERY_INVALID')
    await change('bob', { disabled: false })
    assert.equal((await world.browser().logIn('bob@example.com')).status, 200)
  })

  test('the last admin stays', async () => {
    for (const body of [{ role: 'editor' }, { disabled: true }])
      assert.equal((await change('ada', body)).code, 'LAST_ADMIN')
    assert.equal(await admin.refused('/people/ada', { method: 'DELETE' }), 'LAST_ADMIN')
    await world.add('bob', { role: 'admin' })
    assert.equal(await admin.refused('/people/ada', { method: 'DELETE' }), undefined)
    assert.equal(await admin.refused('/me'), 'LOGIN_NEEDED')
  })

  test('a person who is removed is out at once', async () => {
    await world.add('bob')
    const bob = world.browser()
    await bob.logIn('bob@example.com')
    await admin.ask('/people/bob', { method: 'DELETE' })
    assert.equal(await bob.refused('/me'), 'LOGIN_NEEDED')
    assert.equal(await admin.refused('/people/bob', { method: 'DELETE' }), 'NOT_FOUND')
  })

  const absent = [
    ['PATCH', '/people/none', { name: 'x' }],
    ['DELETE', '/people/none', undefined],
    ['POST', '/people/none/reset', undefined],
    ['DELETE', '/people/none/sessions', undefined],
    ['DELETE', '/people/none/second-factor', undefined],
    ['DELETE', '/invitations/none', undefined],
  ] as const
  for (const [method, path, body] of absent) {
    test(`${method} ${path} finds nobody`, async () => {
      assert.equal(await admin.refused(path, { method, body }), 'NOT_FOUND')
    })
  }

  test('can be logged out everywhere', async () => {
    await world.add('bob')
    const bob = world.browser()
    await bob.logIn('bob@example.com')
    assert.deepEqual(await admin.ask('/people/bob/sessions', { method: 'DELETE' }), { ended: 1 })
    assert.equal(await bob.refused('/me'), 'LOGIN_NEEDED')
  })

  test('who has lost the phone gets in again', async () => {
    const bob = await world.add('bob')
    const { secret } = world.factors.begin(bob)
    await world.factors.turnOn(bob, codeOf(secret, world.clock.now_ms))
    assert.equal((await world.browser().logIn('bob@example.com')).json['status'], 'code')
    const person = await admin.ask('/people/bob/second-factor', { method: 'DELETE' })
    assert.equal(person['secondFactor'], false)
    assert.equal((await world.browser().logIn('bob@example.com')).json['status'], 'in')
  })

  test('a second factor can be asked of everybody', async () => {
    const answer = await admin.ask('/people/settings', { method: 'PUT', body: { requireSecondFactor: true } })
    assert.deepEqual(answer, { requireSecondFactor: true })
    assert.equal(await admin.refused('/people'), 'SECOND_FACTOR_NEEDED')
    const { secret } = await admin.ask('/me/second-factor', { body: { password: PASSWORD } })
    const code = codeOf(String(secret), world.clock.now_ms)
    await admin.ask('/me/second-factor/confirm', { body: { code } })
    assert.equal((await admin.ask('/people'))['requireSecondFactor'], true)
  })

  test('a new password is set by a link, of which the last one counts', async () => {
    await world.add('bob')
    const first = linkOf(await admin.ask('/people/bob/reset', { method: 'POST' }))
    const json = await admin.ask('/people/bob/reset', { method: 'POST' })
    assert.deepEqual(
      [String(json['link']).split('#')[0], json['expiresAt'], json['mail']],
      ['http://localhost:4001/link', '2026-01-02T00:00:00.000Z', 'off'],
    )
    const bob = world.browser()
    assert.equal(await bob.refused('/links/look', { body: { token: first } }), 'LINK_INVALID')
    const look = await bob.ask('/links/look', { body: { token: linkOf(json) } })
    assert.deepEqual([look['kind'], look['email'], look['name']], ['reset', 'bob@example.com', 'bob'])
    await bob.ask('/links/use', { body: { token: linkOf(json), password: 'another-river-43-stone' } })
    assert.equal((await bob.ask('/me'))['login'], 'link')
  })

  describe('whose roles follow their groups', () => {
    beforeEach(async () => {
      await open({ hasGroupRoles: true })
      await world.add('bob', { sso: 'https://id.example 1' })
    })
    const rows: readonly (readonly [string, object, string | undefined])[] = [
      ['bob', { role: 'admin' }, 'QUERY_INVALID'],
      ['bob', { personal: true }, 'QUERY_INVALID'],
      ['bob', { role: 'viewer', personal: false, name: 'Bob' }, undefined],
      ['bob', { disabled: true }, undefined],
      ['eve', { role: 'editor' }, undefined],
    ]
    for (const [id, body, code] of rows) {
      test(`${id} ${code === undefined ? 'gets' : 'does not get'} ${JSON.stringify(body)}`, async () => {
        await world.add('eve')
        assert.equal((await change(id, body)).code, code)
      })
    }
    test('are told so', async () => {
      const { people } = (await admin.ask('/people')) as { people: { id: string; roleFrom: string }[] }
      assert.deepEqual(
        people.map(({ id, roleFrom }) => [id, roleFrom]),
        [
          ['ada', 'here'],
          ['bob', 'groups'],
        ],
      )
    })
  })

  describe('invitations', () => {
    const invite = (email: string, more: object = {}) =>
      admin.send('/invitations', { body: { email, role: 'editor', ...more } })

    test('are shown once with their link, and listed without', async () => {
      const { status, json } = await invite('Bob@Example.com')
      assert.equal(status, 201)
      assert.ok(Compile(ROUTES['POST /admin/v1/invitations'].answer).Check(json))
      const { invitations } = (await admin.ask('/invitations')) as { invitations: Record<string, unknown>[] }
      assert.deepEqual(invitations, [
        {
          ...{
            id: invitations[0]?.['id'],
            email: 'bob@example.com',
            role: 'editor',
            personal: false,
            by: 'Ada',
          },
          ...{ createdAt: '2026-01-01T00:00:00.000Z', expiresAt: '2026-01-08T00:00:00.000Z' },
        },
      ])
      assert.equal(JSON.stringify(invitations).includes(linkOf(json)), false)
    })

    test('are taken back, and are good no more', async () => {
      const { json } = await invite('bob@example.com')
      const { id } = json['invitation'] as { id: string }
      await admin.ask(`/invitations/${id}`, { method: 'DELETE' })
      const body = { token: linkOf(json), password: PASSWORD }
      assert.equal(await world.browser().refused('/links/use', { body }), 'LINK_INVALID')
    })

    test('to one address are one: the last', async () => {
      const first = await invite('bob@example.com', { role: 'admin' })
      await invite('BOB@example.com', { role: 'viewer' })
      const { invitations } = (await admin.ask('/invitations')) as { invitations: { role: string }[] }
      assert.deepEqual(
        invitations.map(({ role }) => role),
        ['viewer'],
      )
      assert.equal(
        await world.browser().refused('/links/look', { body: { token: linkOf(first.json) } }),
        'LINK_INVALID',
      )
    })

    test('that are over are gone from the list', async () => {
      await invite('bob@example.com')
      world.clock.now_ms += 7 * 86_400_000 - 1
      await admin.logIn('ada@example.com')
      assert.equal(((await admin.ask('/invitations'))['invitations'] as []).length, 1)
      world.clock.now_ms += 1
      assert.deepEqual((await admin.ask('/invitations'))['invitations'], [])
    })

    const wrong: readonly (readonly [string, object])[] = [
      ['ada@example.com', {}],
      ['bob', {}],
      ['bob@example.com', { role: 'owner' }],
      ['bob@example.com', { password: PASSWORD }],
      [`${'b'.repeat(250)}@example.com`, {}],
    ]
    for (const [email, more] of wrong) {
      test(`there is none for ${email.slice(0, 20)} with ${JSON.stringify(more)}`, async () => {
        assert.equal((await invite(email, more)).code, 'QUERY_INVALID')
      })
    }

    test('are mailed where there is a mail server, and shown when it did not take them', async () => {
      await open({ canMail: true })
      const { json } = await invite('bob@example.com')
      assert.equal(json['mail'], 'sent')
      const [mail] = world.mails
      assert.deepEqual([mail?.to, mail?.subject], ['bob@example.com', 'You are invited to Millrace'])
      assert.ok(mail?.text.includes(String(json['link'])))
      const failed = await invite('gone@example.com')
      assert.deepEqual([failed.json['mail'], failed.status], ['failed', 201])
      await world.add('eve')
      assert.equal((await admin.ask('/people/eve/reset', { method: 'POST' }))['mail'], 'sent')
      assert.match(world.mails.at(-1)?.subject ?? '', /new password/)
    })
  })
})
