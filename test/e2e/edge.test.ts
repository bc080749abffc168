import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, test } from 'node:test'
import { PAIRS } from '../../server/http/tls.fixtures.ts'
import { atMost_ms, IN_CLUSTER } from './in-cluster.ts'
import { makePlace, source, spawnMillrace, until } from './server.ts'

const EVENT = { userId: 'ada', event: 'Viewed' }
const basic = (key: string) => `Basic ${Buffer.from(`${key}:`).toString('base64')}`

describe('the edge of a server', { timeout: atMost_ms(120_000) }, () => {
  test('goes to no address of this machine for a person: held where it is configured, refused where it is saved', async () => {
    let reached = 0
    const inner = createServer((_request, response) => {
      reached += 1
      response.end()
    })
    await once(inner.listen(0, '127.0.0.1'), 'listening')
    const url = `http://127.0.0.1:${(inner.address() as AddressInfo).port}/`
    const place = await makePlace()
    try {
      place.configure({
        sources: [source('backend')],
        destinations: [
          { id: 'hook', name: 'Hook', kind: 'webhook', sources: ['backend'], settings: { url } },
        ],
      })
      const millrace = await place.start('--allow-private', '')
      await millrace.post('/v1/track', 'backend-key', EVENT)
      const held = await until('the destination to be held', async () => {
        const { destinations } = await millrace.admin('destinations')
        const [hook] = destinations as unknown as { state: string; reason?: { code: string; text: string } }[]
        return hook?.state === 'held' ? hook.reason : undefined
      })
      assert.equal(held.code, 'DESTINATION_FORBIDDEN_ADDRESS')
      assert.match(held.text, /--allow-private/)

      for (const [path, method, body] of [
        ['destinations', 'POST', { kind: 'webhook', name: 'Other', settings: { url } }],
        ['alerts', 'PUT', { settings: { channels: [{ id: 'a', kind: 'webhook', url }] } }],
      ] as const) {
        const answer = await fetch(`${millrace.adminUrl}/admin/v1/${path}`, {
          method,
          body: JSON.stringify(body),
        })
        const { error } = (await answer.json()) as {
          error: { code: string; details: { problems: { at: string[] }[] } }
        }
        assert.deepEqual([answer.status, error.code], [422, 'CONFIG_INVALID'])
        assert.equal(error.details.problems[0]?.at.at(-1), 'url')
      }
      const tried = await fetch(`${millrace.adminUrl}/admin/v1/test`, {
        method: 'POST',
        body: JSON.stringify({ destination: { kind: 'webhook', settings: { url } }, send: true }),
      })
      assert.match(await tried.text(), /DESTINATION_FORBIDDEN_ADDRESS/)
      assert.equal(reached, 0)
    } finally {
      await place.end()
      inner.close()
    }
  })

  test('answers 429 over the rate of a key, tells when to come again, and counts it', async () => {
    const place = await makePlace()
    try {
      place.configure({ sources: [source('backend'), source('other')], destinations: [] })
      const millrace = await place.start('--rate-key-per-second', '1')
      const send = (key: string) =>
        fetch(`${millrace.url}/v1/track`, {
          method: 'POST',
          headers: { authorization: basic(key), 'content-type': 'application/json' },
          body: JSON.stringify(EVENT),
        })
      const over = await until('a request over the rate', async () => {
        const answer = await send('backend-key')
        return answer.status === 429 ? answer : undefined
      })
      assert.match(over.headers.get('retry-after') ?? '', /^[1-9]$/)
      assert.equal((await send('other-key')).status, 200)
      // Each process counts for itself what it turns away.
      if (IN_CLUSTER) return
      const { turnedAway } = await millrace.admin('status')
      const [first] = turnedAway as unknown as { code: string; source: string; count: number }[]
      assert.deepEqual([first?.code, first?.source], ['RATE_LIMITED', 'backend'])
    } finally {
      await place.end()
    }
  })

  test('is HTTPS on both ports where there is a certificate', async () => {
    const place = await makePlace()
    const files = { cert: join(place.folder, 'cert.pem'), key: join(place.folder, 'key.pem') }
    writeFileSync(files.cert, PAIRS.first.cert)
    writeFileSync(files.key, PAIRS.first.key)
    place.configure({ sources: [source('backend')], destinations: [] })
    const ports = ['--port', '0', '--admin-port', '0']
    const child = spawnMillrace(place.folder, ...ports, '--tls-cert', files.cert, '--tls-key', files.key)
    try {
      const urls = await until(
        'the server to say where it is',
        () => /takes events at (https:\S+)\n.* is at (https:\/\/[^/]+)\//.exec(child.out()) ?? undefined,
        child.err,
      )
      for (const url of [`${urls[1]}/healthz`, `${urls[2]}/admin/v1/status`]) {
        const asked = request(url, { ca: PAIRS.first.cert, servername: 'localhost' })
        asked.end()
        const [answer] = await once(asked, 'response')
        assert.equal(answer.statusCode, 200, await text(answer))
        assert.match(answer.headers['strict-transport-security'], /^max-age=/)
      }
    } finally {
      await child.end('SIGTERM')
      await place.end()
    }
  })

  const refused: readonly [what: string, flags: readonly string[], says: RegExp][] = [
    [
      'whose pages everybody could reach without a login',
      ['--admin-host', '0.0.0.0'],
      /OPTION_INVALID.*--login.*cannot be off/,
    ],
    [
      'whose passwords everybody could read',
      ['--admin-host', '0.0.0.0', '--login', 'on'],
      /OPTION_INVALID.*--tls-cert/,
    ],
    [
      'whose pages everybody could reach by a proxy',
      ['--admin-url', 'https://m.example'],
      /OPTION_INVALID.*login is off/,
    ],
    [
      'with a certificate that is not there',
      ['--tls-cert', '/none.pem', '--tls-key', '/none.pem'],
      /TLS_UNREADABLE.*ENOENT/,
    ],
    ['with half of a certificate', ['--tls-cert', '/none.pem'], /OPTION_INVALID.*--tls-key/],
  ]
  for (const [what, flags, says] of refused) {
    test(`does not start ${what}`, async () => {
      const place = await makePlace()
      try {
        place.configure({ sources: [source('backend')], destinations: [] })
        const child = spawnMillrace(place.folder, '--port', '0', '--admin-port', '0', ...flags)
        const { code } = await child.closed
        assert.notEqual(code, 0)
        assert.match(child.err(), says)
      } finally {
        await place.end()
      }
    })
  }
})
