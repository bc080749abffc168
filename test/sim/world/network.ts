import type { HttpRequest, HttpResponse } from '../../../core/destination.ts'
import type { Sender, Sent } from '../../../server/delivery/send.ts'
import type { Random } from '../../crash/random.ts'
import { OUTSIDE, type SimClock } from './clock.ts'
import type { Fence } from './fence.ts'
import { answer, type Item, itemsOf, type NetFault } from './receiver.ts'
import type { InstanceId } from './settings.ts'

const ANSWER_TIMEOUT_MS = 30_000
const SLOW_MS = { from: 500, to: 14_000 }
const QUICK_MS = { from: 4, to: 40 }

/** What the oracle is told of the network. */
export type NetworkWatch = {
  readonly onSend: (to: InstanceId, items: readonly Item[], life: Fence) => void
  readonly onArrival: (to: InstanceId, arrival: Arrival) => void
  readonly onAnswer: (
    to: InstanceId,
    items: readonly Item[],
    sent: Sent,
    life: Fence,
    isVisit: boolean,
  ) => void
}
export type Arrival = {
  readonly request: HttpRequest
  readonly items: readonly Item[]
  readonly taken: readonly Item[]
  readonly isLie: boolean
  /** The process that sent it is dead. */
  readonly isOrphan: boolean
}
export type NetworkDeps = {
  readonly clock: SimClock
  readonly random: Random
  readonly faultOf: (to: InstanceId) => NetFault
  readonly isPoison: (to: InstanceId, item: Item) => boolean
  readonly watch: NetworkWatch
  readonly trace: (text: string) => void
}

/** Brings requests to the receivers and answers back, each in its time, or not. */
export function simNetwork({ clock, random, faultOf, isPoison, watch, trace }: NetworkDeps) {
  function exchange(
    to: InstanceId,
    request: HttpRequest,
    items: readonly Item[],
    life: Fence,
  ): Promise<Sent> {
    watch.onSend(to, items, life)
    trace(`${to} <- ${new URL(request.url).pathname} ${names(items)}`)
    return new Promise((resolve) => {
      clock.after(ANSWER_TIMEOUT_MS, OUTSIDE, () => resolve(unanswered('DESTINATION_TIMEOUT')))
      clock.after(latency(to), OUTSIDE, () => {
        const fault = faultOf(to)
        const answered = answer(to, items, { fault, random, isPoison, isVisit: isVisit(request) })
        const { taken, isLie, response } = answered
        watch.onArrival(to, { request, items, taken, isLie, isOrphan: life.isDead() })
        trace(`${to} -> ${typeof response === 'string' ? response : response.status} took ${names(taken)}`)
        if (response === 'silence') return
        clock.after(latency(to), OUTSIDE, () =>
          resolve(
            response === 'reset' ? unanswered('DESTINATION_UNREACHABLE') : { answered: true, response },
          ),
        )
      })
    })
  }

  function latency(to: InstanceId): number {
    const { from, to: most } = faultOf(to).kind === 'slow' ? SLOW_MS : QUICK_MS
    return random.whole(from, most)
  }

  return {
    sender(life: Fence): Sender {
      return {
        send: (request, body) =>
          life.effect('send', async () => {
            const to = receiverOf(request)
            const items = itemsOf(to, request, body)
            const sent = await exchange(to, request, items, life)
            if (!life.isDead()) watch.onAnswer(to, items, sent, life, isVisit(request))
            return sent
          }),
        close: async () => {},
      }
    },
  }
}

function receiverOf({ url }: HttpRequest): InstanceId {
  return new URL(url).hostname.split('.')[0] as InstanceId
}

function isVisit({ url }: HttpRequest): boolean {
  return url.endsWith('/visit')
}

function unanswered(code: 'DESTINATION_TIMEOUT' | 'DESTINATION_UNREACHABLE'): Sent {
  return { answered: false, reason: { code, text: 'simulated' } }
}

function names(items: readonly Item[]): string {
  const [first] = items
  return first === undefined ? 'nothing' : `${items.length} from ${first.id} to ${items.at(-1)?.id}`
}

export function waitOf(response: HttpResponse): number | undefined {
  const header = response.headers['retry-after']
  return header === undefined ? undefined : Number(header) * 1_000
}
