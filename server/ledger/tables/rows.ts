import type { Address } from '../../../core/event.ts'
import { packAddresses, unpackAddresses } from '../addresses.ts'
import {
  ANSWER_bytes_max,
  BODY_bytes_max,
  cutText,
  DEAD_ANSWER_bytes_max,
  packText,
  type StoredText,
  storedSize_bytes,
  unpackText,
} from '../body.ts'
import type { Attempt, DeadLetter, StoredAttempt, StoredDeadLetter, StoredRefusal } from '../ledger.ts'
import { reasonKey } from '../reason-key.ts'

/** What a row costs besides its bodies and addresses: the other columns and the indexes, about. */
export const ROW_bytes = 300

export type AttemptRow = ReturnType<typeof attemptRow>
export type DeadLetterRow = ReturnType<typeof deadLetterRow>
export type RefusalRow = ReturnType<typeof refusalRow>
export type WithId<Row> = Row & { readonly id: number }

/** `body_of`: the attempt that holds the same request, so that this one need not. */
export function attemptRow(attempt: Attempt, body_of?: number) {
  const addresses = packAddresses(attempt.addresses)
  const request =
    body_of === undefined
      ? packText(attempt.requestBody, BODY_bytes_max)
      : { stored: '', size_bytes: Buffer.byteLength(attempt.requestBody) }
  const response = packText(attempt.responseBody, ANSWER_bytes_max)
  const adjustments = storedOrNull(attempt.adjustments && JSON.stringify(attempt.adjustments))
  return {
    instance_id: attempt.instanceId,
    started_at_ms: attempt.startedAt_ms,
    bytes:
      ROW_bytes +
      addresses.length +
      storedSize_bytes(request.stored) +
      storedSize_bytes(response.stored) +
      (adjustments === null ? 0 : storedSize_bytes(adjustments)),
    lane: attempt.lane,
    duration_ms: attempt.duration_ms,
    attempt: attempt.attempt,
    outcome: attempt.outcome,
    status: attempt.status ?? null,
    code: attempt.reason?.code ?? null,
    text: attempt.reason?.text ?? null,
    method: attempt.method,
    url: attempt.url,
    request_bytes: request.size_bytes,
    response_bytes: response.size_bytes,
    addresses,
    response_body: response.stored,
    request_body: request.stored,
    body_of: body_of ?? null,
    adjustments_count: attempt.adjustments_count ?? 0,
    adjustments,
    actions: attempt.subscriptionIds === undefined ? null : JSON.stringify(attempt.subscriptionIds),
  }
}

export function readAttempt(row: WithId<AttemptRow>): StoredAttempt {
  return {
    id: row.id,
    instanceId: row.instance_id,
    lane: row.lane,
    startedAt_ms: row.started_at_ms,
    duration_ms: row.duration_ms,
    attempt: row.attempt,
    outcome: row.outcome,
    status: row.status ?? undefined,
    reason: row.code === null || row.text === null ? undefined : { code: row.code, text: row.text },
    method: row.method,
    url: row.url,
    addresses: unpackAddresses(row.addresses),
    ...(row.actions === null ? {} : { subscriptionIds: readActions(row.actions) }),
    requestBody: unpackText(row.request_body, row.request_bytes),
    responseBody: unpackText(row.response_body, row.response_bytes),
    ...(row.adjustments === null ? {} : { adjustments: JSON.parse(unpackText(row.adjustments)) }),
    ...(row.adjustments_count === 0 ? {} : { adjustments_count: row.adjustments_count }),
  }
}

/** As `actions` of a row has them. */
export function readActions(text: string): readonly string[] {
  return JSON.parse(text) as readonly string[]
}

/** The request is kept whole: a dead letter must hold all that is needed to repeat it, and it carries one event. */
export function deadLetterRow(letter: DeadLetter) {
  const { request, response, reason } = letter
  return {
    instance_id: letter.instanceId,
    subscription_id: letter.subscriptionId,
    ...addressColumns(letter.address),
    message_id: letter.messageId,
    at_ms: letter.at_ms,
    code: reason.code,
    text: reason.text,
    request_method: request?.method ?? null,
    request_url: request?.url ?? null,
    request_body: storedOrNull(request?.body),
    response_status: response?.status ?? null,
    response_body: storedOrNull(response && cutText(response.body, DEAD_ANSWER_bytes_max)),
    reason_key: reasonKey(reason.text),
    event: letter.event ?? null,
  }
}

export function readDeadLetter(row: WithId<DeadLetterRow>): StoredDeadLetter {
  const {
    request_method: method,
    request_url: url,
    request_body,
    response_status: status,
    response_body,
  } = row
  const requested = method !== null && url !== null && request_body !== null
  const answered = status !== null && response_body !== null
  return {
    id: row.id,
    instanceId: row.instance_id,
    subscriptionId: row.subscription_id,
    address: readAddress(row),
    messageId: row.message_id,
    ...(row.event === null ? {} : { event: row.event }),
    at_ms: row.at_ms,
    reason: { code: row.code, text: row.text },
    request: requested ? { method, url, body: unpackText(request_body) } : undefined,
    response: answered ? { status, body: unpackText(response_body) } : undefined,
  }
}

export function refusalRow(refusal: StoredRefusal) {
  return {
    source_id: refusal.sourceId,
    ...addressColumns(refusal.address),
    at_ms: refusal.at_ms,
    code: refusal.code,
    reason: refusal.reason,
    message_id: refusal.messageId ?? null,
    text: packText(refusal.text).stored,
  }
}

export function readRefusal(row: WithId<RefusalRow>): StoredRefusal & { id: number } {
  return {
    id: row.id,
    sourceId: row.source_id,
    address: readAddress(row),
    at_ms: row.at_ms,
    code: row.code,
    reason: row.reason,
    messageId: row.message_id ?? undefined,
    text: unpackText(row.text),
  }
}

function storedOrNull(text: string | undefined): StoredText | null {
  return text === undefined ? null : packText(text).stored
}

type AddressColumns = { readonly lane: number; readonly chunk: number; readonly idx: number }

/** `index` is a word of SQL. */
function addressColumns({ lane, chunk, index }: Address): AddressColumns {
  return { lane, chunk, idx: index }
}

function readAddress({ lane, chunk, idx }: AddressColumns): Address {
  return { lane, chunk, index: idx }
}
