import { setTimeout as wait } from 'node:timers/promises'
import type { Random } from './random.ts'

const TRY_AGAIN_MS = 20
const LOOK_AGAIN_MS = 5
/** Of events that the sandbox is told to refuse. */
export const REFUSED_EVENT = 'Refused Step'

export type Crowd = {
  readonly writeKey: string
  readonly clients: number
  readonly peoplePerClient: number
  /** The share of a client's events that are of one and the same person. */
  readonly hotShare: number
  /** The share of events that no trigger wants, and of those that the receiver is told to refuse. */
  readonly discardedShare?: number
  readonly refusedShare?: number
  /** Begins the names of its people, where several crowds come one after the other. */
  readonly prefix?: string
}

export type SentEvent = {
  readonly person: string
  readonly number: number
  readonly messageId: string
  readonly kind: 'wanted' | 'discarded' | 'refused'
}

/**
 * Clients that behave as the libraries do: each sends its people's events in order, in single calls and batches, and
 * sends a request again until it is answered 200. So many events, or until they are stopped.
 *
 * @param url Where to, or which of several at each attempt, as behind a load balancer.
 * @param allowed How many may be answered 200 by now, so that the events last for as long as they are needed.
 * @param onAcknowledged Told at once of what was answered 200.
 */
export function startClients(
  url: string | (() => string),
  events: number,
  crowd: Crowd,
  random: Random,
  allowed: () => number = () => Number.POSITIVE_INFINITY,
  onAcknowledged: (batch: readonly SentEvent[]) => void = () => {},
) {
  const { writeKey, clients, peoplePerClient, hotShare, prefix = '' } = crowd
  const acknowledged: SentEvent[] = []
  /** How many requests were answered so; 0 is no answer. */
  const answers = new Map<number, number>()
  let isStopped = false

  async function client(index: number, share: number): Promise<void> {
    const numbers = Array.from({ length: peoplePerClient }, () => 0)
    let left = share
    while (left > 0 && !isStopped) {
      if (acknowledged.length >= allowed()) {
        await wait(LOOK_AGAIN_MS)
        continue
      }
      const size = Math.min(left, random.next() < 0.3 ? 1 : random.whole(2, 60))
      const batch = Array.from({ length: size }, (): SentEvent => {
        const who = random.next() < hotShare ? 0 : random.whole(0, peoplePerClient - 1)
        numbers[who] = (numbers[who] ?? 0) + 1
        const person = `${who % 3 === 0 ? 'anonymous' : 'user'}-${prefix}${index}-${who}`
        return {
          person,
          number: numbers[who],
          messageId: `${person}-${numbers[who]}`,
          kind: kindOf(random, crowd),
        }
      })
      await sendUntilTaken(batch)
      acknowledged.push(...batch)
      onAcknowledged(batch)
      left -= size
    }
  }

  async function sendUntilTaken(batch: readonly SentEvent[]): Promise<void> {
    const body = JSON.stringify({ writeKey, batch: batch.map(call) })
    for (;;) {
      const to = typeof url === 'string' ? url : url()
      const answer = await fetch(`${to}/v1/batch`, { method: 'POST', body }).catch(() => undefined)
      await answer?.arrayBuffer().catch(() => undefined)
      const status = answer?.status ?? 0
      answers.set(status, (answers.get(status) ?? 0) + 1)
      if (status === 200) return
      await wait(TRY_AGAIN_MS)
    }
  }

  const done = Promise.all(sharesOf(events, clients).map((count, index) => client(index, count)))
  return {
    done,
    acknowledged,
    answers: (status: number) => answers.get(status) ?? 0,
    resent: () => [...answers].reduce((sum, [status, count]) => sum + (status === 200 ? 0 : count), 0),
    /** Each ends what it is sending, and sends no more. */
    async stop(): Promise<void> {
      isStopped = true
      await done
    },
  }
}
export type Clients = ReturnType<typeof startClients>

function sharesOf(events: number, clients: number): readonly number[] {
  const share = Math.ceil(events / clients)
  return Array.from({ length: clients }, (_, index) =>
    Number.isFinite(events) ? Math.min(share, events - index * share) : events,
  )
}

function kindOf(random: Random, { discardedShare = 0, refusedShare = 0 }: Crowd): SentEvent['kind'] {
  if (discardedShare + refusedShare === 0) return 'wanted'
  const drawn = random.next()
  if (drawn < discardedShare) return 'discarded'
  return drawn < discardedShare + refusedShare ? 'refused' : 'wanted'
}

function call({ person, number, messageId, kind }: SentEvent) {
  const who = person.startsWith('user') ? { userId: person } : { anonymousId: person }
  const common = { messageId, ...who }
  // Heap's ready-made actions want no group call.
  if (kind === 'discarded') return { ...common, type: 'group', groupId: 'everybody' }
  return {
    ...common,
    type: 'track',
    event: kind === 'refused' ? REFUSED_EVENT : 'Step',
    properties: { person, number, text: 'x'.repeat(300) },
  }
}
