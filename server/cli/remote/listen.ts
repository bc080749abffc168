import { AppError } from '../../../core/errors.ts'
import { errorOf } from '../client.ts'
import type { StreamMessage } from './verb.ts'

/** A message of the live view is at most a hundred events. */
const MESSAGE_CHARS_MAX = 64_000_000

/**
 * Messages of a stream of server-sent events until it ends or `signal` says so.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html, as far as this server uses it.
 *
 * @throws {AppError} SERVER_UNREACHABLE, or what the server says.
 */
export async function* listenOver(
  url: string,
  {
    token,
    after,
    signal,
  }: {
    readonly token: string | undefined
    readonly after: string | undefined
    readonly signal: AbortSignal
  },
): AsyncGenerator<StreamMessage> {
  const headers = {
    accept: 'text/event-stream',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(after === undefined ? {} : { 'last-event-id': after }),
  }
  try {
    const answer = await fetch(url, { headers, signal, redirect: 'error' })
    if (!answer.ok || answer.body === null)
      throw errorOf(await answer.json().catch(() => null), new URL(url).origin)
    yield* messagesIn(answer.body.pipeThrough(new TextDecoderStream()))
  } catch (cause) {
    if (signal.aborted) return
    if (cause instanceof AppError) throw cause
    const { message } = cause as Error
    throw new AppError('SERVER_UNREACHABLE', { url: new URL(url).origin, problem: message }, { cause })
  }
}

/** Messages of a text that comes in pieces. */
export async function* messagesIn(pieces: AsyncIterable<string>): AsyncGenerator<StreamMessage> {
  let text = ''
  for await (const piece of pieces) {
    text += piece
    if (text.length > MESSAGE_CHARS_MAX)
      throw new AppError('SERVER_UNREACHABLE', { problem: 'a message without an end' })
    const parts = text.split(/\r?\n\r?\n/)
    text = parts.pop() ?? ''
    for (const part of parts) {
      const fields = part.split(/\r?\n/).map((line) => /^(\w+): ?(.*)$/.exec(line))
      const valuesOf = (name: string) =>
        fields.flatMap((field) => (field?.[1] === name ? [field[2] ?? ''] : []))
      const data = valuesOf('data').join('\n')
      if (data !== '') yield { id: valuesOf('id').at(-1) ?? '', data }
    }
  }
}
