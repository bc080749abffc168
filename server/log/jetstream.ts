import type { NatsConnection } from '@nats-io/transport-node'
import { jetstreamAppend } from './jetstream-append.ts'
import { openBeside, type Publish } from './jetstream-beside.ts'
import { chunkReads } from './jetstream-chunks.ts'
import { connectNats, type NatsLogin, onReconnect } from './jetstream-connect.ts'
import { jetstreamErase } from './jetstream-erase.ts'
import { type KnownLanes, knownLanes } from './jetstream-known.ts'
import { printsStream } from './jetstream-prints.ts'
import { groupPublisher } from './jetstream-publish.ts'
import { jetstreamReads } from './jetstream-reads.ts'
import { besideOf, findStored, openStreams, printsOf } from './jetstream-streams.ts'
import { jetstreamTrim } from './jetstream-trim.ts'
import { type StreamWire, streamWire } from './jetstream-wire.ts'
import type { EventLog } from './log.ts'

/** What the servers tell of new chunks can get lost on its way: a lane is told of at most this much later then. */
const LOOK_EVERY_MS = 2_000
/** Then the stream seems to have no leader. */
const LEADER_SILENT_MS = 1_000

export type JetstreamLogOptions = {
  /** Addresses such as `nats-1:4222`; any of the cluster's. */
  readonly servers: readonly string[]
  readonly login: NatsLogin
  /** A user of the system account, who is asked how the servers are set up. */
  readonly systemLogin?: NatsLogin | undefined
  /** Says instead that every server has `sync_interval: always`. */
  readonly isSyncVouchedFor?: boolean
  /** The stream's name; two more are called the same with `_beside` and `_prints` behind. */
  readonly stream?: string
  /** How many servers keep each chunk. */
  readonly replicas?: number
  /** The longest entry that is ever appended. */
  readonly entry_bytes_max?: number
  /** For a new stream; an old one keeps the number that it was made with. */
  readonly lanes?: number
  /** For a new stream: what fingerprints are made with. Drawn when left out. */
  readonly seed?: number
  /** For a new stream: the number that its first chunk gets. */
  readonly first_chunk?: number
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
  const look = lookAtEnds(wire, known, lanes, chunks.subjectOf)
  await look()
  const missed = setInterval(() => void look().catch(() => {}), LOOK_EVERY_MS)
  // What was told while there was no connection can be read, whether the stream has a leader or not.
  void onReconnect(nc, known.tellAll)
  nc.subscribe(`$JS.EVENT.ADVISORY.STREAM.LEADER_ELECTED.${stream}`, { callback: publisher.sendAgain })

  return {
    lanes,
    seed,
    append,
    ...jetstreamReads(
      wire,
      beside,
      chunks,
      printsStream(streamWire(nc, printsOf(stream)), printsOf(stream), chunks),
    ),
    onAppend: known.onAppend,
    trim: jetstreamTrim(wire, beside, chunks, known, lanes),
    ...jetstreamErase(wire, beside, chunks),
    async close() {
      clearInterval(missed)
      await drain()
      publisher.close()
      known.close()
      await nc.close()
    },
  }
}

/** Notes what was stored without this process hearing of it. While the stream has no leader to be asked, everybody looks. */
function lookAtEnds(
  wire: StreamWire,
  known: KnownLanes,
  lanes: number,
  subjectOf: (lane: number) => string,
): () => Promise<void> {
  let seen = 0
  return async () => {
    const silent = setTimeout(known.tellAll, LEADER_SILENT_MS)
    const { last_seq } = await wire.state().finally(() => clearTimeout(silent))
    if (last_seq <= Math.max(seen, known.newest(undefined))) return
    for (let lane = 0; lane < lanes; lane++) {
      const last = await wire.last(subjectOf(lane))
      if (last !== undefined) known.note(lane, last.seq)
    }
    seen = last_seq
  }
}
