import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { limitConnections } from './connections.ts'
import { send } from './http.fixtures.ts'
import { httpListener, listen } from './listener.ts'
import { turnedAwayCounts } from './turned-away.ts'

/** A thousandth of what it is in earnest would be cut by the machine's pauses. */
const PATIENCE = { head_ms: 300, request_ms: 600, check_ms: 50 }

describe('a listener among hostile clients', () => {
  const counts = turnedAwayCounts()
  const sockets: Socket[] = []
  let server: FastifyInstance
  let port = 0
  let url = ''
  before(async () => {
    server = httpListener({
      ...{ body_bytes_max: 1_000, patience: PATIENCE, onRefused: counts.count },
      onFault: (error) => assert.fail(String(error)),
    })
    server.post('/v1/track', async () => ({ success: true }))
    url = await listen(server, '127.0.0.1', 0)
    port = Number(new URL(url).port)
  })
  after(async () => {
    for (const socket of sockets) socket.destroy()
    await server.close()
  })

  async function opened(): Promise<{ socket: Socket; answer: () => string; closed: Promise<unknown> }> {
    const socket = connect(port, '127.0.0.1').setNoDelay(true)
    sockets.push(socket)
    let answer = ''
    socket.on('data', (part) => {
      answer += part
    })
    socket.on('error', () => {})
    // Not `once` of events, which a write into a closed connection would break off.
    const closed = new Promise<unknown>((resolve) => socket.once('close', resolve))
    await once(socket, 'connect')
    return { socket, answer: () => answer, closed }
  }

  /** Writes a letter now and then until the other side has had enough. */
  async function drip({ socket, closed }: Awaited<ReturnType<typeof opened>>, text: string): Promise<void> {
    let isClosed = false
    closed.then(() => {
      isClosed = true
    })
    for (let at = 0; !isClosed; at++) {
      socket.write(text[at % text.length] as string)
      await Promise.race([closed, wait(20)])
    }
  }

  const HEAD = 'POST /v1/track HTTP/1.1\r\nhost: here\r\n'
  const rows: readonly [what: string, first: string, then: string][] = [
    ['their headers', 'POST /v1/track HTTP/1.1\r\n', 'x-a: b\r\n'],
    ['the line of a request', '', 'POST /v1/track'],
    ['a body', `${HEAD}content-length: 900\r\n\r\n`, '{"a":1}'],
    ['a body in chunks', `${HEAD}transfer-encoding: chunked\r\n\r\n`, '1\r\na\r\n'],
  ]
  for (const [what, first, then] of rows) {
    test(`who drips ${what} is answered 408 and closed, and others are served meanwhile`, {
      timeout: 30_000,
    }, async () => {
      const drippers = await Promise.all(Array.from({ length: 20 }, opened))
      for (const { socket } of drippers) socket.write(first)
      const dripping = Promise.all(drippers.map((one) => drip(one, then)))
      for (let count = 0; count < 5; count++) {
        assert.equal((await send(`${url}/v1/track`, { body: '{}' })).status, 200)
      }
      await dripping
      for (const { answer } of drippers) assert.match(answer(), /^HTTP\/1\.1 408 .*"REQUEST_TOO_SLOW"/s)
    })
  }

  const unreadable: readonly [what: string, text: string, status: number, code: string][] = [
    ['no HTTP', 'hello\r\n\r\n', 400, 'REQUEST_UNREADABLE'],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00', 400, 'REQUEST_UNREADABLE'],
    ['two lengths', `${HEAD}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`, 400, 'REQUEST_UNREADABLE'],
    [
      'a length and chunks',
      `${HEAD}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}`,
      400,
      'REQUEST_UNREADABLE',
    ],
    ['a negative length', `${HEAD}content-length: -1\r\n\r\n`, 400, 'REQUEST_UNREADABLE'],
    ['a header of many lines', `${HEAD}a: b\r\n c\r\n d: \0\r\n\r\n`, 400, 'REQUEST_UNREADABLE'],
    ['a chunk of no length', `${HEAD}transfer-encoding: chunked\r\n\r\nzz\r\n`, 400, 'REQUEST_UNREADABLE'],
    ['headers without end', `${HEAD}a: ${'b'.repeat(20_000)}\r\n\r\n`, 431, 'HEADERS_TOO_LARGE'],
    [
      'an address without end',
      `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nhost: here\r\n\r\n`,
      431,
      'HEADERS_TOO_LARGE',
    ],
  ]
  for (const [what, text, status, code] of unreadable) {
    test(`who sends ${what} is answered ${status}, counted and closed`, { timeout: 30_000 }, async () => {
      const count = () => counts.list().find((one) => one.code === code)?.count ?? 0
      const before = count()
      const { socket, answer, closed } = await opened()
      socket.write(text, 'latin1')
      await closed
      assert.match(answer(), new RegExp(`^HTTP/1\\.1 ${status} .*"${code}"`, 's'))
      assert.equal(count(), before + 1)
    })
  }

  test('who says that more is coming than may, is refused before it comes', async () => {
    const { socket, answer } = await opened()
    socket.write(`${HEAD}content-length: 1000000000\r\n\r\n`)
    await once(socket, 'data')
    assert.match(answer(), /^HTTP\/1\.1 413 /)
  })

  test('who opens more connections than may be is closed at once, and the next after them is not', async () => {
    const closed: string[] = []
    const small = httpListener({
      ...{ body_bytes_max: 1_000, onFault: () => {} },
      connections: { all_max: 2, address_max: undefined },
      onConnectionClosed: () => closed.push('one'),
    })
    const at = await listen(small, '127.0.0.1', 0)
    const open = () => connect(Number(new URL(at).port), '127.0.0.1').on('error', () => {})
    const first = [open(), open()]
    await Promise.all(first.map((socket) => once(socket, 'connect')))
    const third = open()
    await once(third, 'close')
    assert.deepEqual(closed, ['one'])
    for (const socket of first) socket.destroy()
    while ((await connectionsOf(small)) > 0) await wait(5)
    assert.equal((await send(`${at}/nothing`, { method: 'GET' })).status, 404)
    await small.close()
  })

  test('connections of one address are counted, and this machine is not', () => {
    let closed = 0
    const handlers: ((socket: Socket) => void)[] = []
    const fake = { on: (name: string, handler: never) => name === 'connection' && handlers.push(handler) }
    limitConnections(fake as never, { all_max: 100, address_max: 2 }, () => {
      closed += 1
    })
    const socketOf = (remoteAddress: string) => {
      const ends: (() => void)[] = []
      const socket = {
        remoteAddress,
        isOpen: true,
        destroy: () => {
          socket.isOpen = false
        },
        once: (_: string, end: () => void) => ends.push(end),
        end: () => {
          for (const end of ends) end()
        },
      }
      for (const handle of handlers) handle(socket as unknown as Socket)
      return socket
    }
    const all = ['192.0.2.1', '192.0.2.1', '::ffff:192.0.2.1', '192.0.2.2'].map(socketOf)
    assert.deepEqual(
      all.map(({ isOpen }) => isOpen),
      [true, true, false, true],
    )
    all[0]?.end()
    assert.deepEqual([socketOf('192.0.2.1').isOpen, socketOf('192.0.2.1').isOpen, closed], [true, false, 2])
    assert.ok(['::1', '::1', '::1', '127.0.0.1'].map(socketOf).every(({ isOpen }) => isOpen))
  })
})

function connectionsOf(server: FastifyInstance): Promise<number> {
  return new Promise((resolve, reject) => {
    server.server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)))
  })
}
