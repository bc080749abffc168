import { createHash } from 'node:crypto'

/** Of one event: everybody who knows the event knows its trace, and nothing has to be kept or handed on. */
export type EventTrace = {
  /** 16 bytes, hex. */
  readonly traceId: string
  /** Of the span of its request, 8 bytes, hex: the parent of all that happens to it later. */
  readonly ingestId: string
}
/** What a request says of the trace that it belongs to: https://www.w3.org/TR/trace-context/ */
export type TraceParent = { readonly traceId: string; readonly spanId: string }

const TRACE_CHARS = 32
const SPAN_CHARS = 16
/** 2^32: how many values the part of the id has by which is sampled. */
const SAMPLES = 4_294_967_296

/**
 * The trace of an event: a hash of its source and messageId. Undefined for one that is not among the sampled part (0 to 1). By the
 * id alone, as OpenTelemetry samples consistently: its last bytes are at random, and those with the largest are in.
 */
export function traceOf(sourceId: string, messageId: string, sample: number): EventTrace | undefined {
  const hex = createHash('sha256').update(`${sourceId}\n${messageId}`).digest('hex')
  const traceId = hex.slice(0, TRACE_CHARS)
  // The upper half of the 56 bits that OpenTelemetry compares.
  const value = Number.parseInt(traceId.slice(18, 26), 16)
  if (value < SAMPLES * (1 - sample)) return undefined
  return { traceId, ingestId: hex.slice(TRACE_CHARS, TRACE_CHARS + SPAN_CHARS) }
}

/** Undefined for what is no `traceparent`, or one of zeros, which means none. */
export function readTraceParent(header: string | undefined): TraceParent | undefined {
  const match = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/.exec(header ?? '')
  const [, traceId = '', spanId = ''] = match ?? []
  return /[1-9a-f]/.test(traceId) && /[1-9a-f]/.test(spanId) ? { traceId, spanId } : undefined
}
