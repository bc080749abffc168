import { randomBytes } from 'node:crypto'
import type { BoundDelivery } from '../../core/instance.ts'
import type { Taken } from '../ingest/ingest.ts'
import type { Attempt } from '../ledger/ledger.ts'
import { readTraceParent, type TraceParent, traceOf } from './ids.ts'

/** Of one request or attempt, so many events are traced at most: a sample of 1 is for looking, and not for keeping. */
const EVENTS_MAX = 100
const SPAN_BYTES = 8
/** https://opentelemetry.io/docs/specs/otel/trace/api/#spankind, as OTLP numbers them. */
export const KINDS = { internal: 1, server: 2, client: 3 } as const

/** What OTLP tells of one step, as a plain value that crosses threads. */
export type Span = {
  readonly traceId: string
  readonly spanId: string
  readonly parentId?: string
  readonly name: string
  readonly kind: keyof typeof KINDS
  readonly from_ms: number
  readonly to_ms: number
  readonly attributes: Readonly<Record<string, string | number>>
  readonly link?: TraceParent
  readonly isError?: boolean
}

/** For each sampled event the span of its request, and below it that of the log. The caller's own trace is a link: a batch has many. */
export function spansOfTaken(taken: Taken, sample: number): readonly Span[] {
  const { entries, from_ms, append_ms, to_ms } = taken
  const link = readTraceParent(taken.traceparent)
  const spans: Span[] = []
  for (const entry of entries) {
    if (entry.kind !== 'event') continue
    const trace = traceOf(entry.sourceId, entry.event.messageId, sample)
    if (trace === undefined) continue
    const { traceId, ingestId } = trace
    const attributes = {
      'millrace.source': entry.sourceId,
      'millrace.type': entry.event.type,
      'millrace.calls': entries.length,
    }
    spans.push(
      {
        ...{ traceId, spanId: ingestId, name: 'ingest', kind: 'server', from_ms, to_ms, attributes },
        ...(link === undefined ? {} : { link }),
      },
      {
        ...{ traceId, spanId: newSpanId(), parentId: ingestId, name: 'log append', kind: 'internal' },
        ...{ from_ms: append_ms, to_ms, attributes: {} },
      },
    )
    if (spans.length >= 2 * EVENTS_MAX) break
  }
  return spans
}

/** For each sampled event that an attempt carried, a span below that of its request. */
export function spansOfAttempt(
  attempt: Attempt,
  deliveries: readonly BoundDelivery[],
  sample: number,
): readonly Span[] {
  const { startedAt_ms, duration_ms, status, reason, outcome } = attempt
  const attributes = {
    'millrace.destination': attempt.instanceId,
    'millrace.outcome': outcome,
    'millrace.attempt': attempt.attempt,
    'millrace.events': deliveries.length,
    'http.request.method': attempt.method,
    ...(status === undefined ? {} : { 'http.response.status_code': status }),
    ...(reason === undefined ? {} : { 'error.type': reason.code }),
  }
  const spans: Span[] = []
  for (const { envelope } of deliveries) {
    const trace = traceOf(envelope.sourceId, envelope.event.messageId, sample)
    if (trace === undefined) continue
    spans.push({
      ...{ traceId: trace.traceId, spanId: newSpanId(), parentId: trace.ingestId },
      ...{ name: 'deliver', kind: 'client', from_ms: startedAt_ms, to_ms: startedAt_ms + duration_ms },
      ...{ attributes, isError: reason !== undefined },
    })
    if (spans.length >= EVENTS_MAX) break
  }
  return spans
}

function newSpanId(): string {
  return randomBytes(SPAN_BYTES).toString('hex')
}
