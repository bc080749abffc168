// Secrets are planted in every place that takes one; after a full run none is found where it must not be.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { type Millrace, makePlace, type Place, until } from '../e2e/server.ts'
import { startEcho } from './echo.ts'
import { foundIn, foundInFolder } from './needles.ts'

const MAIN = join(import.meta.dirname, '../../server/main.ts')
const WRITE_KEY = 'planted-write-key-0123'
const PLANTED = {
  signing: 'planted/signing+"key" 1ü?',
  authorization: 'planted-authorization-2',
  changed: 'planted-changed-3',
  apiKey: 'planted-api-key-4',
  slack: 'planted-slack-5aBc',
  smtp: 'planted-smtp-6',
  query: 'planted-query-7',
  typed: 'planted-typed-8',
  sql: 'planted-sql-password-9',
  first: 'planted-first-key-10',
  second: 'planted-second-key-11',
}
type Of = { readonly destination: string }
type Secrets = Readonly<Record<string, string>>

describe('planted secrets', { timeout: 120_000 }, () => {
  let place: Place
  let millrace: Millrace
  let echo: Awaited<ReturnType<typeof startEcho>>
  /** Every answer of the admin API, with its address. */
  const answers: [where: string, text: string][] = []

  async function ask(method: string, path: string, body?: unknown) {
    const sent = body === undefined ? { method } : { method, body: JSON.stringify(body) }
    const answer = await fetch(`${millrace.adminUrl}/admin/v1/${path}`, sent)
    const text = await answer.text()
    answers.push([`${method} ${path}`, text + JSON.stringify([...answer.headers])])
    return { status: answer.status, json: JSON.parse(text) }
  }
  async function command(...args: readonly string[]): Promise<string> {
    const options = { env: {}, cwd: place.folder }
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [MAIN, ...args], options)
    return stdout + stderr
  }
  const data = () => join(place.folder, 'data')

  const none = (found: readonly string[]) => assert.deepEqual(found, [])
  const inData = (secrets: Secrets) => foundInFolder(data(), secrets, ['secret.key'])
  const keptByReceiver: string[] = []
  const everything = { ...PLANTED, writeKey: WRITE_KEY }

  before(async () => {
    // A receiver of signed requests has the key too, and one keeps those that it was given before.
    echo = await startEcho((path) =>
      /^\/\d+(\?.*)?$/.test(path) ? [PLANTED.signing, ...(path === '/400' ? keptByReceiver : [])] : [],
    )
    place = await makePlace()
    const authorization = `Bearer ${PLANTED.authorization}`
    const hook = (id: string, path: string) => ({
      ...{ id, name: id, kind: 'webhook', sources: ['planted'] },
      settings: { url: `${echo.url}/${path}`, secret: PLANTED.signing, authorization },
    })
    const deleting = { action: 'deleteUser', trigger: 'event = "Forget"' }
    place.configure({
      sources: [
        { id: 'planted', name: 'Planted', kind: 'node', writeKey: WRITE_KEY },
        {
          ...{ id: 'shop', name: 'Shop', kind: 'postgresql', writeKey: 'shop-key' },
          sql: {
            ...{ host: '127.0.0.1', port: 1, database: 'shop', user: 'ada', tls: 'off' },
            ...{ password: PLANTED.sql, query: 'select 1 as id', key: ['id'] },
            call: { type: 'track', fields: { userId: '{{id}}', event: 'Seen' } },
          },
        },
      ],
      destinations: [
        ...[hook('well', `200?page=2&token=${PLANTED.query}`), hook('held', '401'), hook('refused', '400')],
        ...[hook('failing', '500'), hook('cut', 'cut')],
        {
          ...{ id: 'heap', name: 'Heap', kind: 'heap', sources: ['planted'], actions: [deleting] },
          settings: { appId: '77', apiUrl: `${echo.url}/401`, apiKey: PLANTED.apiKey },
        },
      ],
      ...{
        alerts: {
          channels: [
            { id: 'slack', kind: 'slack', url: `${echo.url}/500/services/${PLANTED.slack}` },
            { id: 'mail', kind: 'email', to: ['ops@example.com'] },
          ],
          rules: { held: { minutes: 0 } },
        },
      },
    })
    const smtp = `smtp://ada:${PLANTED.smtp}@127.0.0.1:1`
    millrace = await place.start('--log-level', 'trace', '--smtp-url', smtp)
  })
  after(async () => {
    echo.close()
    await place.end()
  })

  test('are in no history of what was delivered, refused, held, failed and tried', async () => {
    const batch = ['Seen', 'Forget'].map((event) => ({ type: 'track', userId: 'ada', event }))
    await millrace.post('/v1/batch', WRITE_KEY, { batch, writeKey: WRITE_KEY })
    await millrace.done('well', 2)
    await millrace.done('refused', 2)
    for (const path of ['/401', '/400', '/500', '/cut', '/200', '/401/api/public/v0/auth_token']) {
      await until(`a request to ${path}`, () => echo.asked.some((url) => url.startsWith(path)) || undefined)
    }
    for (const id of ['well', 'held', 'refused', 'failing', 'heap']) {
      assert.equal((await ask('POST', 'test', { destination: id, send: true })).status, 200)
      await ask('POST', 'explain', {
        destination: id,
        event: { type: 'track', userId: 'ada', event: 'Forget' },
      })
    }
    await until('attempts of all', async () => {
      const { attempts } = (await millrace.admin('attempts?limit=200')) as unknown as {
        attempts: readonly Of[]
      }
      return new Set(attempts.map(({ destination }) => destination)).size === 6 || undefined
    })
    const { attempts } = (await ask('GET', 'attempts?limit=200')).json
    for (const { id } of attempts) await ask('GET', `attempts/${id}`)
    const { deadLetters } = (await ask('GET', 'dead-letters')).json
    assert.ok(deadLetters.length >= 2)
    for (const { id } of deadLetters) await ask('GET', `dead-letters/${id}`)
    const masked = answers.filter(([, text]) => /one.{3,9}\*\*\*/.test(text)).map(([where]) => where)
    for (const where of ['POST test', 'GET attempts/', 'GET dead-letters/']) {
      assert.ok(
        masked.some((one) => one.startsWith(where)),
        `nothing was repeated to ${where}`,
      )
    }
    none(inData(everything))
  })

  test('are in no alert, also when its channel answers with them', async () => {
    for (const channel of (await ask('GET', 'alerts')).json.settings.channels) {
      assert.equal((await ask('POST', 'alerts/test', { channel })).json.ok, false)
    }
    await until('an alert that was sent', async () => {
      const { recent } = (await millrace.admin('alerts')) as unknown as {
        recent: readonly { sent: object }[]
      }
      return recent.some(({ sent }) => Object.keys(sent).length === 2) || undefined
    })
    await ask('GET', 'alerts')
    none(inData(everything))
  })

  test('of a database are in no run, trial, change and refusal', async () => {
    assert.equal((await ask('POST', 'sources/shop/sql/run')).status, 200)
    await until(
      'a run that failed',
      async () =>
        JSON.stringify((await ask('GET', 'sources/shop/sql/runs')).json).includes('SQL_UNREACHABLE') ||
        undefined,
    )
    const { sql } = (await ask('GET', 'sources/shop')).json
    assert.equal(sql.password, '***')
    for (const what of ['test', 'preview']) await ask('POST', `sources/shop/sql/${what}`, { sql })
    const wrong = { ...sql, port: 0, password: PLANTED.typed }
    assert.equal((await ask('PATCH', 'sources/shop', { sql: wrong })).status, 422)
    assert.equal((await ask('PATCH', 'sources/shop', { sql: { ...sql, user: 'eve' } })).status, 422)
    assert.equal((await ask('PATCH', 'sources/shop', { name: 'Other' })).status, 200)
    none(inData(everything))
  })

  test('of before are not in history either, when they were replaced', async () => {
    for (const secret of [PLANTED.first, PLANTED.second]) {
      const { settings } = (await ask('GET', 'destinations/refused')).json
      assert.equal(
        (await ask('PATCH', 'destinations/refused', { settings: { ...settings, secret } })).status,
        200,
      )
    }
    keptByReceiver.push(PLANTED.first)
    const before = ((await ask('GET', 'dead-letters?destination=refused')).json.deadLetters as object[])
      .length
    await millrace.post('/v1/track', WRITE_KEY, { userId: 'eve', event: 'Seen' })
    await until('a dead letter', async () => {
      const { deadLetters } = (await ask('GET', 'dead-letters?destination=refused')).json
      return deadLetters.length > before || undefined
    })
    assert.match(
      JSON.stringify((await ask('POST', 'test', { destination: 'refused', send: true })).json),
      /\*\*\*/,
    )
    none(inData(everything))
  })

  test('are in no change, undone or not, and in no refusal of one', async () => {
    const before = (await ask('GET', 'destinations/cut')).json.settings
    const edit = async (settings: object) => (await ask('PATCH', 'destinations/cut', { settings })).json
    const { change } = await edit({ ...before, secret: PLANTED.changed })
    assert.ok(change > 0)
    assert.equal((await ask('POST', `changes/${change}/undo`)).status, 200)
    const gone = (await ask('DELETE', 'destinations/cut')).json.change
    assert.equal((await ask('POST', `changes/${gone}/undo`)).status, 200)
    const wrong = { ...before, authorization: `${PLANTED.typed}\n`, secrets: PLANTED.typed }
    assert.equal((await ask('PATCH', 'destinations/cut', { settings: wrong })).status, 422)
    const url = `${PLANTED.typed}`
    const channels = [{ id: 'slack', kind: 'slack', url }]
    assert.equal((await ask('PUT', 'alerts', { settings: { channels } })).status, 422)
    none(inData(everything))
  })

  test('are in no answer of the admin API', async () => {
    for (const path of [
      'status',
      'sources',
      'destinations',
      'changes',
      'alerts',
      'refusals',
      'sources/shop/sql/runs',
      'audit',
      'openapi.json',
    ]) {
      assert.equal((await ask('GET', path)).status, 200, path)
    }
    for (const path of ['events', 'dead-letters/groups', 'search?q=ada', 'destinations/heap/overview']) {
      assert.equal((await ask('GET', path)).status, 200, path)
    }
    // Settings show an address as it is: who may change it must see it. Everything else hides the key in its query.
    const { query, ...others } = PLANTED
    none(answers.flatMap(([where, text]) => foundIn(where, text, others)))
    const shown = answers.filter(([where]) => !/ destinations(\/well)?$/.test(where))
    none(shown.flatMap(([where, text]) => foundIn(where, text, { query })))
  })

  test('are in no export, no backup and no log, nor in the data once the server has stopped', async () => {
    const { query, ...others } = PLANTED
    const exported = await command('export', '--data', data())
    none(foundIn('export', exported, others))
    for (const name of [
      'HELD_SECRET',
      'HELD_AUTHORIZATION',
      'HEAP_API_KEY',
      'ALERTS_SLACK_URL',
      'SHOP_SQL_PASSWORD',
    ]) {
      assert.ok(exported.includes(`\${env:${name}}`), name)
    }
    const backedUp = await command('backup', join(place.folder, 'copy'), '--data', data())
    none([
      ...foundIn('backup', backedUp, everything),
      ...foundInFolder(join(place.folder, 'copy'), everything),
    ])
    await millrace.stop()
    none([...inData(everything), ...foundIn('log', millrace.printed(), everything)])
    assert.match(millrace.printed(), /"msg"/)
  })

  test('of a file that is wrong are not told', async () => {
    const settings = { url: PLANTED.typed, secret: 5, authorization: `${PLANTED.typed}\n` }
    const destinations = [{ id: 'a', name: 'a', kind: 'webhook', settings, secret: PLANTED.typed }]
    const sources = [{ id: 'b', name: 'b', kind: 'node', writeKey: `${PLANTED.typed} ` }]
    const alerts = { channels: [{ id: 'c', kind: 'slack', url: PLANTED.typed }] }
    writeFileSync(join(place.folder, 'wrong.yaml'), JSON.stringify({ sources, destinations, alerts }))
    const told = await command('validate', 'wrong.yaml').catch((error) => `${error.stdout}${error.stderr}`)
    assert.match(told, /6 problems/)
    none(foundIn('validate', told, PLANTED))
  })
})
