import {
  type Adjustment,
  bodyOf,
  type HttpRequest,
  type HttpResponse,
  type PlannedRequest,
} from '../../core/destination.ts'
import type { BoundDelivery } from '../../core/instance.ts'
import { type Mask, maskOf, secretsOf } from '../../core/mask.ts'
import type { Judgement } from '../../core/outcome.ts'
import { MASK } from '../../core/secret.ts'
import { ADJUSTMENTS_KEPT_MAX, type Attempt, type DeadLetter } from '../ledger/ledger.ts'
import type { Runtime } from './runtime.ts'
import type { Sent } from './send.ts'

/** A planned request whose deliveries know where they come from. */
export type Planned = Omit<PlannedRequest, 'deliveries'> & { readonly deliveries: readonly BoundDelivery[] }

/** What came of sending a request, as history and dead letters show it. */
export type Try = {
  readonly judgement: Judgement
  readonly isAnswered: boolean
  readonly request: DeadLetter['request']
  readonly response: DeadLetter['response']
  readonly attempt: Attempt
}

const QUOTE_CHARS = 40

export async function tryOnce(
  runtime: Runtime,
  planned: Planned,
  { lane, attempt }: { readonly lane: number; readonly attempt: number },
): Promise<Try> {
  const { request, deliveries } = planned
  const body = bodyOf(request)
  const startedAt_ms = runtime.wall_ms()
  const began_ms = runtime.now_ms()
  const sent = await runtime.send(request, body)
  const judged = judge(runtime, planned, sent, runtime.wall_ms())
  const mask = maskFor(runtime, request)
  const response = sent.answered ? shownResponse(request, sent.response, mask) : undefined
  const judgement = maskedReason(judged, mask)
  const url = mask(request.url)
  const shownBody = mask(body)
  const tried: Try = {
    judgement,
    isAnswered: sent.answered,
    request: { method: request.method, url, body: shownBody },
    response,
    attempt: {
      instanceId: runtime.instance.id,
      lane,
      startedAt_ms,
      duration_ms: runtime.now_ms() - began_ms,
      attempt,
      outcome: judgement.status,
      status: response?.status,
      reason: 'reason' in judgement ? judgement.reason : undefined,
      method: request.method,
      url,
      addresses: deliveries.map(({ envelope }) => envelope.address),
      subscriptionIds: [...new Set(deliveries.map(({ subscriptionId }) => subscriptionId))],
      requestBody: shownBody,
      responseBody: response?.body ?? '',
      ...keptAdjustments(planned.adjustments ?? []),
    },
  }
  runtime.onAttempt?.(tried.attempt, deliveries)
  return tried
}

function judge({ instance }: Runtime, { request, judge }: Planned, sent: Sent, now_ms: number): Judgement {
  if (!sent.answered) return { status: 'retry', reason: sent.reason }
  const { response } = sent
  const judgement = judge?.(response, now_ms) ?? instance.destination.judge(response, request, now_ms)
  return request.isAnswerSecret && 'reason' in judgement ? masked(judgement, response) : judgement
}

/** A reason often quotes the answer: of a secret one only the status may be told. */
function masked(
  judgement: Extract<Judgement, { reason: unknown }>,
  { status, body }: HttpResponse,
): Judgement {
  const quote = body.trim().slice(0, QUOTE_CHARS)
  if (quote === '' || !judgement.reason.text.includes(quote)) return judgement
  return { ...judgement, reason: { ...judgement.reason, text: `It answered ${status}: ${MASK}` } }
}

/** The judgement is of what was answered; what is told of it is without the secrets that a receiver repeats. */
function maskedReason(judgement: Judgement, mask: Mask): Judgement {
  if (!('reason' in judgement)) return judgement
  return { ...judgement, reason: { ...judgement.reason, text: mask(judgement.reason.text) } }
}

/** The secrets of the settings, and what this request alone carries. */
function maskFor({ instance }: Runtime, request: HttpRequest): Mask {
  const own = secretsOf(request)
  if (own.length === 0) return instance.mask
  const mask = maskOf(own)
  return (text) => instance.mask(mask(text))
}

function shownResponse({ isAnswerSecret }: HttpRequest, { status, body }: HttpResponse, mask: Mask) {
  return { status, body: isAnswerSecret && body !== '' ? MASK : mask(body) }
}

function keptAdjustments(
  adjustments: readonly Adjustment[],
): Pick<Attempt, 'adjustments' | 'adjustments_count'> {
  if (adjustments.length === 0) return {}
  const kept = adjustments.slice(0, ADJUSTMENTS_KEPT_MAX).map(({ delivery, field, text }) => {
    const { envelope, subscriptionId } = delivery as BoundDelivery
    return { address: envelope.address, subscriptionId, field, text }
  })
  return { adjustments: kept, adjustments_count: adjustments.length }
}
