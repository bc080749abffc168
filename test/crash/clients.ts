import { setTimeout as wait } from 'node:timers/promises'
import type { Random } from './random.ts'

const TRY_AGAIN_MS = 20

export type Crowd = {
  readonly writeKey: string
  readonly clients: number
  readonly peoplePerClient: number
  /** The share of a client's events that are of one and the same person. */
  readonly hotShare: number
}

export type SentEvent = { readonly person: string; readonly number: number; readonly messageId: string }

/**
 * Clients that behave as the libraries do: each sends its people's events in order, in single calls and batches, and
 * sends a request again until it is answered 200.
 */
export function startClients(url: string, events: number, crowd: Crowd, random: Random) {
  const { writeKey, clients, peoplePerClient, hotShare } = crowd
  const acknowledged: SentEvent[] = []
  let resent = 0

  async function client(index: number, share: number): Promise<void> {
    const numbers = Array.from({ length: peoplePerClient }, () => 0)
    let left = share
    while (left > 0) {
      const size = Math.min(left, random.next() < 0.3 ? 1 : random.whole(2, 60))
      const batch = Array.from({ length: size }, (): SentEvent => {
        const who = random.next() < hotShare ? 0 : random.whole(0, peoplePerClient - 1)
        numbers[who] = (numbers[who] ?? 0) + 1
        const person = `${who % 3 === 0 ? 'anonymous' : 'user'}-${index}-${who}`
        return { person, number: numbers[who], messageId: `${person}-${numbers[who]}` }
      })
      await sendUntilTaken(batch)
      acknowledged.push(...batch)
      left -= size
    }
  }

  async function sendUntilTaken(batch: readonly SentEvent[]): Promise<void> {
    const body = JSON.stringify({ writeKey, batch: batch.map(call) })
    for (;;) {
      const answer = await fetch(`${url}/v1/batch`, { method: 'POST', body }).catch(() => undefined)
      await answer?.arrayBuffer().catch(() => undefined)
      if (answer?.status === 200) return
      resent += 1
      await wait(TRY_AGAIN_MS)
    }
  }

  const share = Math.ceil(events / clients)
  const shares = Array.from({ length: clients }, (_, index) => Math.min(share, events - index * share))
  const done = Promise.all(shares.map((count, index) => client(index, count)))
  return { done, acknowledged, resent: () => resent }
}

function call({ person, number, messageId }: SentEvent) {
  const who = person.startsWith('user') ? { userId: person } : { anonymousId: person }
  return {
    type: 'track',
    event: 'Step',
    messageId,
    ...who,
    properties: { person, number, text: 'x'.repeat(300) },
  }
}
