import { connect, type Socket } from 'node:net'

export type Answer = { readonly status: number; readonly body: string }
/** What came back: an answer, or the end of the connection without one. */
export type Heard = Answer | 'closed' | 'silence'

/** Far above what any request may take, a pause of the machine among it. */
const SILENCE_MS = 30_000
const HEAD_END = Buffer.from('\r\n\r\n')

/**
 * A connection that sends bytes as they are and reads one answer at a time: no client library would send what is to be
 * sent here. It is opened anew when the other side has closed it.
 */
export function wire(port: number) {
  let socket: Socket | undefined
  let waiting: ((heard: Heard) => void) | undefined
  let received: Buffer = Buffer.alloc(0)
  let isHead = false

  function open(): Socket {
    const fresh = connect({ port, host: '127.0.0.1', noDelay: true })
    fresh.on('data', (part) => {
      received = received.length === 0 ? part : Buffer.concat([received, part])
      const answer = readAnswer(received, isHead)
      if (answer === undefined) return
      received = Buffer.alloc(0)
      if (answer.closes) drop()
      told({ status: answer.status, body: answer.body })
    })
    fresh.on('error', () => {})
    fresh.on('close', () => {
      if (socket !== fresh) return
      socket = undefined
      received = Buffer.alloc(0)
      told('closed')
    })
    return fresh
  }

  function told(heard: Heard): void {
    const tell = waiting
    waiting = undefined
    tell?.(heard)
  }

  function drop(): void {
    const old = socket
    socket = undefined
    received = Buffer.alloc(0)
    old?.destroy()
  }

  return {
    /** `isLast`: nothing may follow on this connection, as what was sent may not have ended where it says. */
    async ask(bytes: Buffer, how: { readonly isHead: boolean; readonly isLast: boolean }): Promise<Heard> {
      socket ??= open()
      isHead = how.isHead
      const heard = await new Promise<Heard>((resolve) => {
        const timer = setTimeout(() => {
          waiting = undefined
          drop()
          resolve('silence')
        }, SILENCE_MS)
        waiting = (what) => {
          clearTimeout(timer)
          resolve(what)
        }
        if (how.isLast) socket?.end(bytes)
        else socket?.write(bytes)
      })
      if (how.isLast) drop()
      return heard
    },
    close: drop,
  }
}

/** The first answer of these bytes when it is whole. */
function readAnswer(bytes: Buffer, isHead: boolean): (Answer & { readonly closes: boolean }) | undefined {
  const headEnd = bytes.indexOf(HEAD_END)
  if (headEnd === -1) return undefined
  const head = bytes.toString('latin1', 0, headEnd).toLowerCase()
  const status = Number(head.slice(9, 12))
  const start = headEnd + HEAD_END.length
  if (status === 100) return readAnswer(bytes.subarray(start), isHead)
  const closes = head.includes('\r\nconnection: close')
  if (isHead || status === 204 || status === 304) return { status, body: '', closes }
  const length = /\r\ncontent-length: (\d+)/.exec(head)?.[1]
  if (length === undefined) {
    const end = bytes.indexOf('0\r\n\r\n', start)
    return end === -1 ? undefined : { status, body: bytes.toString('utf8', start, end), closes }
  }
  const end = start + Number(length)
  return bytes.length < end ? undefined : { status, body: bytes.toString('utf8', start, end), closes }
}
