import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { FastifyRequest } from 'fastify'
import { listen } from '../http/listener.ts'
import type { Person } from './access-store.ts'
import { type Account, CLIENT, startProvider, wanderer } from './sso.fixtures.ts'
import { SSO_CALLBACK, singleSignOn } from './sso.ts'
import type { SsoIdentity } from './sso-claims.ts'
import type { SsoOptions } from './sso-options.ts'
import { ssoProvider } from './sso-provider.ts'
import { ssoRoutes } from './sso-routes.ts'
import { accessWorld, type World } from './testing.ts'

const OPTIONS: SsoOptions = {
  issuer: '',
  clientId: CLIENT.id,
  clientSecret: CLIENT.secret,
  name: 'single sign-on',
  scopes: 'openid email profile groups',
  groupsClaim: 'groups',
  roles: [
    { group: 'growth', role: 'editor', personal: false },
    { group: 'data', role: 'admin', personal: false },
  ],
  defaultRole: undefined,
  isOnly: false,
}
const ADA = {
  sub: 'ada-1',
  email: 'ada@example.com',
  email_verified: true,
  name: 'Ada L.',
  groups: ['growth'],
}

describe('single sign-on with a provider', () => {
  let world: World
  let url: string
  const ends: (() => Promise<unknown>)[] = []

  /** Our server, and a provider that knows it. */
  async function open(more: { options?: Partial<SsoOptions>; claimsInIdToken?: boolean } = {}) {
    url = await listen(world.server, '127.0.0.1', 0)
    const redirectUri = `${url}${SSO_CALLBACK}`
    const provider = await startProvider({ redirectUri, claimsInIdToken: more.claimsInIdToken === true })
    ends.push(provider.stop)
    sign({ ...OPTIONS, issuer: provider.issuer, ...more.options })
    return provider
  }
  function sign(options: SsoOptions): void {
    const { store, login, audit, clock } = world
    const now_ms = () => clock.now_ms
    current = singleSignOn({
      options,
      provider: ssoProvider(options),
      store,
      login,
      audit,
      pagesUrl: () => url,
      now_ms,
    })
  }
  let current: ReturnType<typeof singleSignOn>

  beforeEach(() => {
    world = accessWorld()
    ssoRoutes(world.server, {
      begin: (...given) => current.begin(...given),
      end: (request) => current.end(request),
    })
  })
  afterEach(async () => {
    await world.end()
    for (const end of ends.splice(0)) await end()
  })
  const start = () => `${url}/admin/v1/sso/start`
  const meOf = async (browser: ReturnType<typeof wanderer>) => {
    const cookie = [...browser.cookiesOf(url)].map((pair) => pair.join('=')).join('; ')
    return (await fetch(`${url}/admin/v1/me`, { headers: { cookie } })).json() as Promise<
      Record<string, unknown>
    >
  }

  for (const claimsInIdToken of [false, true]) {
    test(`makes a person with the role of their groups, which stand in the ${claimsInIdToken ? 'ID token' : 'user info'}`, async () => {
      const provider = await open({ claimsInIdToken })
      provider.as(ADA)
      const browser = wanderer()
      const { url: end, visited } = await browser.go(`${start()}?to=/destinations/heap%3Ftab=a`)
      assert.equal(end, `${url}/destinations/heap?tab=a`)
      const asked = new URL(visited[1] ?? '').searchParams
      assert.deepEqual(
        [asked.get('response_type'), asked.get('code_challenge_method'), asked.get('redirect_uri')],
        ['code', 'S256', `${url}${SSO_CALLBACK}`],
      )
      for (const name of ['state', 'nonce', 'code_challenge'])
        assert.match(asked.get(name) ?? '', /^[\w-]{43}$/)
      const me = await meOf(browser)
      assert.deepEqual(
        [me['email'], me['name'], me['role'], me['login'], me['hasPassword']],
        ['ada@example.com', 'Ada L.', 'editor', 'sso', false],
      )
      assert.deepEqual([...browser.cookiesOf(url).keys()], ['millrace_session'])
    })
  }

  test('the role follows the groups at every login, and other sessions end with it', async () => {
    const provider = await open()
    provider.as(ADA)
    const [first, second] = [wanderer(), wanderer()]
    await first.go(start())
    provider.as({ ...ADA, groups: ['data'], name: 'Ada' })
    await second.go(start())
    const me = await meOf(second)
    assert.deepEqual([me['role'], me['name'], (await world.store.people()).length], ['admin', 'Ada', 1])
    assert.equal((await meOf(first))['success'], false)
    provider.as({ ...ADA, groups: [] })
    assert.equal((await wanderer().go(start())).status, 403)
  })

  const refused: readonly (readonly [string, Account | 'cancels', number, RegExp])[] = [
    ['whom no group has a role for', { ...ADA, groups: ['<b>other</b>'] }, 403, /SSO_REFUSED/],
    ['who has no address', { sub: 'x', groups: ['data'] }, 403, /no e-mail address/],
    ['who went away', 'cancels', 502, /access_denied: The person went away/],
  ]
  for (const [who, account, status, text] of refused) {
    test(`somebody ${who} sees why in a page, and is not in`, async () => {
      const provider = await open()
      provider.as(account)
      const browser = wanderer()
      const end = await browser.go(start())
      assert.equal(end.status, status)
      assert.match(end.text, text)
      assert.match(String(end.headers['content-type']), /^text\/html/)
      assert.match(String(end.headers['content-security-policy']), /default-src 'none'/)
      assert.equal(browser.cookiesOf(url).has('millrace_session'), false)
      assert.deepEqual(await world.store.people(), [])
    })
  }

  test('an answer of the provider is good once, in the browser that asked, within ten minutes', async () => {
    const provider = await open()
    provider.as(ADA)
    const victim = wanderer()
    const { visited } = await victim.go(start())
    const callback = visited.find((one) => one.includes(SSO_CALLBACK)) ?? ''
    const again = await victim.go(callback)
    assert.deepEqual([again.status, /another browser/.test(again.text)], [502, true])
    // Somebody who has another person finish their login.
    const { url: toProvider } = await current.begin({ protocol: 'http' } as FastifyRequest, undefined)
    const led = await wanderer().go(toProvider)
    assert.deepEqual([led.status, /another browser/.test(led.text)], [502, true])
    // The same, while that person has begun a login too.
    const busy = wanderer()
    await busy.step(start())
    const { url: theirs } = await current.begin({ protocol: 'http' } as FastifyRequest, undefined)
    const swapped = await busy.go(theirs)
    assert.deepEqual([swapped.status, /another browser/.test(swapped.text)], [502, true])
    const late = wanderer()
    const went = await fetch(start(), { redirect: 'manual' })
    world.clock.now_ms += 600_000
    assert.equal((await late.go(went.headers.get('location') ?? '')).status, 502)
  })

  test('a provider that is not there is asked again by the next person', async () => {
    const provider = await open()
    provider.as(ADA)
    await provider.stop()
    ends.pop()
    const failed = await wanderer().go(start())
    assert.deepEqual([failed.status, /SSO_FAILED/.test(failed.text)], [502, true])
    const port = Number(new URL(provider.issuer).port)
    const back = await startProvider({ redirectUri: `${url}${SSO_CALLBACK}`, port })
    ends.push(back.stop)
    back.as(ADA)
    assert.equal(new URL((await wanderer().go(start())).url).pathname, '/')
    assert.equal((await world.store.people()).length, 1)
  })

  const wrong: readonly (readonly [string, Partial<SsoOptions>])[] = [
    ['the client secret', { clientSecret: 'another' }],
    ['the client id', { clientId: 'another' }],
    ['the issuer’s address', { issuer: 'http://127.0.0.1:1' }],
  ]
  for (const [what, options] of wrong) {
    test(`nobody is in when ${what} is wrong`, async () => {
      const provider = await open({ options })
      provider.as(ADA)
      const { status } = await wanderer().go(start())
      assert.ok(status >= 400)
      assert.deepEqual(await world.store.people(), [])
    })
  }

  test('the secret of the client is in no page and no note', async () => {
    const provider = await open({ options: { clientSecret: 'wrong-secret-value' } })
    provider.as(ADA)
    const { text } = await wanderer().go(start())
    assert.equal(text.includes('wrong-secret-value'), false)
  })
})

