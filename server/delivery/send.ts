import { createHmac } from 'node:crypto'
import type { HttpRequest, HttpResponse } from '../../core/destination.ts'
import type { ErrorCode } from '../../core/errors.ts'
import type { Reason } from '../../core/outcome.ts'
import { FORBIDDEN } from '../net/address-problem.ts'
import type { AddressRule } from '../net/address-rule.ts'
import { noAnswerText } from '../net/connection-words.ts'

/** An answer, or why there is none. Both are facts for the judgement: nothing is thrown. */
export type Sent =
  | { readonly answered: true; readonly response: HttpResponse }
  | { readonly answered: false; readonly reason: Reason }

/** Sends a request whose JSON has been written out as `body`; '' where it has none. */
export type Send = (request: HttpRequest, body: string) => Promise<Sent>

export type Sender = { readonly send: Send; readonly close: () => Promise<void> }

/** How long a receiver may take. */
const PATIENCE = {
  /** To be found and connected to, the name and TLS included. */
  connect_ms: 10_000,
  /** Until the headers of the answer are there. Heap's own SDKs wait 10 s or more; a bulk call of 1,000 events takes longer. */
  answer_ms: 30_000,
  /** Between two parts of its body. */
  silence_ms: 10_000,
  /** All of it: one that sends a byte now and then keeps all the others. */
  whole_ms: 60_000,
} as const
type Patience = { readonly [name in keyof typeof PATIENCE]: number }
/** An idle connection is kept at most so long, whatever the receiver offers. */
const KEEP_ALIVE_MS_MAX = 60_000
/** Of an answer's headers, together. */
const HEADER_BYTES_MAX = 16_384
/** What is kept of an answer: enough for any error message. The rest is not read. */
const RESPONSE_BYTES_MAX = 65_536
const USER_AGENT = 'millrace'

/**
 * A sender with connections of its own, so that one destination's slow receiver holds no other's sockets: each carries one
 * request, and ends with an answer that is too long or too slow.
 * `undici.request` with a Buffer: `fetch` costs 10 to 28 times the CPU (docs/adr/0007-http-and-libraries.md).
 */
export function httpSender(options: HttpSenderOptions): Sender {
  const { patience = PATIENCE } = options
  let opening: ReturnType<typeof open> | undefined

  async function send(request: HttpRequest, body: string): Promise<Sent> {
    const deadline = new AbortController()
    const timer = setTimeout(() => deadline.abort(LATE), patience.whole_ms)
    try {
      opening ??= open(options)
      const { request: ask, dispatcher } = await opening
      const answer = await ask(request.url, {
        dispatcher,
        signal: deadline.signal,
        method: request.method,
        headers: {
          ...(body === '' ? {} : { 'content-type': 'application/json' }),
          'user-agent': USER_AGENT,
          ...request.headers,
          ...signature(request, body),
          ...authorization(request),
        },
        ...(body === '' ? {} : { body: Buffer.from(body) }),
      })
      const headers = Object.fromEntries(
        Object.entries(answer.headers).map(([name, value]) => [name, String(value)]),
      )
      return {
        answered: true,
        response: { status: answer.statusCode, headers, body: await beginning(answer.body) },
      }
    } catch (error) {
      return { answered: false, reason: noAnswer(error, patience) }
    } finally {
      clearTimeout(timer)
    }
  }
  return {
    send,
    async close(): Promise<void> {
      await (await opening)?.dispatcher.destroy()
    },
  }
}
type HttpSenderOptions = {
  readonly connections: number
  /** Which addresses may be reached. */
  readonly rule: AddressRule
  readonly patience?: Patience
}

/** The client is loaded with the first request: a thread that sends nothing does without its 7 MB. */
async function open({ connections, rule, patience = PATIENCE }: HttpSenderOptions) {
  const [{ request }, { guardedAgent }] = await Promise.all([
    import('undici'),
    import('../net/guarded-agent.ts'),
  ])
  const dispatcher = guardedAgent({
    rule,
    connections,
    pipelining: 1,
    allowH2: false,
    connect_ms: patience.connect_ms,
    headersTimeout: patience.answer_ms,
    bodyTimeout: patience.silence_ms,
    keepAliveMaxTimeout: KEEP_ALIVE_MS_MAX,
    maxHeaderSize: HEADER_BYTES_MAX,
  })
  return { request, dispatcher }
}

/** The only place where the secret goes out: everything that is kept of a request is made without it. */
function authorization({ authorization: given }: HttpRequest): Record<string, string> {
  if (given === undefined) return {}
  if (given.scheme === 'bearer') return { authorization: `Bearer ${given.token.reveal()}` }
  if (given.scheme === 'own') return { authorization: given.value.reveal() }
  const pair = Buffer.from(`${given.user}:${given.password.reveal()}`).toString('base64')
  return { authorization: `Basic ${pair}` }
}

function signature({ signature }: HttpRequest, body: string): Record<string, string> {
  if (signature === undefined) return {}
  const hex = createHmac('sha256', signature.secret.reveal()).update(body).digest('hex')
  return { [signature.header]: `sha256=${hex}` }
}

/** Reads up to the limit; leaving the loop early destroys the rest, and the connection with it. */
async function beginning(body: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of body) {
    parts.push(part)
    bytes += part.byteLength
    if (bytes >= RESPONSE_BYTES_MAX) break
  }
  return Buffer.concat(parts).subarray(0, RESPONSE_BYTES_MAX).toString('utf8')
}

const LATE = Object.freeze({ code: 'LATE' })
const TIMEOUTS = new Set(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'])

function noAnswer(error: unknown, { whole_ms }: Patience): Reason {
  if (error === LATE) {
    return { code: 'DESTINATION_TIMEOUT', text: `The answer was not whole after ${whole_ms / 1_000} s.` }
  }
  const { code = 'unknown', message } = error as NodeJS.ErrnoException
  if (code === FORBIDDEN) return { code: FORBIDDEN, text: message }
  const errorCode: ErrorCode = TIMEOUTS.has(code) ? 'DESTINATION_TIMEOUT' : 'DESTINATION_UNREACHABLE'
  return { code: errorCode, text: noAnswerText(code, message) }
}
