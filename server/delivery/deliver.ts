import { nextDelay_ms } from '../../core/backoff.ts'
import type { HttpRequest, HttpResponse, PlannedEnd, PlannedRequest } from '../../core/destination.ts'
import type { BoundDelivery, CompiledInstance } from '../../core/instance.ts'
import type { Judgement, Reason } from '../../core/outcome.ts'
import type { Failing } from '../ledger/ledger.ts'
import type { Send } from './send.ts'
import type { Settlement } from './settlement.ts'

export type DeliverDeps = {
  readonly instance: CompiledInstance
  readonly lane: number
  readonly send: Send
  readonly now_ms: () => number
  readonly random: () => number
  /** Waits; false when the wait was cut short because the server stops. */
  readonly sleep: (ms: number) => Promise<boolean>
  /** Stores what has ended so far, and that the lane is failing. */
  readonly onFailing: (failing: Failing) => Promise<void>
  /** Set while the lane cannot get on; survives a restart. Cleared by an answer that is not "try again". */
  readonly failing: { current: Failing | undefined }
  /** How long a lane fails, and how old an event is, before the event becomes a dead letter. */
  readonly giveUpAfter_ms: number
}

type Bound<T> = Omit<T, 'deliveries'> & { readonly deliveries: readonly BoundDelivery[] }
type Planned = Bound<PlannedRequest>
type Try = {
  readonly judgement: Judgement
  readonly request: { readonly method: string; readonly url: string; readonly body: string }
  readonly response: { readonly status: number; readonly body: string } | undefined
}

/**
 * Brings deliveries to their end, in order: plans requests, sends each until its answer ends it, cuts a refused request
 * in halves until the guilty deliveries stand alone.
 *
 * @returns false when the server stops before all of it has ended.
 */
export async function deliver(
  deps: DeliverDeps,
  deliveries: readonly BoundDelivery[],
  account: Settlement,
): Promise<boolean> {
  if (deliveries.length === 0) return true
  const planned = planSafely(deps, deliveries)
  if ('code' in planned) return divide(deps, deliveries, account, planned, undefined)
  for (const one of planned) if ('end' in one) settleEnd(one, account)
  const requests = planned.filter((one): one is Planned => 'request' in one)
  const open = openRequests(requests)
  for (const one of requests) {
    const settled = await settle(deps, one, account)
    if (settled === 'stopped') return false
    if (settled === 'ended') return deliver(deps, othersOf(open, one.deliveries), account)
    const done = one.deliveries.filter((delivery) => closeOne(open, delivery))
    account.settle(done, { status: 'delivered' })
  }
  return true
}

/** How many of the planned requests each delivery still waits for. */
type Open = Map<BoundDelivery, number>

function openRequests(requests: readonly Planned[]): Open {
  const open: Open = new Map()
  for (const { deliveries } of requests) {
    for (const delivery of deliveries) open.set(delivery, (open.get(delivery) ?? 0) + 1)
  }
  return open
}

/** True when it was the delivery's last request. */
function closeOne(open: Open, delivery: BoundDelivery): boolean {
  const left = (open.get(delivery) ?? 1) - 1
  if (left > 0) open.set(delivery, left)
  else open.delete(delivery)
  return left === 0
}

/** What is open still, without those that have come to their end on another way: planned anew, as they stand alone. */
function othersOf(open: Open, ended: readonly BoundDelivery[]): readonly BoundDelivery[] {
  const gone = new Set(ended)
  return [...open.keys()].filter((delivery) => !gone.has(delivery))
}

function settleEnd({ end, deliveries }: Bound<PlannedEnd>, account: Settlement): void {
  if (end.status === 'unchanged') account.settle(deliveries, { status: 'delivered' })
  else account.settle(deliveries, { ...end, request: undefined, response: undefined })
}

/**
 * - `delivered`: the request has been taken.
 * - `ended`: each delivery of it has come to its end, with all the requests that it needs.
 */
type SettledAs = 'delivered' | 'ended' | 'stopped'

async function settle(deps: DeliverDeps, planned: Planned, account: Settlement): Promise<SettledAs> {
  const { deliveries } = planned
  for (let attempt = 1; ; attempt++) {
    const tried = await tryOnce(deps, planned, attempt, account)
    const { judgement } = tried
    switch (judgement.status) {
      case 'delivered':
        deps.failing.current = undefined
        return 'delivered'
      case 'continue': {
        const { request, judge } = judgement
        return settle(deps, { request, judge, deliveries }, account)
      }
      case 'later': {
        const { state } = judgement
        if (!(await deps.sleep(judgement.wait_ms))) return 'stopped'
        return asEnded(
          deliver(
            deps,
            deliveries.map((delivery) => ({ ...delivery, state })),
            account,
          ),
        )
      }
      case 'refused':
        deps.failing.current = undefined
        return asEnded(divide(deps, deliveries, account, judgement.reason, tried))
      case 'retry': {
        const { since_ms } = deps.failing.current ?? { since_ms: deps.now_ms() }
        deps.failing.current = { since_ms, reason: judgement.reason }
        const young = deliveries.filter((delivery) => !isTooOld(deps, delivery, since_ms))
        if (young.length < deliveries.length) {
          giveUp(deps, deliveries, young, tried, judgement.reason, account)
          return asEnded(deliver(deps, young, account))
        }
        await deps.onFailing(deps.failing.current)
        const { retryAfter_ms = 0 } = judgement
        if (!(await deps.sleep(nextDelay_ms(attempt, deps.random, { retryAfter_ms })))) return 'stopped'
      }
    }
  }
}

