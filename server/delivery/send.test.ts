import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import type { HttpRequest } from '../../core/destination.ts'
import { secret } from '../../core/secret.ts'
import { addressRule } from '../net/address-rule.ts'
import { httpSender } from './send.ts'

describe('a request goes out', () => {
  const seen: { method: string; headers: IncomingHttpHeaders; body: string }[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const part of request) body += part
    seen.push({ method: request.method ?? '', headers: request.headers, body })
    response.end('{}')
  })
  const sender = httpSender({ connections: 1, rule: addressRule(['loopback']) })
  let url = ''
  before(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening')
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  })
  after(async () => {
    await sender.close()
    server.close()
  })

  async function sent(request: Omit<HttpRequest, 'url'>) {
    await sender.send({ ...request, url }, JSON.stringify(request.json) ?? '')
    return seen.at(-1)
  }

  const rows: readonly [string, HttpRequest['authorization'], string | undefined][] = [
    ['with a token', { scheme: 'bearer', token: secret('t0ken') }, 'Bearer t0ken'],
    [
      'with a user and a password, in UTF-8',
      { scheme: 'basic', user: '11', password: secret('pässword') },
      `Basic ${Buffer.from('11:pässword').toString('base64')}`,
    ],
    ['with neither', undefined, undefined],
  ]
  for (const [title, authorization, header] of rows) {
    test(`${title}`, async () => {
      const request = {
        method: 'POST',
        json: {},
        ...(authorization === undefined ? {} : { authorization }),
      } as const
      assert.equal((await sent(request))?.headers['authorization'], header)
      assert.doesNotMatch(JSON.stringify(request), /t0ken|pässword/)
    })
  }

  test('with its body as JSON, or without one', async () => {
    const posted = await sent({ method: 'POST', json: { a: 1 } })
    assert.deepEqual([posted?.body, posted?.headers['content-type']], ['{"a":1}', 'application/json'])
    const asked = await sent({ method: 'GET' })
    assert.deepEqual([asked?.method, asked?.body, asked?.headers['content-type']], ['GET', '', undefined])
  })
})
