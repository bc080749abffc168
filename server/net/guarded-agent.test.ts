import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { request } from 'undici'
import { FORBIDDEN } from './address-problem.ts'
import { addressRule } from './address-rule.ts'
import { guardedAgent } from './guarded-agent.ts'
import { sharedLookup } from './lookup.ts'

/** A name server that answers each question about a name with the next of these, the last of them for ever. */
function resolver(answers: Readonly<Record<string, readonly (readonly string[])[]>>) {
  const asked: string[] = []
  const lookup = sharedLookup(async (name) => {
    const all = answers[name] ?? []
    const addresses = all[Math.min(asked.filter((one) => one === name).length, all.length - 1)] ?? []
    asked.push(name)
    return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  })
  return { lookup, asked }
}

describe('a connection to what a person configured', () => {
  let reached = 0
  const receiver = createServer((incoming, response) => {
    reached += 1
    if (incoming.url === '/moved') response.writeHead(302, { location: '/there' }).end()
    else if (incoming.url === '/end') response.setHeader('connection', 'close').end('here')
    else response.end('here')
  })
  let port = 0
  before(async () => {
    await once(receiver.listen(0, '127.0.0.1'), 'listening')
    port = (receiver.address() as AddressInfo).port
  })
  after(() => {
    receiver.close()
    receiver.closeAllConnections()
  })

  const PUBLIC = ['192.0.2.1']
  const rows: readonly [
    title: string,
    host: string,
    addresses: readonly string[],
    allowed: readonly string[],
    isMade: boolean,
  ][] = [
    ['to this machine, by its address', '127.0.0.1', [], [], false],
    ['to this machine, in hexadecimal', '0x7f000001', [], [], false],
    ['to this machine, as IPv6', '[::ffff:127.0.0.1]', [], [], false],
    ['to a name that is this machine', 'sly.example', ['127.0.0.1'], [], false],
    ['to a name that is this machine in IPv6', 'sly.example', ['::1'], [], false],
    ['to a name that is the metadata of a cloud', 'sly.example', ['169.254.169.254'], [], false],
    [
      'to a name that has special addresses only',
      'sly.example',
      ['10.0.0.1', 'fd00::1', '::ffff:7f00:1'],
      [],
      false,
    ],
    ['to a name without an address', 'sly.example', [], [], false],
    ['where loopback is allowed', '127.0.0.1', [], ['loopback'], true],
    ['to a name, where loopback is allowed', 'inner.example', ['127.0.0.1'], ['loopback'], true],
    ['to a name that is allowed by name', 'inner.example', ['127.0.0.1'], ['inner.example'], true],
    ['to another name than the one allowed', 'sly.example', ['127.0.0.1'], ['inner.example'], false],
    [
      'to that of the addresses which is allowed',
      'both.example',
      ['10.0.0.1', '127.0.0.1'],
      ['loopback'],
      true,
    ],
  ]
  for (const [title, host, addresses, allowed, isMade] of rows) {
    test(`${title}: ${isMade ? 'is made' : 'is refused'}`, async () => {
      const { lookup } = resolver({ [host]: [addresses] })
      const dispatcher = guardedAgent({ rule: addressRule(allowed), lookup, connect_ms: 5_000 })
      const before = reached
      const sent = request(`http://${host}:${port}/`, { dispatcher })
      if (isMade) assert.equal(await (await sent).body.text(), 'here')
      else await assert.rejects(sent, { code: FORBIDDEN })
      assert.equal(reached - before, isMade ? 1 : 0)
      await dispatcher.destroy()
    })
  }

  test('is made to the address that was checked, when the name says another each time it is asked', async () => {
    const { lookup, asked } = resolver({ 'turns.example': [['127.0.0.1'], ['10.0.0.1']] })
    const rule = addressRule(['loopback'])
    const dispatcher = guardedAgent({ rule, lookup, connect_ms: 5_000 })
    const { body } = await request(`http://turns.example:${port}/end`, { dispatcher })
    assert.equal(await body.text(), 'here')
    assert.deepEqual(asked, ['turns.example'])
    await assert.rejects(request(`http://turns.example:${port}/`, { dispatcher }), { code: FORBIDDEN })
    await dispatcher.destroy()
  })

  test('is refused when a name that was public turns to this machine', async () => {
    const { lookup } = resolver({ 'turns.example': [PUBLIC, ['127.0.0.1']] })
    const rule = addressRule(['192.0.2.0/24'])
    const dispatcher = guardedAgent({ rule, lookup, connect_ms: 50 })
    const before = reached
    // Nobody is there: https://www.rfc-editor.org/rfc/rfc5737
    await assert.rejects(request(`http://turns.example:${port}/`, { dispatcher }))
    await assert.rejects(request(`http://turns.example:${port}/`, { dispatcher }), { code: FORBIDDEN })
    assert.equal(reached, before)
    await dispatcher.destroy()
  })

  test('that is kept is not checked again', async () => {
    const { lookup, asked } = resolver({ 'inner.example': [['127.0.0.1']] })
    const rule = addressRule(['loopback'])
    const dispatcher = guardedAgent({ rule, lookup, connect_ms: 5_000, connections: 1 })
    for (let count = 0; count < 3; count++) {
      await (await request(`http://inner.example:${port}/`, { dispatcher })).body.text()
    }
    assert.deepEqual(asked, ['inner.example'])
    await dispatcher.destroy()
  })

  test('does not follow a redirect', async () => {
    const dispatcher = guardedAgent({ rule: addressRule(['loopback']), connect_ms: 5_000 })
    const before = reached
    const { statusCode, body } = await request(`http://127.0.0.1:${port}/moved`, { dispatcher })
    await body.dump()
    assert.deepEqual([statusCode, reached - before], [302, 1])
    await dispatcher.destroy()
  })

  test('says what to do, and no address that a name has inside', async () => {
    const { lookup } = resolver({ 'sly.example': [['10.1.2.3']] })
    const dispatcher = guardedAgent({ rule: addressRule([]), lookup, connect_ms: 5_000 })
    await assert.rejects(request('http://sly.example/', { dispatcher }), (error: Error) => {
      assert.match(error.message, /^sly\.example leads to a private network, .*--allow-private/)
      assert.doesNotMatch(error.message, /10\.1/)
      return true
    })
    await dispatcher.destroy()
  })
})
