import { setTimeout as wait } from 'node:timers/promises'
import {
  createInbox,
  headers,
  type Msg,
  type MsgHdrs,
  type NatsConnection,
  nuid,
} from '@nats-io/transport-node'
import { AppError } from '../../core/errors.ts'
import { askUntilAnswered } from './jetstream-ask.ts'
import type { StoredMessage } from './jetstream-head.ts'

/** A request that is not answered within this fails. A change of the stream's leader takes some seconds. */
const ANSWER_WITHIN_MS = 10_000
/** A page is asked for elsewhere after this. */
const PAGE_WITHIN_MS = 5_000
/** A page can get lost with a server that ends: it is asked for again when none of it came for so long. */
const PAGE_SILENT_MS_MAX = 1_000
/** One answer of a read: what the server sends without being held back. */
const PAGE_BYTES_MAX = 8_000_000
export const PAGE_CHUNKS_MAX = 256
/** Heads asked for at once. */
const HEADS_MAX = 1_000
/** The server forgets a reader of heads by itself. */
const HEADS_READER_MS = 30_000
/** How long a server that is behind is left alone before it is asked again. */
const BEHIND_MS = 20
/** Nothing (more) there; in time; the consumer has gone; it is not known everywhere yet. The leader is asked whether that is the end. */
const NO_MORE = new Set([404, 408, 409, 503])
const NS_PER_MS = 1_000_000
const NOT_FOUND = 10_037
/** What the servers' leader says while a stream has none: it will have one. */
const NO_LEADER = 10_008
/** What a server says of a message that is not there (any more) and was to be removed. */
const NO_MESSAGE = new Set([10_043, 10_057])

export type Place = {
  /** With `*` and `>` as NATS has them. */
  readonly subject: string
  /** The first number that is of interest. */
  readonly seq: number
}
export type Page = {
  readonly messages: readonly StoredMessage[]
  /** How many there are behind these. */
  readonly behind: number
}
export type StreamState = {
  readonly bytes: number
  readonly messages: number
  readonly first_seq: number
  readonly last_seq: number
}
export type StreamWire = ReturnType<typeof streamWire>

/**
 * What the log asks of a stream. `page` may be answered by a server that is a little behind; `next`, `last`, `state` and what
 * changes something are answered by the stream's leader.
 *
 * All throw LOG_UNAVAILABLE when the servers do not answer.
 */
export function streamWire(nc: NatsConnection, stream: string) {
  async function api<Answer>(
    verb: string,
    body: object,
    within_ms = ANSWER_WITHIN_MS,
  ): Promise<Answer & { error?: ApiError }> {
    const text = JSON.stringify(body)
    return askUntilAnswered(nc, within_ms, async (timeout) => {
      const message = await nc.request(`$JS.API.${verb}`, text, { timeout })
      const answer = message.json<Answer & { error?: ApiError }>()
      if (answer.error?.err_code === NO_LEADER) throw new Error(`NATS: ${answer.error.description}`)
      return answer
    })
  }
  /** A message that the leader has; undefined for none. */
  async function get(query: object): Promise<StoredMessage | undefined> {
    const answer = await api<{ message?: LeaderMessage }>(`STREAM.MSG.GET.${stream}`, query)
    if (answer.error !== undefined && answer.error.err_code !== NOT_FOUND) throw refused(answer.error)
    return answer.message === undefined ? undefined : fromLeader(answer.message)
  }
  const next = ({ seq, subject }: Place) => get({ seq: Math.max(1, seq), next_by_subj: subject })

  return {
    nc,
    stream,
    next,
    last: (subject: string) => get({ last_by_subj: subject }),
    at: (seq: number) => (seq > 0 ? get({ seq }) : undefined),
    async state(): Promise<StreamState> {
      const answer = await api<{ state: StreamState }>(`STREAM.INFO.${stream}`, {})
      if (answer.error !== undefined) throw refused(answer.error)
      return answer.state
    },
    page: (place: Place, bytes_max: number, messages_max = PAGE_CHUNKS_MAX) =>
      readPage(nc, stream, place, {
        batch: Math.max(1, Math.min(messages_max, PAGE_CHUNKS_MAX)),
        max_bytes: Math.max(1, Math.min(bytes_max, PAGE_BYTES_MAX)),
      }),
    heads: (place: Place) => readHeads(nc, stream, place, api, next),
    /** Overwrites a message on every server. False when it is not there. */
    async remove(seq: number): Promise<boolean> {
      const { error } = await api(`STREAM.MSG.DELETE.${stream}`, { seq })
      if (error !== undefined && !NO_MESSAGE.has(error.err_code)) throw refused(error)
      return error === undefined
    },
    /** Removes what stands before a number. Returns how many messages. */
    async purge(subject: string, before: number): Promise<number> {
      const answer = await api<{ purged: number }>(`STREAM.PURGE.${stream}`, { seq: before, filter: subject })
      if (answer.error !== undefined) throw refused(answer.error)
      return answer.purged
    },
    api,
  }
}

