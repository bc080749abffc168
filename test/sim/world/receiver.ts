import type { HttpRequest, HttpResponse } from '../../../core/destination.ts'
import type { JsonObject } from '../../../core/event.ts'
import type { Random } from '../../crash/random.ts'
import type { InstanceId } from './settings.ts'

/** An event in a request: what the receiver knows it by, and what it is. */
export type Item = { readonly key: string; readonly id: string }

/** What a receiver, or the way to it, does in a phase. `share`: of the requests; the others go well. */
export type NetFault =
  | { readonly kind: 'well' }
  | { readonly kind: 'slow' }
  /** Never answers. */
  | { readonly kind: 'silent'; readonly share: number; readonly takes: boolean }
  /** Takes everything, and its answer is lost. */
  | { readonly kind: 'lost'; readonly share: number }
  | { readonly kind: 'reset'; readonly share: number }
  | { readonly kind: 'throttled'; readonly share: number; readonly wait_s: number | undefined }
  /** Answers 5xx, and may have taken the beginning all the same. */
  | { readonly kind: 'failing'; readonly share: number; readonly takes: boolean }
  /** Refuses requests of more than so many. */
  | { readonly kind: 'small'; readonly count_max: number }
  | { readonly kind: 'locked' }
  /** A firewall before it does not like some events, and answers 403 for them. */
  | { readonly kind: 'walled' }
  /** Says 200 and takes nothing. */
  | { readonly kind: 'lying'; readonly share: number }
  | { readonly kind: 'huge' }

export type Answered = {
  readonly response: HttpResponse | 'silence' | 'reset'
  readonly taken: readonly Item[]
  readonly isLie: boolean
}
type Ask = {
  readonly fault: NetFault
  readonly random: Random
  readonly isPoison: (to: InstanceId, item: Item) => boolean
  readonly isVisit: boolean
}
const HUGE = 'x'.repeat(60_000)

export function answer(
  to: InstanceId,
  all: readonly Item[],
  { fault, random, isPoison, isVisit }: Ask,
): Answered {
  const items = isVisit ? [] : all
  const isHit = 'share' in fault && random.next() < fault.share
  const poison = all.find((item) => isPoison(to, item))
  if (isHit) return troubled(poison === undefined ? items : [], fault, random)
  if (fault.kind === 'locked') return status(401, [])
  if (fault.kind === 'walled' && all.some(isWalled)) return status(403, [])
  if (fault.kind === 'small' && all.length > fault.count_max) return status(413, [])
  if (poison !== undefined) return status(400, [], {}, random.next() < 0.5 ? `no ${poison.id}` : '')
  return status(200, items, {}, fault.kind === 'huge' ? HUGE : '')
}

/** One in forty. */
function isWalled({ id }: Item): boolean {
  return Number(id.split('-')[1]) % 40 === 0
}

function troubled(items: readonly Item[], fault: NetFault, random: Random): Answered {
  switch (fault.kind) {
    case 'silent':
      return { response: 'silence', taken: fault.takes ? items : [], isLie: false }
    case 'lost':
      return { response: 'reset', taken: items, isLie: false }
    case 'reset':
      return { response: 'reset', taken: [], isLie: false }
    case 'throttled':
      return status(429, [], fault.wait_s === undefined ? {} : { 'retry-after': String(fault.wait_s) })
    case 'failing': {
      const taken = fault.takes ? items.slice(0, random.whole(0, items.length)) : []
      return status(500 + random.whole(0, 4), taken)
    }
    case 'lying':
      return { ...status(200, []), isLie: true }
    case 'well':
    case 'slow':
    case 'small':
    case 'locked':
    case 'walled':
    case 'huge':
      throw new Error(`${fault.kind} has no share`)
  }
}

function status(
  code: number,
  taken: readonly Item[],
  headers: Record<string, string> = {},
  body = '',
): Answered {
  return { response: { status: code, headers, body }, taken, isLie: false }
}

/** The events that a request carries; none for what only tells of people. */
export function itemsOf(to: InstanceId, { url, headers }: HttpRequest, body: string): readonly Item[] {
  switch (to) {
    case 'bulk':
      return JSON.parse(body) as Item[]
    case 'single': {
      const { messageId } = JSON.parse(body) as { messageId: string }
      return [{ key: decodeURI(headers?.['idempotency-key'] ?? ''), id: messageId }]
    }
    case 'heap': {
      if (!url.endsWith('/api/track')) return []
      const { events } = JSON.parse(body) as { events: HeapEvent[] }
      return events.map(({ idempotency_key: key, properties }) => ({ key, id: String(properties['id']) }))
    }
  }
}
type HeapEvent = { readonly idempotency_key: string; readonly properties: JsonObject }
