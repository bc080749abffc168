import { randomInt } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { NatsConnection } from '@nats-io/transport-node'
import { AppError } from '../../core/errors.ts'
import { jetstreamAppend } from './jetstream-append.ts'
import { openBeside, type Publish } from './jetstream-beside.ts'
import { chunkReads } from './jetstream-chunks.ts'
import {
  connectNats,
  type NatsLogin,
  onReconnect,
  type StreamConfig,
  serverFacts,
  streamFacts,
} from './jetstream-connect.ts'
import { jetstreamErase } from './jetstream-erase.ts'
import { knownLanes } from './jetstream-known.ts'
import { unmetNeeds } from './jetstream-needs.ts'
import { DUPLICATES_MS, groupPublisher } from './jetstream-publish.ts'
import { jetstreamReads } from './jetstream-reads.ts'
import { jetstreamTrim } from './jetstream-trim.ts'
import { type StreamWire, streamWire } from './jetstream-wire.ts'
import type { EventLog } from './log.ts'

const NS_PER_MS = 1_000_000
/** Making a stream takes some 100 ms. */
const MAKE_TRIES_MAX = 20
const MAKE_AGAIN_MS = 250
const FIND_WITHIN_MS = 2_000
/** The message that an event of the largest size becomes, when nothing is said. */
const ENTRY_BYTES_MAX = 131_072

export type JetstreamLogOptions = {
  /** Addresses such as `nats-1:4222`; any of the cluster's. */
  readonly servers: readonly string[]
  readonly login: NatsLogin
  /** A user of the system account, who is asked how the servers are set up. */
  readonly systemLogin?: NatsLogin
  /** Says instead that every server has `sync_interval: always`. */
  readonly isSyncVouchedFor?: boolean
  /** The stream's name; a second one is called the same with `_beside` behind. */
  readonly stream?: string
  /** How many servers keep each chunk. */
  readonly replicas?: number
  /** The longest entry that is ever appended. */
  readonly entry_bytes_max?: number
  /** For a new stream; an old one keeps the number that it was made with. */
  readonly lanes?: number
  /** For a new stream: what fingerprints are made with. Drawn when left out. */
  readonly seed?: number
  readonly now?: () => number
}

/**
 * The log in a stream of NATS JetStream, for several processes at once: docs/adr/0035-log-on-jetstream.md.
 *
 * @throws {AppError} LOG_ENGINE_UNFIT with what has to be changed at the servers; LOG_UNAVAILABLE when none answers.
 */
export async function jetstreamLog(options: JetstreamLogOptions): Promise<EventLog> {
  const nc = await connectNats(options.servers, options.login)
  try {
    return await openOn(nc, options)
  } catch (error) {
    await nc.close()
    throw error
  }
}

async function openOn(nc: NatsConnection, options: JetstreamLogOptions): Promise<EventLog> {
  const { stream = 'millrace', now = Date.now } = options
  const wire = streamWire(nc, stream)
  const { lanes, seed } = await openStreams(wire, options)
  const known = knownLanes(nc, lanes, `${stream}.grown`)
  const publisher = groupPublisher(nc, (id, after) => findStored(wire, id, after))
  const publish: Publish = (subject, data, headers) => publisher.publish([{ subject, headers, data }])
  const beside = await openBeside(streamWire(nc, besideOf(stream)), publish)
  const chunks = chunkReads(wire, beside, known)
  const { append, drain } = jetstreamAppend({
    ...{ lanes, now, publisher, subjectOf: chunks.subjectOf, onStored: known.note },
    payload_bytes_max: nc.info?.max_payload ?? 0,
  })
  /** What was stored before this process listened. */
  async function lookAtEnds(): Promise<void> {
    for (let lane = 0; lane < lanes; lane++) {
      const last = await wire.last(chunks.subjectOf(lane))
      if (last !== undefined) known.note(lane, last.seq)
    }
  }
  await lookAtEnds()
  void onReconnect(nc, () => void lookAtEnds().then(known.tellAll, known.tellAll))

  return {
    lanes,
    seed,
    append,
    ...jetstreamReads(wire, beside, chunks),
    onAppend: known.onAppend,
    trim: jetstreamTrim(wire, beside, chunks, lanes),
    ...jetstreamErase(wire, beside, chunks),
    async close() {
      await drain()
      publisher.close()
      known.close()
      await nc.close()
    },
  }
}

