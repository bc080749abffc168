import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import {
  bodyOf,
  type Delivery,
  type HttpRequest,
  type HttpResponse,
  jsonOf,
  type PlannedRequest,
  requestsOf,
} from '../../core/destination.ts'
import type { Json, JsonObject } from '../../core/event.ts'
import type { Judgement, Reason } from '../../core/outcome.ts'
import { makeHeap } from '../../sandbox/heap.ts'
import { deliveriesOf, instanceWith, memory } from '../testing.ts'
import { heap } from './index.ts'

export const START_MS = Date.parse('2026-01-02T03:04:05.678Z')
/** More steps than any delivery needs: past it something goes round in circles. */
const STEPS_MAX = 50

type Given = Partial<Parameters<typeof instanceWith>[1]> & {
  readonly sandbox?: Parameters<typeof makeHeap>[0]
}

/**
 * Heap's destination before a strict sandbox, on a clock that moves only when a judgement says to wait. Keeps what is
 * to be remembered, as the sender does.
 */
export function heapUnderTest({ sandbox: options = {}, ...given }: Given = {}) {
  const clock = { now_ms: START_MS }
  const sandbox = makeHeap({ limits: 'refuse', now_ms: () => clock.now_ms, ...options })
  const instance = instanceWith(heap, { settings: { appId: '11' }, ...given })
  const remembered = memory()
  const asked: string[] = []
  const refused: Reason[] = []

  function answer(request: HttpRequest): HttpResponse {
    const { method, url } = request
    const { pathname } = new URL(url)
    asked.push(`${method} ${pathname}`)
    const text = bodyOf(request)
    const body = text === '' ? undefined : JSON.parse(text)
    const { status, json: answered } = sandbox.handle({
      method,
      path: pathname,
      body,
      headers: authorization(request),
    })
    return { status, headers: {}, body: typeof answered === 'string' ? answered : JSON.stringify(answered) }
  }

  function plan(deliveries: readonly Delivery[]) {
    const context = { ...remembered.context, now_ms: clock.now_ms }
    return heap.plan(deliveries, instance.settings as never, context)
  }

  function send(deliveries: readonly Delivery[], steps = 0): void {
    assert.ok(steps < STEPS_MAX, 'it goes round in circles')
    for (const planned of requestsOf(plan(deliveries))) {
      const judged = followed(planned, answer, clock.now_ms)
      if (judged.status === 'delivered') {
        remembered.keep([...(planned.remember ?? []), ...(judged.remember ?? [])])
      } else if (judged.status === 'later') {
        clock.now_ms += judged.wait_ms
        send(
          planned.deliveries.map((delivery) => ({ ...delivery, state: judged.state })),
          steps + 1,
        )
      } else if ('reason' in judged) refused.push(judged.reason)
    }
  }

  return {
    clock,
    sandbox,
    remembered,
    /** `POST /api/track` and so on, in order. */
    asked,
    /** The reasons of what the sandbox did not take. */
    refused,
    plan: (calls: readonly JsonObject[]) => plan(deliveriesOf(instance, calls)),
    /** Deliveries that come back with what a judgement left for them. */
    replan: (deliveries: readonly Delivery[], state: Json) =>
      requestsOf(plan(deliveries.map((delivery) => ({ ...delivery, state })))),
    /** The calls as one batch. */
    batch: (calls: readonly JsonObject[]) => send(deliveriesOf(instance, calls)),
    app: () => sandbox.state({ order: 'arrival', limit: 1_000 }).apps['11'],
  }
}

/** Follows the steps of a request to its end. */
export function followed(
  { request, judge }: Pick<PlannedRequest, 'request' | 'judge'>,
  answer: (request: HttpRequest) => HttpResponse,
  now_ms: number,
): Exclude<Judgement, { status: 'continue' }> {
  const response = answer(request)
  const judged = judge?.(response, now_ms) ?? heap.judge(response, request, now_ms)
  return judged.status === 'continue' ? followed(judged, answer, now_ms) : judged
}

function authorization({ authorization: given }: HttpRequest): Record<string, string> {
  if (given === undefined) return {}
  if (given.scheme === 'bearer') return { authorization: `Bearer ${given.token.reveal()}` }
  if (given.scheme === 'own') return { authorization: given.value.reveal() }
  const pair = `${given.user}:${given.password.reveal()}`
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
}

/** The items of a bulk request; of any other none. */
export function itemsOf({ request }: PlannedRequest): readonly { readonly [name: string]: Json }[] {
  const list = Object.values(jsonOf(request) as JsonObject).find((value) => Array.isArray(value))
  return (list ?? []) as never
}