describe('who comes by single sign-on', () => {
  let world: World
  beforeEach(() => {
    world = accessWorld()
  })
  afterEach(() => world.end())

  const ID: SsoIdentity = {
    sso: 'https://id.example 1',
    email: 'ada@example.com',
    isVerified: true,
    name: 'Ada',
    groups: ['growth'],
  }
  /** Comes back with this identity. */
  async function come(identity: Partial<SsoIdentity>, options: Partial<SsoOptions> = {}, to?: string) {
    const { store, login, audit, clock } = world
    const provider = {
      begin: async () => ({ url: 'https://id.example/', pass: { state: 'state', nonce: '', verifier: '' } }),
      end: async () => ({ ...ID, ...identity }),
    }
    const sso = singleSignOn({
      ...{ options: { ...OPTIONS, ...options }, provider, store, login, audit },
      pagesUrl: () => 'http://localhost:4001',
      now_ms: () => clock.now_ms,
    })
    const request = { protocol: 'http', headers: {}, ip: '192.0.2.1' } as unknown as FastifyRequest
    const { cookie } = await sso.begin(request, to)
    const url = `${SSO_CALLBACK}?state=state&code=c`
    return sso.end({
      ...request,
      url,
      headers: { cookie: cookie.split(';')[0] },
    } as unknown as FastifyRequest)
  }
  const ada = () => world.store.person({ email: 'ada@example.com' })

  test('has an account here already: it is theirs when the provider vouches for the address', async () => {
    await world.add('ada')
    await come({})
    const person = await ada()
    assert.deepEqual([person?.id, person?.sso, person?.role], ['ada', ID.sso, 'editor'])
    assert.notEqual(person?.passwordHash, undefined)
  })

  const refusals: readonly (readonly [
    string,
    Partial<Person> | undefined,
    Partial<SsoIdentity>,
    Partial<SsoOptions>,
    RegExp,
  ])[] = [
    [
      'an account whose address the provider does not vouch for',
      {},
      { isVerified: false },
      {},
      /does not vouch/,
    ],
    ['an account that another identity has', { sso: 'https://id.example 2' }, {}, {}, /another account/],
    ['an account that is disabled', { disabled: true, sso: ID.sso }, {}, {}, /disabled/],
    ['an account that is disabled, by its address', { disabled: true }, {}, {}, /disabled/],
    ['no account, and no group', undefined, { groups: [] }, {}, /none of your groups/],
    ['no account, no roles and no default', undefined, {}, { roles: [] }, /none of your groups/],
  ]
  for (const [what, person, identity, options, problem] of refusals) {
    test(`is refused with ${what}, and nothing changes`, async () => {
      if (person !== undefined) await world.add('ada', person)
      const before = await world.store.people()
      await assert.rejects(
        come(identity, options),
        (error: { code: string; details: { problem: string } }) => {
          assert.equal(error.code, 'SSO_REFUSED')
          assert.match(error.details.problem, problem)
          return true
        },
      )
      assert.deepEqual(await world.store.people(), before)
      assert.deepEqual(await world.store.sessions(), [])
      assert.deepEqual(
        world.notes.map(({ what, outcome }) => [what, outcome]),
        [['login.sso.refused', 'SSO_REFUSED']],
      )
    })
  }

  test('keeps the role from here where groups have none', async () => {
    const options = { roles: [], defaultRole: 'viewer' } as const
    await come({}, options)
    assert.equal((await ada())?.role, 'viewer')
    await world.store.changePerson((await ada())?.id ?? '', { role: 'editor' })
    await come({}, options)
    assert.equal((await ada())?.role, 'editor')
  })

  test('gets what an invitation says, where groups have no roles and the address is vouched for', async () => {
    const invite = () =>
      world.makeLink({ kind: 'invitation', email: 'ada@example.com', role: 'admin', by: 'bob' })
    await invite()
    await assert.rejects(come({ isVerified: false }, { roles: [] }), { code: 'SSO_REFUSED' })
    await come({}, { roles: [], defaultRole: 'viewer' })
    assert.deepEqual([(await ada())?.role, (await world.store.links('invitation')).length], ['admin', 0])
  })

  test('keeps an invitation that does not count, because groups say who one is', async () => {
    await world.makeLink({ kind: 'invitation', email: 'ada@example.com', role: 'admin', by: 'bob' })
    await come({})
    assert.deepEqual([(await ada())?.role, (await world.store.links('invitation')).length], ['editor', 1])
  })

  test('may be the last admin, and no admin from then on', async () => {
    await world.add('ada', { role: 'admin', sso: ID.sso })
    await come({})
    assert.equal((await ada())?.role, 'editor')
  })

  const paths: readonly (readonly [string | undefined, string])[] = [
    [undefined, '/'],
    ['/sources?x=1', '/sources?x=1'],
    ['sources', '/sources'],
    ['https://evil.example/', '/'],
    ['//evil.example/', '/'],
    ['/\\evil.example/', '/'],
    ['/..//evil.example', '/'],
    ['javascript:alert(1)', '/'],
    ['http://millrace.invalid//evil.example', '/'],
  ]
  for (const [to, path] of paths) {
    test(`who wanted to go to ${to ?? 'nothing'} ends at ${path}`, async () => {
      assert.equal((await come({}, {}, to)).to, path)
    })
  }
})