const besideOf = (stream: string) => `${stream}_beside`

/** Makes the two streams where they are not there, and looks whether everything is as the log needs it. */
async function openStreams(
  wire: StreamWire,
  options: JetstreamLogOptions,
): Promise<{ readonly lanes: number; readonly seed: number }> {
  const { stream } = wire
  const { servers, systemLogin, replicas = 3, lanes = 8, seed = randomInt(2 ** 31) } = options
  const { version = '0', max_payload = 0 } = wire.nc.info ?? {}
  const wants = {
    replicas,
    entry_bytes_max: options.entry_bytes_max ?? ENTRY_BYTES_MAX,
    isSyncVouchedFor: options.isSyncVouchedFor === true,
  }
  const there = await findStream(wire, stream)
  const facts = {
    ...{ version, payload_bytes_max: max_payload },
    servers: systemLogin && (await serverFacts(servers, systemLogin)),
    stream: there && streamFacts(there),
  }
  refuseUnless(unmetNeeds(facts, wants))
  const metadata = { millrace_lanes: String(lanes), millrace_seed: String(seed) }
  const config = await ensureStream(wire, streamConfig(stream, replicas, metadata))
  refuseUnless(unmetNeeds({ ...facts, stream: streamFacts(config) }, wants))
  const beside = besideOf(stream)
  const kept = await ensureStream(wire, besideConfig(beside, replicas, config.metadata ?? {}))
  refuseUnless(unmetNeeds({ ...facts, stream: streamFacts(kept) }, wants))
  return {
    lanes: Number(config.metadata?.['millrace_lanes']),
    seed: Number(config.metadata?.['millrace_seed']),
  }
}

function refuseUnless(problems: readonly string[]): void {
  if (problems.length === 0) return
  throw new AppError('LOG_ENGINE_UNFIT', { problems: problems.map((problem) => ({ at: [], problem })) })
}

/** The stream as it is after this; whoever comes first makes it, and the others find it. */
async function ensureStream(wire: StreamWire, config: { readonly name: string }): Promise<StreamConfig> {
  let problem = ''
  for (let tries = 0; tries < MAKE_TRIES_MAX; tries++) {
    // While another process makes it, servers may not answer, or say that it is not there.
    const found = await findStream(wire, config.name).catch(() => undefined)
    if (found !== undefined) return found
    const made = await wire.api<{ config?: StreamConfig }>(`STREAM.CREATE.${config.name}`, config)
    if (made.config !== undefined) return made.config
    problem = made.error?.description ?? ''
    await wait(MAKE_AGAIN_MS)
  }
  refuseUnless([`The stream ${config.name} could not be made: ${problem}.`])
  return config as StreamConfig
}

/** @throws {AppError} LOG_UNAVAILABLE */
async function findStream({ api }: StreamWire, name: string): Promise<StreamConfig | undefined> {
  return (await api<{ config?: StreamConfig }>(`STREAM.INFO.${name}`, {}, FIND_WITHIN_MS)).config
}

function streamConfig(name: string, num_replicas: number, metadata: object) {
  return {
    ...{ name, num_replicas, metadata, storage: 'file', retention: 'limits', discard: 'new' },
    subjects: [`${name}.lane.*`],
    ...{ allow_direct: true, allow_atomic: true },
    duplicate_window: DUPLICATES_MS * NS_PER_MS,
    republish: { src: `${name}.lane.*`, dest: `${name}.grown.{{wildcard(1)}}`, headers_only: true },
  }
}

function besideConfig(name: string, num_replicas: number, metadata: object) {
  return {
    ...{ name, num_replicas, metadata, storage: 'file', retention: 'limits', discard: 'new' },
    subjects: [`${name}.>`],
    ...{ allow_direct: true, allow_atomic: true, allow_rollup_hdrs: true },
    duplicate_window: DUPLICATES_MS * NS_PER_MS,
  }
}

/** The number of the first message of a group that was stored after a number. */
async function findStored(wire: StreamWire, id: string, after: number): Promise<number | undefined> {
  for await (const { seq, headers } of wire.heads({ subject: `${wire.stream}.lane.*`, seq: after + 1 })) {
    if (headers.get('Nats-Msg-Id') === id) return seq
  }
  return undefined
}