type ApiError = { readonly code: number; readonly err_code: number; readonly description: string }
type LeaderMessage = {
  readonly subject: string
  readonly seq: number
  readonly hdrs?: string
  readonly data?: string
}

function refused({ description }: ApiError): AppError {
  return new AppError('LOG_UNAVAILABLE', {}, { cause: new Error(`NATS: ${description}`) })
}

function fromLeader({ subject, seq, hdrs = '', data = '' }: LeaderMessage): StoredMessage {
  const found = headers()
  for (const line of Buffer.from(hdrs, 'base64').toString().split('\r\n').slice(1)) {
    const at = line.indexOf(':')
    if (at > 0) found.set(line.slice(0, at), line.slice(at + 1).trim())
  }
  const bytes = Buffer.from(data, 'base64')
  return { subject, seq, headers: found, data: bytes, text_bytes: bytes.length }
}

/** Several messages for one request; the last answer of it has no text, and says how many there are behind. */
function readPage(
  nc: NatsConnection,
  stream: string,
  { subject, seq }: Place,
  limits: { readonly batch: number; readonly max_bytes: number },
): Promise<Page> {
  const query = JSON.stringify({ seq: Math.max(1, seq), next_by_subj: subject, ...limits })
  return askOneByOne(nc, PAGE_WITHIN_MS, async () => {
    const messages: StoredMessage[] = []
    let behind = 0
    await answers(nc, `$JS.API.DIRECT.GET.${stream}`, query, PAGE_SILENT_MS_MAX, (message) => {
      const found = message.headers
      if (found === undefined || found.code !== 0) {
        if (found?.code !== 204 && found?.code !== 404)
          throw new Error(`NATS: ${found?.code} ${found?.description}`)
        behind = Number(found.get('Nats-Num-Pending'))
        return true
      }
      const before = messages.at(-1)?.seq
      // Servers drop what a slow connection does not take: then one is missing between these two.
      if (before !== undefined && Number(found.get('Nats-Last-Sequence')) !== before)
        throw new Error('NATS: a message of an answer was lost')
      messages.push(fromStream(found.get('Nats-Subject'), Number(found.get('Nats-Sequence')), message, found))
      return false
    })
    return { messages, behind }
  })
}

/**
 * For what comes in many pieces: asked again only when the one before it has failed.
 *
 * @throws {AppError} LOG_UNAVAILABLE
 */
async function askOneByOne<Answer>(
  nc: NatsConnection,
  within_ms: number,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  const end_ms = performance.now() + within_ms
  for (;;) {
    try {
      return await ask()
    } catch (cause) {
      if (nc.isClosed() || performance.now() >= end_ms) throw new AppError('LOG_UNAVAILABLE', {}, { cause })
      await wait(BEHIND_MS)
    }
  }
}

function fromStream(subject: string, seq: number, { data }: Msg, found: MsgHdrs): StoredMessage {
  const size = found.get('Nats-Msg-Size')
  return { subject, seq, headers: found, data, text_bytes: size === '' ? data.length : Number(size) }
}

/**
 * The headers of the messages from a place on, without their texts. They come through a consumer, as only that can leave texts out;
 * where it sits on a server that is behind, the leader has the last word on whether there are more.
 */
