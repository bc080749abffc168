import { type MsgHdrs, type NatsConnection, headers as newHeaders, nuid } from '@nats-io/transport-node'
import { AppError } from '../../core/errors.ts'
import type { JetstreamLogOptions } from './jetstream.ts'
import { unavailable } from './jetstream-ask.ts'
import { connectNats } from './jetstream-connect.ts'
import { chunkHeaders, HEADERS_BYTES_MAX, headOf, type StoredHead } from './jetstream-head.ts'
import { besideOf, findStream, openStreams } from './jetstream-streams.ts'
import { streamWire } from './jetstream-wire.ts'

/** A chunk as a log has it, with its checksum, whether that fits or not. */
export type RawChunk = {
  readonly lane: number
  readonly chunk: number
  readonly count: number
  readonly at_ms: number
  readonly crc: number
  /** High and low halves in turn, as 32-bit words. */
  readonly prints: Uint8Array
  readonly text: string
}
/** What stands for numbers that no chunk has (any more), until it is taken away at the end. */
const GAP = 'gap'
/** The server's bound of a batch is 1,000 messages. */
const GROUP_MESSAGES_MAX = 500
const ANSWER_WITHIN_MS = 10_000

export type LogCopy = {
  /** The largest text of a chunk, in bytes, that fits into a message. */
  readonly text_bytes_max: number
  /** The number that the next chunk would get. */
  readonly next: () => Promise<number>
  /** Adds chunks under their own numbers, which rise; one that stands before `next` is there already. */
  readonly add: (chunks: readonly RawChunk[]) => Promise<void>
  /**
   * No number before `next` is used again, numbers without a chunk are empty from now on, and so is each lane before the first
   * chunk that it still has.
   */
  readonly finish: (next: number, firsts: ReadonlyMap<number, number>) => Promise<void>
  readonly heads: () => AsyncGenerator<StoredHead>
  readonly close: () => Promise<void>
}

/** Whether streams of this name are there already, of whomever, and how large a chunk's text may be. Nothing is made. */
export async function lookForStreams({ servers, login, stream = 'millrace' }: JetstreamLogOptions) {
  const nc = await connectNats(servers, login)
  try {
    const wire = streamWire(nc, stream)
    const found = await Promise.all([findStream(wire, stream), findStream(wire, besideOf(stream))])
    return { areThere: found.some((one) => one !== undefined), text_bytes_max: textRoom(nc) }
  } finally {
    await nc.close()
  }
}
const textRoom = (nc: NatsConnection) => (nc.info?.max_payload ?? 0) - HEADERS_BYTES_MAX

/** Removes both streams with all that is in them. */
export async function removeStreams({ servers, login, stream = 'millrace' }: JetstreamLogOptions) {
  const nc = await connectNats(servers, login)
  try {
    const { api } = streamWire(nc, stream)
    for (const name of [stream, besideOf(stream)]) await api(`STREAM.DELETE.${name}`, {})
  } finally {
    await nc.close()
  }
}

/**
 * A stream that another log is copied into, chunk by chunk under the same numbers, so that every address stays what it is. Nobody
 * else may write to it meanwhile: each group says behind which number it must come to stand, so that none is ever stored twice.
 *
 * @throws {AppError} LOG_ENGINE_UNFIT, LOG_UNAVAILABLE; MOVE_TARGET_TAKEN when the stream is that of another log.
 */
export async function jetstreamCopy(
  options: JetstreamLogOptions & Required<Pick<JetstreamLogOptions, 'lanes' | 'seed' | 'first_chunk'>>,
): Promise<LogCopy> {
  const { stream = 'millrace' } = options
  const nc = await connectNats(options.servers, options.login)
  const wire = streamWire(nc, stream)
  try {
    const { lanes, seed } = await openStreams(wire, options)
    if (lanes !== options.lanes || seed !== options.seed)
      throw new AppError('MOVE_TARGET_TAKEN', { problem: `The stream ${stream} is that of another log.` })
  } catch (error) {
    await nc.close()
    throw error
  }
  const next = async () => (await wire.state()).last_seq + 1
  async function add(chunks: readonly RawChunk[]): Promise<void> {
    const at = await next()
    const messages = withGaps(
      stream,
      chunks.filter(({ chunk }) => chunk >= at),
      at,
    )
    await publishAll(nc, messages, at - 1)
  }
  return {
    text_bytes_max: textRoom(nc),
    next,
    add,
    async finish(end, firsts) {
      const at = await next()
      await publishAll(nc, gapsBetween(stream, at, end), at - 1)
      await wire.purge(`${stream}.lane.${GAP}`, Math.max(at, end))
      for (let lane = 0; lane < options.lanes; lane++) {
        const first = firsts.get(lane) ?? end
        if (first > options.first_chunk) await wire.purge(`${stream}.lane.${lane}`, first)
      }
    },
    async *heads() {
      for await (const message of wire.heads({ subject: `${stream}.lane.*`, seq: 1 })) {
        const lane = Number(message.subject.slice(`${stream}.lane.`.length))
        if (!Number.isNaN(lane)) yield headOf(message, lane)
      }
    },
    close: () => nc.close(),
  }
}

type Message = { readonly subject: string; readonly headers: MsgHdrs; readonly data: Uint8Array }

function* withGaps(stream: string, chunks: readonly RawChunk[], first: number): Generator<Message> {
  let at = first
  for (const { lane, chunk, count, at_ms, crc, prints, text } of chunks) {
    yield* gapsBetween(stream, at, chunk)
    const data = Buffer.from(text)
    const headers = chunkHeaders({
      ...{ count, at_ms, crc, text: data },
      prints: Buffer.from(prints).toString('base64'),
    })
    yield { subject: `${stream}.lane.${lane}`, headers, data }
    at = chunk + 1
  }
}

function* gapsBetween(stream: string, from: number, to: number): Generator<Message> {
  for (let at = from; at < to; at++)
    yield { subject: `${stream}.lane.${GAP}`, headers: newHeaders(), data: new Uint8Array() }
}

async function publishAll(nc: NatsConnection, messages: Iterable<Message>, last: number): Promise<void> {
  let after = last
  let group: Message[] = []
  const flush = async () => {
    if (group.length > 0) await publishGroup(nc, group, after)
    after += group.length
    group = []
  }
  for (const message of messages) {
    if (group.length >= GROUP_MESSAGES_MAX) await flush()
    group.push(message)
  }
  await flush()
}

/** All of the group or none, right behind a number. @throws {AppError} LOG_UNAVAILABLE: nobody knows then whether it is there. */
async function publishGroup(nc: NatsConnection, group: readonly Message[], after: number): Promise<void> {
  const batch = nuid.next()
  const last = group.length - 1
  for (const [index, { subject, headers, data }] of group.entries()) {
    if (index === 0) headers.set('Nats-Expected-Last-Sequence', String(after))
    if (last > 0) {
      headers.set('Nats-Batch-Id', batch)
      headers.set('Nats-Batch-Sequence', String(index + 1))
      if (index === last) headers.set('Nats-Batch-Commit', '1')
    }
    if (index < last) nc.publish(subject, data, { headers })
  }
  const { subject, headers, data } = group[last] as Message
  const answer = await unavailable(nc.request(subject, data, { headers, timeout: ANSWER_WITHIN_MS }))
  const { seq, error } = answer.json<{ seq?: number; error?: { description?: string } }>()
  if (error === undefined && seq === after + group.length) return
  const problem = error?.description ?? `stored as ${seq}, and not as ${after + group.length}`
  throw new AppError('LOG_UNAVAILABLE', {}, { cause: new Error(`NATS: ${problem}`) })
}
