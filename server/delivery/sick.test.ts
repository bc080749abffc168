import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterEach, describe, test } from 'node:test'
import { addressRule } from '../net/address-rule.ts'
import { httpSender, type Sent } from './send.ts'

const PATIENCE = { connect_ms: 2_000, answer_ms: 2_000, silence_ms: 2_000, whole_ms: 10_000 }
const HEAD = 'HTTP/1.1 200 OK\r\n'
const DROP_EVERY_MS = 5

type Served = { readonly socket: Socket; readonly sent_bytes: () => number }

describe('A receiver that', () => {
  const ends: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const end of ends.splice(0)) await end()
  })

  /** What comes of a request, and whether the receiver's connection has ended by then. */
  async function sendTo(
    serve: (served: Served) => void,
    patience: Partial<typeof PATIENCE> = {},
  ): Promise<Sent & { readonly sent_bytes: number }> {
    let socket: Socket | undefined
    const server = createServer((next) => {
      socket = next
      next.on('error', () => {})
      next.once('data', () => serve({ socket: next, sent_bytes: () => next.bytesWritten }))
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const sender = httpSender({
      connections: 1,
      rule: addressRule(['loopback']),
      patience: { ...PATIENCE, ...patience },
    })
    ends.push(async () => {
      await sender.close()
      socket?.destroy()
      server.close()
    })
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const sent = await sender.send({ method: 'POST', url, json: {} }, '{}')
    // Not `once` of node:events, which would take the reset for an error.
    if (socket?.closed === false) await new Promise((resolve) => socket?.once('close', resolve))
    return { ...sent, sent_bytes: socket?.bytesWritten ?? 0 }
  }

  /** Sends a little now and then, for as long as the connection is there. */
  function drip({ socket }: Served, text: string): void {
    const timer = setInterval(() => socket.write(text), DROP_EVERY_MS)
    socket.once('close', () => clearInterval(timer))
  }

  /** Sends as much as the connection takes. */
  function pour({ socket }: Served, head: string): void {
    const part = 'x'.repeat(65_536)
    socket.write(head)
    const more = () => {
      while (!socket.destroyed && socket.write(part));
    }
    socket.on('drain', more)
    more()
  }

  const late = /was not whole after 0.1 s/
  const rows: {
    title: string
    serve: (served: Served) => void
    patience?: Partial<typeof PATIENCE>
    code: string
    text: RegExp
  }[] = [
    {
      title: 'takes the request and never answers',
      serve: () => {},
      patience: { answer_ms: 50 },
      code: 'DESTINATION_TIMEOUT',
      text: /Headers Timeout/,
    },
    {
      title: 'sends its headers a byte now and then',
      serve: (served) => {
        served.socket.write(`${HEAD}x-slow: `)
        drip(served, 'x')
      },
      patience: { whole_ms: 100 },
      code: 'DESTINATION_TIMEOUT',
      text: late,
    },
    {
      title: 'sends its body a byte now and then',
      serve: (served) => {
        served.socket.write(`${HEAD}content-length: 1000000\r\n\r\n`)
        drip(served, 'x')
      },
      patience: { whole_ms: 100 },
      code: 'DESTINATION_TIMEOUT',
      text: late,
    },
    {
      title: 'says "go on" for ever',
      serve: (served) => drip(served, 'HTTP/1.1 103 Early Hints\r\n\r\n'),
      patience: { whole_ms: 100 },
      code: 'DESTINATION_TIMEOUT',
      text: late,
    },
    {
      title: 'begins its body and falls silent',
      serve: ({ socket }) => void socket.write(`${HEAD}content-length: 10\r\n\r\nx`),
      patience: { silence_ms: 50 },
      code: 'DESTINATION_TIMEOUT',
      text: /Body Timeout/,
    },
    {
      title: 'sends headers without end',
      serve: (served) => pour(served, HEAD.concat('x-big: ')),
      code: 'DESTINATION_UNREACHABLE',
      text: /Headers Overflow/,
    },
    {
      title: 'hangs up in the middle of its answer',
      serve: ({ socket }) => void socket.end(`${HEAD}content-length: 10\r\n\r\nx`),
      code: 'DESTINATION_UNREACHABLE',
      text: /other side closed|aborted|terminated/,
    },
  ]
  for (const { title, serve, patience = {}, code, text } of rows) {
    test(`${title} is left, and so is its connection`, async () => {
      const sent = await sendTo(serve, patience)
      assert.equal(sent.answered, false)
      assert.equal(!sent.answered && sent.reason.code, code)
      assert.match(sent.answered ? '' : sent.reason.text, text)
    })
  }

  const bodies: readonly [string, string][] = [
    ['of a length that it tells', 'content-length: 100000000000\r\n\r\n'],
    ['until it hangs up', 'connection: close\r\n\r\n'],
  ]
  for (const [title, head] of bodies) {
    test(`answers without end, ${title}, is answered by the beginning of that, and its connection ends`, async () => {
      const sent = await sendTo((served) => pour(served, HEAD + head))
      assert.equal(sent.answered && sent.response.status, 200)
      assert.equal(sent.answered && sent.response.body.length, 65_536)
      assert.ok(sent.sent_bytes < 20_000_000, `${sent.sent_bytes} bytes were sent`)
    })
  }
})