async function* readHeads(
  nc: NatsConnection,
  stream: string,
  { subject, seq }: Place,
  api: <Answer>(verb: string, body: object) => Promise<Answer & { error?: ApiError }>,
  next: (place: Place) => Promise<StoredMessage | undefined>,
): AsyncGenerator<StoredMessage> {
  let at = Math.max(1, seq)
  for (let end_ms = performance.now() + ANSWER_WITHIN_MS; performance.now() < end_ms; ) {
    const first = await next({ subject, seq: at })
    if (first === undefined) return
    // By name, so that it is the same one when it has to be asked for twice.
    const name = nuid.next()
    const answer = await api(`CONSUMER.CREATE.${stream}.${name}`, {
      stream_name: stream,
      config: {
        name,
        ...{ filter_subject: subject, deliver_policy: 'by_start_sequence', opt_start_seq: at },
        ...{ headers_only: true, ack_policy: 'none', mem_storage: true, num_replicas: 1 },
        inactive_threshold: HEADS_READER_MS * NS_PER_MS,
      },
    })
    if (answer.error !== undefined) throw refused(answer.error)
    try {
      for (let taken = 0; ; taken += HEADS_MAX) {
        const heads = await nextHeads(nc, stream, name, taken).catch(() => [])
        yield* heads
        at = (heads.at(-1)?.seq ?? at - 1) + 1
        if (heads.length > 0) end_ms = performance.now() + ANSWER_WITHIN_MS
        else await wait(BEHIND_MS)
        if (heads.length < HEADS_MAX) break
      }
    } finally {
      nc.publish(`$JS.API.CONSUMER.DELETE.${stream}.${name}`)
    }
  }
  throw new AppError('LOG_UNAVAILABLE', {}, { cause: new Error('NATS: no server gives what the leader has') })
}

/** @param taken How many this consumer has given before. */
async function nextHeads(nc: NatsConnection, stream: string, consumer: string, taken: number) {
  const heads: StoredMessage[] = []
  const query = JSON.stringify({ batch: HEADS_MAX, no_wait: true })
  await answers(
    nc,
    `$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`,
    query,
    PAGE_SILENT_MS_MAX,
    (message) => {
      const found = message.headers
      if (found !== undefined && found.code !== 0) {
        if (!NO_MORE.has(found.code)) throw new Error(`NATS: ${found.code} ${found.description}`)
        return true
      }
      const [seq, number] = sequences(message.reply ?? '')
      if (number !== taken + heads.length + 1) throw new Error('NATS: a head of an answer was lost')
      heads.push(fromStream(message.subject, seq, message, found ?? headers()))
      return heads.length === HEADS_MAX
    },
  )
  return heads
}

/**
 * The numbers in the stream and in the consumer: `$JS.ACK.<stream>.<consumer>.<delivered>.<seq>.<number>.…`, or with a domain and an
 * account before the stream.
 */
function sequences(reply: string): readonly [seq: number, number: number] {
  const parts = reply.split('.')
  const at = parts.length >= 11 ? 7 : 5
  return [Number(parts[at]), Number(parts[at + 1])]
}

/** Asks once, and takes answers until `take` says that it was the last. */
function answers(
  nc: NatsConnection,
  subject: string,
  query: string,
  silent_ms_max: number,
  take: (message: Msg) => boolean,
): Promise<void> {
  const inbox = createInbox()
  return new Promise<void>((resolve, reject) => {
    const end = (error?: unknown) => {
      clearTimeout(timer)
      if (!nc.isClosed()) sub.unsubscribe()
      if (error === undefined) resolve()
      else reject(error)
    }
    const sub = nc.subscribe(inbox, {
      callback: (error, message) => {
        try {
          if (error !== null) end(error)
          else if (take(message)) end()
          else timer.refresh()
        } catch (fault) {
          end(fault)
        }
      },
    })
    const timer = setTimeout(() => end(new Error('NATS: no answer in time')), silent_ms_max)
    try {
      nc.publish(subject, query, { reply: inbox })
    } catch (fault) {
      end(fault)
    }
  })
}
