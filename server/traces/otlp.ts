import { KINDS, type Span } from './spans.ts'

const NS_PER_MS = 1_000_000n
/** https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto */
const STATUS = { unset: 0, error: 2 } as const

/** Spans as OTLP over HTTP takes them in JSON: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding */
export function otlpBody(spans: readonly Span[], version: string): string {
  const resource = { attributes: attributesOf({ 'service.name': 'millrace', 'service.version': version }) }
  const scopeSpans = [{ scope: { name: 'millrace', version }, spans: spans.map(otlpSpan) }]
  return JSON.stringify({ resourceSpans: [{ resource, scopeSpans }] })
}

function otlpSpan({
  traceId,
  spanId,
  parentId,
  name,
  kind,
  from_ms,
  to_ms,
  attributes,
  link,
  isError,
}: Span) {
  return {
    ...{ traceId, spanId, name, kind: KINDS[kind] },
    ...(parentId === undefined ? {} : { parentSpanId: parentId }),
    startTimeUnixNano: nanoseconds(from_ms),
    endTimeUnixNano: nanoseconds(Math.max(from_ms, to_ms)),
    attributes: attributesOf(attributes),
    ...(link === undefined ? {} : { links: [{ ...link }] }),
    status: { code: isError === true ? STATUS.error : STATUS.unset },
  }
}

/** 64-bit numbers are texts in JSON. */
function nanoseconds(ms: number): string {
  const whole = Math.floor(ms)
  return String(BigInt(whole) * NS_PER_MS + BigInt(Math.round((ms - whole) * Number(NS_PER_MS))))
}

function attributesOf(attributes: Span['attributes']) {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
  }))
}
