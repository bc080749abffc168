import { randomInt } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { AppError } from '../../core/errors.ts'
import type { JetstreamLogOptions } from './jetstream.ts'
import { type StreamConfig, serverFacts, streamFacts } from './jetstream-connect.ts'
import { unmetNeeds } from './jetstream-needs.ts'
import { KEPT_MAX } from './jetstream-prints.ts'
import { DUPLICATES_MS } from './jetstream-publish.ts'
import type { StreamWire } from './jetstream-wire.ts'

const NS_PER_MS = 1_000_000
/** Making a stream takes some 100 ms. */
const MAKE_TRIES_MAX = 20
const MAKE_AGAIN_MS = 250
const MAKE_WITHIN_MS = 5_000
const FIND_WITHIN_MS = 5_000
/** The message that an event of the largest size becomes, when nothing is said. */
const ENTRY_BYTES_MAX = 131_072

export const besideOf = (stream: string) => `${stream}_beside`
export const printsOf = (stream: string) => `${stream}_prints`

/** Makes the streams where they are not there, and looks whether everything is as the log needs it. */
export async function openStreams(
  wire: StreamWire,
  options: JetstreamLogOptions,
): Promise<{ readonly lanes: number; readonly seed: number }> {
  const { stream } = wire
  const {
    servers,
    systemLogin,
    replicas = 3,
    lanes = 8,
    seed = randomInt(2 ** 31),
    first_chunk = 1,
  } = options
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
  const config = await ensureStream(wire, streamConfig(stream, replicas, metadata, first_chunk))
  refuseUnless(unmetNeeds({ ...facts, stream: streamFacts(config) }, wants))
  const beside = besideOf(stream)
  const kept = await ensureStream(wire, besideConfig(beside, replicas, config.metadata ?? {}))
  refuseUnless(unmetNeeds({ ...facts, stream: streamFacts(kept) }, wants))
  await ensureStream(wire, printsConfig(printsOf(stream), replicas))
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
    const made = await makeStream(wire, config).catch(() => undefined)
    if (made?.config !== undefined) return made.config
    problem = made?.error?.description ?? 'no answer'
    await wait(MAKE_AGAIN_MS)
  }
  refuseUnless([`The stream ${config.name} could not be made: ${problem}.`])
  return config as StreamConfig
}

const makeStream = ({ api }: StreamWire, config: { readonly name: string }) =>
  api<{ config?: StreamConfig }>(`STREAM.CREATE.${config.name}`, config, MAKE_WITHIN_MS)

/** @throws {AppError} LOG_UNAVAILABLE */
export async function findStream({ api }: StreamWire, name: string): Promise<StreamConfig | undefined> {
  return (await api<{ config?: StreamConfig }>(`STREAM.INFO.${name}`, {}, FIND_WITHIN_MS)).config
}

function streamConfig(name: string, num_replicas: number, metadata: object, first_seq: number) {
  return {
    ...{ name, num_replicas, metadata, storage: 'file', retention: 'limits', discard: 'new' },
    subjects: [`${name}.lane.*`],
    ...(first_seq > 1 ? { first_seq } : {}),
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

/** What is lost of it is read from the log. */
function printsConfig(name: string, num_replicas: number) {
  return {
    ...{ name, num_replicas, storage: 'file', retention: 'limits', discard: 'old' },
    subjects: [`${name}.*`],
    ...{ max_msgs_per_subject: KEPT_MAX, allow_direct: true },
  }
}

/** The number of the first message of a group that was stored after a number. */
export async function findStored(wire: StreamWire, id: string, after: number): Promise<number | undefined> {
  for await (const { seq, headers } of wire.heads({ subject: `${wire.stream}.lane.*`, seq: after + 1 })) {
    if (headers.get('Nats-Msg-Id') === id) return seq
  }
  return undefined
}