async function asEnded(isDone: Promise<boolean>): Promise<SettledAs> {
  return (await isDone) ? 'ended' : 'stopped'
}

/** Halves are delivered one after the other, so order stays; one alone is the guilty one. */
async function divide(
  deps: DeliverDeps,
  deliveries: readonly BoundDelivery[],
  account: Settlement,
  reason: Reason,
  tried: Try | undefined,
): Promise<boolean> {
  if (deliveries.length === 1) {
    account.settle(deliveries, {
      status: 'rejected',
      reason,
      request: tried?.request,
      response: tried?.response,
    })
    return true
  }
  const middle = deliveries.length >> 1
  const first = await deliver(deps, deliveries.slice(0, middle), account)
  return first && deliver(deps, deliveries.slice(middle), account)
}

async function tryOnce(
  deps: DeliverDeps,
  { request, deliveries, judge }: Planned,
  attempt: number,
  account: Settlement,
): Promise<Try> {
  const { instance, lane } = deps
  const body = JSON.stringify(request.json) ?? ''
  const startedAt_ms = deps.now_ms()
  const sent = await deps.send(request, body)
  const now_ms = deps.now_ms()
  const judgement: Judgement = sent.answered
    ? (judge?.(sent.response, now_ms) ?? instance.destination.judge(sent.response, request, now_ms))
    : { status: 'retry', reason: sent.reason }
  const response = sent.answered ? sent.response : undefined
  account.attempted({
    instanceId: instance.id,
    lane,
    startedAt_ms,
    duration_ms: now_ms - startedAt_ms,
    attempt,
    outcome: judgement.status,
    status: response?.status,
    reason: 'reason' in judgement ? judgement.reason : undefined,
    method: request.method,
    url: request.url,
    addresses: deliveries.map(({ envelope }) => envelope.address),
    requestBody: body,
    responseBody: response?.body ?? '',
  })
  return { judgement, request: shown(request, body), response: shownResponse(response) }
}

function giveUp(
  deps: DeliverDeps,
  deliveries: readonly BoundDelivery[],
  young: readonly BoundDelivery[],
  tried: Try,
  { code, text }: Reason,
  account: Settlement,
): void {
  const kept = new Set(young)
  const hours = Math.round(deps.giveUpAfter_ms / 3_600_000)
  account.settle(
    deliveries.filter((delivery) => !kept.has(delivery)),
    {
      status: 'rejected',
      reason: {
        code: 'DELIVERY_GAVE_UP',
        text: `Failed for more than ${hours} h. At last: ${code}. ${text}`,
      },
      request: tried.request,
      response: tried.response,
    },
  )
}

/** Both must be long past: a fresh event gets its time, and so does an old one whose lane has only begun to fail. */
function isTooOld({ now_ms, giveUpAfter_ms }: DeliverDeps, { envelope }: BoundDelivery, since_ms: number) {
  const oldest_ms = now_ms() - giveUpAfter_ms
  return since_ms < oldest_ms && Date.parse(envelope.receivedAt) < oldest_ms
}

/** A destination that throws, or forgets a delivery, has a bug: that becomes a reason, and never stops a lane. */
function planSafely(
  { instance: { destination, settings }, now_ms }: DeliverDeps,
  deliveries: readonly BoundDelivery[],
): readonly (Planned | Bound<PlannedEnd>)[] | Reason {
  try {
    const context = { now_ms: now_ms(), recall: () => undefined }
    const planned = destination.plan(deliveries, settings as never, context) as unknown as readonly (
      | Planned
      | Bound<PlannedEnd>
    )[]
    const carried = new Set(planned.flatMap((request) => request.deliveries))
    if (carried.size === deliveries.length) return planned
    return { code: 'PLAN_FAILED', text: `Planned ${carried.size} of ${deliveries.length} deliveries.` }
  } catch (error) {
    return { code: 'PLAN_FAILED', text: String(error) }
  }
}

function shown({ method, url }: HttpRequest, body: string) {
  return { method, url, body }
}

function shownResponse(response: HttpResponse | undefined) {
  return response === undefined ? undefined : { status: response.status, body: response.body }
}
