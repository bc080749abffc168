import { createHmac } from 'node:crypto'
import { Agent, request as undiciRequest } from 'undici'
import type { HttpRequest, HttpResponse } from '../../core/destination.ts'
import type { ErrorCode } from '../../core/errors.ts'
import type { Reason } from '../../core/outcome.ts'

/** An answer, or why there is none. Both are facts for the judgement: nothing is thrown. */
export type Sent =
  | { readonly answered: true; readonly response: HttpResponse }
  | { readonly answered: false; readonly reason: Reason }

/** Sends a request whose JSON has been written out as `body`. */
export type Send = (request: HttpRequest, body: string) => Promise<Sent>

export type Sender = { readonly send: Send; readonly close: () => Promise<void> }

const CONNECT_TIMEOUT_MS = 10_000
/** Until the first byte of the answer. Heap's own SDKs wait 10 s or more; a bulk call of 1,000 events takes longer. */
const ANSWER_TIMEOUT_MS = 30_000
const BODY_TIMEOUT_MS = 10_000
/** What is kept of an answer: enough for any error message. The rest is not read. */
const RESPONSE_BYTES_MAX = 65_536
const USER_AGENT = 'millrace'

/**
 * A sender with connections of its own, so that one destination's slow receiver holds no other's sockets.
 * `undici.request` with a Buffer: `fetch` costs 10 to 28 times the CPU (docs/adr/0007-http-and-libraries.md).
 */
export function httpSender({ connections }: { readonly connections: number }): Sender {
  const dispatcher = new Agent({
    connections,
    pipelining: 1,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    headersTimeout: ANSWER_TIMEOUT_MS,
    bodyTimeout: BODY_TIMEOUT_MS,
  })

  async function send(request: HttpRequest, body: string): Promise<Sent> {
    try {
      const answer = await undiciRequest(request.url, {
        dispatcher,
        method: request.method,
        headers: {
          ...(request.json === undefined ? {} : { 'content-type': 'application/json' }),
          'user-agent': USER_AGENT,
          ...request.headers,
          ...signature(request, body),
          ...authorization(request),
        },
        ...(request.json === undefined ? {} : { body: Buffer.from(body) }),
      })
      const headers = Object.fromEntries(
        Object.entries(answer.headers).map(([name, value]) => [name, String(value)]),
      )
      return {
        answered: true,
        response: { status: answer.statusCode, headers, body: await beginning(answer.body) },
      }
    } catch (error) {
      return { answered: false, reason: noAnswer(error) }
    }
  }
  return { send, close: () => dispatcher.destroy() }
}

/** The only place where the secret is read: everything that is kept of a request is made without it. */
function authorization({ authorization: given }: HttpRequest): Record<string, string> {
  if (given === undefined) return {}
  if (given.scheme === 'bearer') return { authorization: `Bearer ${given.token.reveal()}` }
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

const TIMEOUTS = new Set(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'])

function noAnswer(error: unknown): Reason {
  const { code = 'unknown', message } = error as NodeJS.ErrnoException
  const errorCode: ErrorCode = TIMEOUTS.has(code) ? 'DESTINATION_TIMEOUT' : 'DESTINATION_UNREACHABLE'
  return { code: errorCode, text: `${message} (${code})` }
}
