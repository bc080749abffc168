import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { limitAddresses } from './address-limit.ts'
import { allowEveryOrigin } from './cors.ts'
import { httpListener } from './listener.ts'
import { rateLimiter } from './rate-limit.ts'
import { turnedAwayCounts } from './turned-away.ts'

function limited(trustProxy: false | 1 = false) {
  let now = 0
  const counts = turnedAwayCounts()
  const server = httpListener({ body_bytes_max: 100, onFault: () => {}, onRefused: counts.count, trustProxy })
  allowEveryOrigin(server)
  limitAddresses(server, rateLimiter({ perSecond: 1, burst: 2, keys_max: 100, now_ms: () => now }))
  server.post('/v1/track', async () => ({ success: true }))
  return {
    counts,
    pass: (ms: number) => {
      now += ms
    },
    async send(remoteAddress: string, headers: Readonly<Record<string, string>> = {}) {
      return server.inject({ method: 'POST', url: '/v1/track', remoteAddress, headers })
    },
    async statuses(count: number, remoteAddress: string, headers: Readonly<Record<string, string>> = {}) {
      const all: number[] = []
      while (all.length < count) all.push((await this.send(remoteAddress, headers)).statusCode)
      return all
    },
  }
}

describe('an address that sends too much', () => {
  test('is answered 429 until its time has come, and others are not', async () => {
    const { statuses, send, pass, counts, ...rest } = limited()
    const all = { statuses, send, ...rest }
    assert.deepEqual(await all.statuses(4, '192.0.2.1'), [200, 200, 429, 429])
    assert.deepEqual(await all.statuses(1, '192.0.2.2'), [200])
    pass(1_000)
    assert.deepEqual(await all.statuses(2, '192.0.2.1'), [200, 429])
    assert.deepEqual(counts.list(), [{ code: 'RATE_LIMITED', count: 3 }])
  })

  test('is told when to come again, and a page may read it', async () => {
    const one = limited()
    await one.statuses(2, '192.0.2.1')
    const answer = await one.send('192.0.2.1', { origin: 'https://shop.example' })
    const { code, details } = answer.json().error
    assert.deepEqual(
      [answer.statusCode, code, details],
      [429, 'RATE_LIMITED', { limit: 'address', retryAfter_s: 1 }],
    )
    assert.deepEqual(
      ['retry-after', 'access-control-allow-origin', 'access-control-expose-headers'].map(
        (name) => answer.headers[name],
      ),
      ['1', 'https://shop.example', 'Retry-After'],
    )
  })

  test('is one with all of its network in IPv6, and with itself as IPv4 in IPv6', async () => {
    const six = limited()
    assert.deepEqual(await six.statuses(2, '2001:db8::1'), [200, 200])
    assert.deepEqual(await six.statuses(1, '2001:db8::2'), [429])
    assert.deepEqual(await six.statuses(2, '192.0.2.1'), [200, 200])
    assert.deepEqual(await six.statuses(1, '::ffff:192.0.2.1'), [429])
  })

  test('is not limited when it is this machine', async () => {
    assert.deepEqual(await limited().statuses(5, '127.0.0.1'), [200, 200, 200, 200, 200])
  })

  test('is the one that a trusted proxy names, and no other that says so', async () => {
    const behind = limited(1)
    const from = (address: string) => ({ 'x-forwarded-for': address })
    assert.deepEqual(await behind.statuses(3, '127.0.0.1', from('192.0.2.1')), [200, 200, 429])
    assert.deepEqual(await behind.statuses(1, '127.0.0.1', from('192.0.2.2')), [200])
    assert.deepEqual(await behind.statuses(1, '127.0.0.1', from('192.0.2.9, 192.0.2.1')), [429])
    const open = limited()
    assert.deepEqual(await open.statuses(2, '192.0.2.1', from('192.0.2.7')), [200, 200])
    assert.deepEqual(await open.statuses(1, '192.0.2.1', from('192.0.2.8')), [429])
  })
})
