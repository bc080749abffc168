import { headers, type Msg } from '@nats-io/transport-node'
import { askUntilAnswered } from './jetstream-ask.ts'
import type { StreamWire } from './jetstream-wire.ts'

/** After this without a sign of life the servers give a lane to another process. */
export const OWNER_SILENT_MS_MAX = 3_000
/** The servers hand the lane's turn to its owner this often: a sign of life in both directions. */
const TURN_EVERY_MS = 1_000
/** A pull waits this long for its turn. */
const PULL_MS = 1_500
const AGAIN_MS = 250
const NS_PER_MS = 1_000_000
const ANSWER_WITHIN_MS = 30_000
/** The leader of the servers makes one after the other. */
const MADE_AT_ONCE_MAX = 8
export const WRONG_PIN = 423
export const GROUP = 'owner'

/**
 * One owner for each lane at a time among the processes that take part: docs/adr/0035-log-on-jetstream.md. Each lane has one message, its
 * turn, and one consumer that hands it to a client of its choice (`pinned_client`), again and again, as nobody acknowledges it.
 */
export type TurnOptions = { readonly replicas: number; readonly lanes: number }

/** The stream, a turn and a consumer for each lane; those that are there stay as they are. */
export async function makeTurns(wire: StreamWire, options: TurnOptions): Promise<void> {
  const { api, stream } = wire
  const { lanes, replicas } = options
  const all = Array.from({ length: lanes }, (_, lane) => lane)
  const there = await consumersOf(wire)
  const missing = all.filter((lane) => !there.has(consumerOf(lane)))
  if (missing.length === 0) return
  const common = { num_replicas: replicas, storage: 'file', max_msgs_per_subject: 1 }
  await api(`STREAM.CREATE.${stream}`, { name: stream, subjects: [`${stream}.>`], ...common })
  for (let at = 0; at < missing.length; at += MADE_AT_ONCE_MAX)
    await Promise.all(missing.slice(at, at + MADE_AT_ONCE_MAX).map((lane) => makeTurn(wire, lane)))
}

/** The names of those that are there: whoever comes later has nothing to make. A lane's turn is made before its consumer. */
async function consumersOf({ api, stream }: StreamWire): Promise<ReadonlySet<string>> {
  const { consumers = [] } = await api<{ consumers?: readonly string[] }>(`CONSUMER.NAMES.${stream}`, {})
  return new Set(consumers)
}

async function makeTurn({ api, nc, stream }: StreamWire, lane: number): Promise<void> {
  const first = headers()
  first.set('Nats-Expected-Last-Subject-Sequence', '0')
  // The servers may still choose who leads the stream. Said twice, it is refused, which is an answer too.
  await askUntilAnswered(nc, ANSWER_WITHIN_MS, (timeout) =>
    nc.request(`${stream}.turn.${lane}`, '-', { headers: first, timeout }),
  )
  await api(`CONSUMER.DURABLE.CREATE.${stream}.${consumerOf(lane)}`, {
    stream_name: stream,
    config: {
      durable_name: consumerOf(lane),
      filter_subject: `${stream}.turn.${lane}`,
      ...{ ack_policy: 'explicit', ack_wait: TURN_EVERY_MS * NS_PER_MS, max_deliver: -1 },
      ...{ priority_groups: [GROUP], priority_policy: 'pinned_client' },
      priority_timeout: OWNER_SILENT_MS_MAX * NS_PER_MS,
    },
  })
}

const consumerOf = (lane: number): string => `lane${lane}`

/** Asks for the turn of a lane, as who was given it before or as anybody. Rejects when nothing came in time. */
export async function pull({ nc, stream }: StreamWire, lane: number, pin: string | undefined): Promise<Msg> {
  const query = {
    batch: 1,
    expires: PULL_MS * NS_PER_MS,
    group: GROUP,
    ...(pin === undefined ? {} : { id: pin }),
  }
  const asked = nc.request(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumerOf(lane)}`, JSON.stringify(query), {
    timeout: PULL_MS + AGAIN_MS,
    // What is pulled comes under the subject of its message, by which the shared inbox would not know it.
    noMux: true,
  })
  // A request of this kind whose connection is closed meanwhile never ends by itself.
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error('NATS: no answer in time')), PULL_MS + 2 * AGAIN_MS)
  try {
    return await Promise.race([asked, late])
  } finally {
    clearTimeout(timer)
  }
}
