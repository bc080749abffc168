import { setTimeout as wait } from 'node:timers/promises'
import { headers, type Msg, type NatsConnection } from '@nats-io/transport-node'
import { askUntilAnswered, type StreamWire, streamWire } from './jetstream-wire.ts'

/** After this without a sign of life a lane goes to another process. */
export const OWNER_SILENT_MS_MAX = 3_000
/** The servers hand the lane's turn to its owner this often: a sign of life in both directions. */
const TURN_EVERY_MS = 1_000
/** A pull waits this long for its turn. */
const PULL_MS = 1_500
const AGAIN_MS = 250
const NS_PER_MS = 1_000_000
const ANSWER_WITHIN_MS = 30_000
export const WRONG_PIN = 423
export const GROUP = 'owner'

export type Owned = {
  readonly lane: number
  /**
   * Rises with every change of owner, over all lanes. What an owner writes is written under its number, and the ledger's transaction
   * refuses a number lower than the highest that it has seen of the lane: an owner that does not know yet that it is none.
   */
  readonly epoch: number
}
export type OwnershipOptions = {
  readonly nc: NatsConnection
  /** The log's stream. */
  readonly stream: string
  readonly replicas: number
  readonly lanes: number
  readonly onOwned: (owned: Owned) => void
  /** Told as soon as this process cannot be sure any more. */
  readonly onLost: (lane: number) => void
}

/**
 * One owner for each lane at a time among the processes that take part: docs/adr/0035-log-on-jetstream.md. Each lane has one message, its
 * turn, and one consumer that hands it to a client of its choice (`pinned_client`), again and again, as nobody acknowledges it.
 */
export async function laneOwnership(options: OwnershipOptions): Promise<{ close(): Promise<void> }> {
  const { nc, lanes } = options
  const wire = streamWire(nc, `${options.stream}_turns`)
  await makeTurns(wire, options)
  const end = new AbortController()
  const following = Array.from({ length: lanes }, (_, lane) => followLane(wire, lane, options, end.signal))
  return {
    async close() {
      end.abort()
      await Promise.all(following)
    },
  }
}

/** The stream, a turn and a consumer for each lane; those that are there stay as they are. */
export async function makeTurns(
  { api, nc, stream }: StreamWire,
  options: Pick<OwnershipOptions, 'lanes' | 'replicas'>,
): Promise<void> {
  const { lanes, replicas } = options
  const common = { num_replicas: replicas, storage: 'file', max_msgs_per_subject: 1 }
  await api(`STREAM.CREATE.${stream}`, { name: stream, subjects: [`${stream}.>`], ...common })
  for (let lane = 0; lane < lanes; lane++) {
    const first = headers()
    first.set('Nats-Expected-Last-Subject-Sequence', '0')
    // The servers may still choose who leads the stream. Said twice, it is refused, which is an answer too.
    await askUntilAnswered(nc, ANSWER_WITHIN_MS, (timeout) =>
      nc.request(`${stream}.turn.${lane}`, '-', { headers: first, timeout }),
    )
    await api(`CONSUMER.DURABLE.CREATE.${stream}.lane${lane}`, {
      stream_name: stream,
      config: {
        durable_name: `lane${lane}`,
        filter_subject: `${stream}.turn.${lane}`,
        ...{ ack_policy: 'explicit', ack_wait: TURN_EVERY_MS * NS_PER_MS, max_deliver: -1 },
        ...{ priority_groups: [GROUP], priority_policy: 'pinned_client' },
        priority_timeout: OWNER_SILENT_MS_MAX * NS_PER_MS,
      },
    })
  }
}

/** Asks for the lane's turn until it is told to stop. Never rejects: what fails is tried again. */
async function followLane(
  wire: StreamWire,
  lane: number,
  { onOwned, onLost }: OwnershipOptions,
  signal: AbortSignal,
): Promise<void> {
  let pin: string | undefined
  let silent: NodeJS.Timeout | undefined
  function lose(): void {
    clearTimeout(silent)
    if (pin !== undefined) onLost(lane)
    pin = undefined
  }
  async function takeTurn(given: string, asked_ms: number): Promise<void> {
    if (given !== pin) {
      lose()
      const epoch = await claim(wire, lane, given)
      if (signal.aborted) return
      pin = given
      onOwned({ lane, epoch })
    }
    // Counted from before it asked, so that it gives up before the servers give the lane to another.
    clearTimeout(silent)
    silent = setTimeout(lose, asked_ms + OWNER_SILENT_MS_MAX - performance.now())
  }
  while (!signal.aborted) {
    const asked_ms = performance.now()
    try {
      const { headers: found } = await pull(wire, lane, pin)
      if (signal.aborted) break
      const given = found?.get('Nats-Pin-Id') ?? ''
      if (found?.code === WRONG_PIN) lose()
      else if (given !== '') await takeTurn(given, asked_ms)
    } catch {
      await wait(AGAIN_MS)
    }
  }
  lose()
}

export async function pull({ nc, stream }: StreamWire, lane: number, pin: string | undefined): Promise<Msg> {
  const query = {
    batch: 1,
    expires: PULL_MS * NS_PER_MS,
    group: GROUP,
    ...(pin === undefined ? {} : { id: pin }),
  }
  return nc.request(`$JS.API.CONSUMER.MSG.NEXT.${stream}.lane${lane}`, JSON.stringify(query), {
    timeout: PULL_MS + AGAIN_MS,
    // What is pulled comes under the subject of its message, by which the shared inbox would not know it.
    noMux: true,
  })
}

/** A number above every one that was given before. */
async function claim({ nc, stream }: StreamWire, lane: number, pin: string): Promise<number> {
  const answer = await nc.request(`${stream}.claim.${lane}`, pin, { timeout: OWNER_SILENT_MS_MAX })
  return answer.json<{ seq: number }>().seq
}
