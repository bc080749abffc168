import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { codeOf } from '../../server/access/second-factor.ts'
import { atMost_ms, notInCluster } from './in-cluster.ts'
import { heapFor, type Millrace, makePlace, type Place, source, until } from './server.ts'

const PASSWORD = 'river-lantern-42-moss'
const NEXT = 'another-river-43-stone'
const MAIN = join(import.meta.dirname, '../../server/main.ts')
const JSON_TYPE = { 'content-type': 'application/json' }
type Json = Record<string, unknown>

/** A browser as far as this needs one: it keeps the cookie. */
function browserAt({ adminUrl }: Millrace) {
  let cookie = ''
  return {
    async send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
      const answer = await fetch(`${adminUrl}/admin/v1${path}`, {
        method,
        headers: { cookie, origin: adminUrl, 'sec-fetch-site': 'same-origin', ...JSON_TYPE, ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      for (const set of answer.headers.getSetCookie()) cookie = set.split(';', 1)[0] ?? ''
      const json = (await answer.json()) as Json
      return { status: answer.status, json, code: (json['error'] as { code: string } | undefined)?.code }
    },
    cookie: () => cookie,
    async logIn(email: string, password = PASSWORD) {
      return this.send('POST', '/login', { email, password })
    },
  }
}

const tokenOf = (text: string) => /\/link#([\w-]{43})/.exec(text)?.[1] ?? ''

describe('a server with login', { timeout: atMost_ms(120_000) }, () => {
  let place: Place
  let millrace: Millrace
  beforeEach(async () => {
    place = await makePlace()
    place.configure({
      sources: [source('backend')],
      destinations: [heapFor(place.sandbox, 'heap', '41', ['backend'])],
    })
    millrace = await place.start('--login', 'on')
    await until('the link', () => tokenOf(millrace.out()) || undefined)
  })
  afterEach(() => place.end())

  async function setUp() {
    const ada = browserAt(millrace)
    const body = { token: tokenOf(millrace.out()), email: 'ada@example.com', name: 'Ada', password: PASSWORD }
    assert.equal((await ada.send('POST', '/links/use', body)).status, 200)
    return ada
  }
  const adminCommand = async (...words: string[]) => {
    const data = join(place.folder, 'data')
    const port = new URL(millrace.adminUrl).port
    return (
      await promisify(execFile)(
        process.execPath,
        [MAIN, 'admin', ...words, '--data', data, '--admin-port', port],
        { env: await place.environment() },
      )
    ).stdout
  }

  test('answers nobody, takes events from everybody, and lets the first admin make the others', async () => {
    const stranger = browserAt(millrace)
    for (const path of ['/sources', '/people', '/events', '/me', '/live'])
      assert.deepEqual((await stranger.send('GET', path)).code, 'LOGIN_NEEDED', path)
    await millrace.post('/v1/track', 'backend-key', { userId: 'ada', event: 'Signed Up' })

    const ada = await setUp()
    assert.equal((await ada.send('GET', '/sources')).status, 200)
    const invited = await ada.send('POST', '/invitations', { email: 'bob@example.com', role: 'viewer' })
    assert.equal(invited.status, 201)
    const bob = browserAt(millrace)
    const token = tokenOf(String(invited.json['link']))
    assert.equal((await bob.send('POST', '/links/use', { token, password: PASSWORD })).status, 200)
    assert.equal((await bob.send('GET', '/sources')).status, 200)
    assert.equal((await bob.send('PATCH', '/sources/backend', { name: 'Mine' })).code, 'NOT_ALLOWED')
    assert.equal((await bob.send('GET', '/people')).code, 'NOT_ALLOWED')
    const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    assert.equal((await ada.send('PATCH', '/sources/backend', { name: 'Theirs' }, foreign)).status, 403)
    assert.equal((await ada.send('PATCH', '/sources/backend', { name: 'Ours' })).status, 200)
  })

  test('has forgotten nobody after a restart, and prints no link any more', async () => {
    const ada = await setUp()
    await millrace.stop()
    millrace = await place.start('--login', 'on')
    const same = browserAt(millrace)
    assert.equal(
      (await same.send('GET', '/me', undefined, { cookie: ada.cookie() })).json['email'],
      'ada@example.com',
    )
    assert.equal((await same.logIn('ada@example.com')).json['status'], 'in')
    assert.equal(tokenOf(millrace.out()), '')
  })

  const skip = notInCluster('every file of a data folder is looked into')
  test('asks for the second factor, whose secret lies nowhere in the data folder, nor does a password or a token', {
    skip,
  }, async () => {
    const ada = await setUp()
    const { json } = await ada.send('POST', '/me/second-factor', { password: PASSWORD })
    const secret = String(json['secret'])
    const confirmed = await ada.send('POST', '/me/second-factor/confirm', {
      code: codeOf(secret, Date.now()),
    })
    const [recovery = ''] = confirmed.json['recoveryCodes'] as string[]
    const again = browserAt(millrace)
    const { step } = (await again.logIn('ada@example.com')).json
    assert.equal((await again.send('GET', '/me')).code, 'LOGIN_NEEDED')
    assert.equal((await again.send('POST', '/login/code', { step, code: recovery })).json['status'], 'in')
    await millrace.stop()
    const data = join(place.folder, 'data')
    const files = readdirSync(data).filter((file) => file.endsWith('.db') || file.endsWith('-wal'))
    assert.ok(files.includes('access.db'))
    const planted = [
      secret,
      PASSWORD,
      recovery,
      ada.cookie().split('=')[1] ?? '',
      tokenOf(millrace.out()),
      String(step),
    ]
    for (const file of files) {
      const bytes = readFileSync(join(data, file))
      for (const one of planted) {
        assert.ok(one.length > 10)
        assert.equal(bytes.includes(one), false, `${file} holds ${one}`)
      }
    }
  })

  test('lets whoever has the data folder back in, while it runs', async () => {
    const ada = await setUp()
    assert.match(await adminCommand('list'), /^ada@example\.com {2}Ada {2}admin, last login /)
    const out = await adminCommand('reset', '--email', 'ada@example.com')
    assert.ok(out.includes(`${millrace.adminUrl}/link#`), out)
    const again = browserAt(millrace)
    const used = await again.send('POST', '/links/use', { token: tokenOf(out), password: NEXT })
    assert.equal(used.json['status'], 'in')
    assert.equal((await ada.send('GET', '/me')).code, 'LOGIN_NEEDED')
    assert.equal((await browserAt(millrace).logIn('ada@example.com')).code, 'LOGIN_FAILED')
    assert.equal((await browserAt(millrace).logIn('ada@example.com', NEXT)).status, 200)
  })
})
