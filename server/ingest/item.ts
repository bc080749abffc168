import type { Source } from '../../core/configuration.ts'
import { AppError, type ErrorCode } from '../../core/errors.ts'
import type { CallType, Entry, JsonObject, SpecEvent } from '../../core/event.ts'
import { type Fingerprint, fingerprint } from '../../core/identity.ts'
import { parseCall, type Shared, type Surroundings } from '../../core/parse-event.ts'
import type { Redact } from '../../core/redact/redact.ts'
import { isPlainlyFlat, shapeProblem } from '../../core/shape.ts'
import type { EventFindings, Judge } from '../../core/tracking-plan/finding.ts'
import { entryText } from '../log/envelope.ts'
import type { NewEntry } from '../log/log.ts'
import { isObject } from './calls.ts'
import type { DedupeWindow } from './dedupe.ts'
import type { IngestLimits } from './ingest.ts'
import { judgedCall } from './judged-call.ts'
import { type Visitor, withVisitor } from './visitor.ts'

/** How much of a refused call is kept, so that a person can see what was sent. */
const REFUSED_TEXT_CHARS_MAX = 2_000

/** One thing to write to the log, and what it is. */
export type Item = NewEntry & {
  readonly entry: Exclude<Entry, { readonly kind: 'erased' }>
  /** What of it is not as the tracking plan has it; left out: nothing. */
  readonly found?: EventFindings
}

export type ItemContext = {
  readonly source: Source
  readonly type: CallType | undefined
  readonly shared: Shared
  readonly around: Surroundings
  readonly dedupe: DedupeWindow
  /** What fingerprints are made with. */
  readonly seed: number
  readonly limits: IngestLimits
  readonly visitor?: Visitor | undefined
  /** What is taken out of the source's events; left out: nothing. */
  readonly redact?: Redact | undefined
  /** Looks at the source's events as its tracking plan has them; left out: it has none. */
  readonly judge?: Judge | undefined
  readonly isSuppressed?: ((event: SpecEvent) => boolean) | undefined
}

/** What one call becomes: an event, a duplicate or a refusal. Never throws: a bad call does not sink the others. */
export function makeItem(call: unknown, context: ItemContext): Item {
  const { around, limits } = context
  const parsed = parseCall(call, context.type, context.shared, around)
  if (!parsed.ok) return refused(call, parsed.code, parsed.reason, context)
  if (context.isSuppressed?.(parsed.event)) {
    const { type } = parsed.event
    return withoutContent({ type }, 'PERSON_SUPPRESSED', 'Events of this person are not taken.', context)
  }

  // Rules walk over the event, so they come after; without them what is written out tells nearly always.
  const misshapen = context.redact === undefined ? undefined : shapeRefusal(parsed.event, limits)
  if (misshapen !== undefined) return refused(call, misshapen.code, misshapen.reason, context)
  const written = writtenOut(call, parsed.event, context)
  if ('refused' in written) return written.refused
  return context.judge === undefined
    ? claimed(written, context)
    : judged(call, parsed.event, written, context)
}

/** By the tracking plan, which looks at nothing that is too large or nested too deeply. */
function judged(call: unknown, parsed: SpecEvent, written: Written, context: ItemContext): Item {
  const { judge } = context
  const looked = judge === undefined ? undefined : judgedCall(parsed, judge, context)
  if (looked === undefined) return claimed(written, context)
  const { event, found, refused: why } = looked
  if (why !== undefined) return { ...refused(call, why.code, why.reason, context), found }
  const left = event === parsed ? written : writtenOut(call, event, context)
  if ('refused' in left) return left.refused
  const item = claimed(left, context)
  return item.entry.kind === 'event' ? { ...item, found } : item
}

type Written = {
  readonly entry: Extract<Entry, { readonly kind: 'event' }>
  readonly text: string
}

/** An event as it is kept, or why it cannot be. */
function writtenOut(
  call: unknown,
  parsed: SpecEvent,
  context: ItemContext,
): Written | { readonly refused: Item } {
  const { source, around, limits } = context
  const told = withVisitor(parsed, context.visitor, source.privacy ?? 'keep')
  const event = context.redact === undefined ? told : redacted(told, context.redact)
  if (event instanceof AppError)
    return { refused: withoutContent(told, event.code, event.explanation, context) }
  const entry: Written['entry'] = {
    kind: 'event',
    sourceId: source.id,
    receivedAt: around.receivedAt,
    event,
  }
  const text = textOf(entry, parsed, limits)
  if (typeof text !== 'string') return { refused: refused(call, text.code, text.reason, context) }
  const bytes = utf8Bytes(text, limits.event_bytes_max)
  if (bytes > limits.event_bytes_max) {
    const reason = `The call has ${bytes} bytes; at most ${limits.event_bytes_max} are allowed.`
    return { refused: refused(call, 'EVENT_TOO_LARGE', reason, context) }
  }
  return { entry, text }
}

/** The event, or the duplicate that it is. */
function claimed({ entry, text }: Written, { dedupe, seed, around }: ItemContext): Item {
  const { sourceId, receivedAt, event } = entry
  const key = `${sourceId}\n${event.anonymousId ?? event.userId}`
  const id: Fingerprint = fingerprint(`${sourceId}\n${event.messageId}`, seed)
  if (dedupe.claim(id, around.receivedAt_ms)) return { entry, key, text, fingerprint: id }
  const duplicate: Item['entry'] = { kind: 'duplicate', sourceId, receivedAt, messageId: event.messageId }
  return { entry: duplicate, key, text: entryText(duplicate) }
}

/** The event as the rules leave it, or why they cannot: then nothing of it may be kept. */
function redacted(event: SpecEvent, redact: Redact): SpecEvent | AppError {
  try {
    return redact(event)
  } catch (error) {
    return error instanceof AppError ? error : new AppError('REDACTION_FAILED', {}, { cause: error })
  }
}

/** A refusal that keeps nothing of the call but what is needed to count it and to know it again. */
function withoutContent(
  { type, messageId }: Pick<SpecEvent, 'type'> & { readonly messageId?: string },
  code: ErrorCode,
  reason: string,
  { source, around }: ItemContext,
): Item {
  const refusal = { code, reason, text: '', type, ...(messageId === undefined ? {} : { messageId }) }
  const common = { sourceId: source.id, receivedAt: around.receivedAt }
  const entry: Item['entry'] = { kind: 'refused', ...common, refusal }
  return { entry, key: source.id, text: entryText(entry) }
}

function refused(
  call: unknown,
  code: ErrorCode,
  reason: string,
  { source, around, type, limits, redact }: ItemContext,
): Item {
  const raw = isObject(call) ? call : {}
  const messageId = shortText(raw['messageId'])
  const callType = type ?? shortText(raw['type'])
  const { writeKey: _writeKey, ...shown } = raw
  const entry: Item['entry'] = {
    kind: 'refused',
    sourceId: source.id,
    receivedAt: around.receivedAt,
    refusal: {
      code,
      reason,
      text:
        redact === undefined
          ? keptText(isObject(call) ? shown : call, limits)
          : redactedText(shown, redact, limits),
      ...(messageId === undefined ? {} : { messageId }),
      ...(callType === undefined ? {} : { type: callType }),
    },
  }
  return { entry, key: source.id, text: entryText(entry) }
}

/** The start of a refused call. Whose it is stands in it: else nobody would find it to delete it. */
function keptText(call: unknown, limits: IngestLimits): string {
  const text = shownText(call, limits)
  if (text.length <= REFUSED_TEXT_CHARS_MAX) return text
  return (isObject(call) ? shownText(withIdsFirst(call), limits) : text).slice(0, REFUSED_TEXT_CHARS_MAX)
}

/** What is no event can be redacted too, as far as it is an object; of the rest nothing is kept. */
function redactedText(call: JsonObject, redact: Redact, limits: IngestLimits): string {
  try {
    return Object.keys(call).length === 0 ? '' : keptText(redact(call), limits)
  } catch {
    return ''
  }
}

function withIdsFirst({ userId, anonymousId, previousId, ...rest }: JsonObject): JsonObject {
  const ids = Object.entries({ userId, anonymousId, previousId }).filter(([, id]) => id !== undefined)
  return { ...Object.fromEntries(ids), ...rest } as JsonObject
}

type ShapeRefusal = { readonly code: ErrorCode; readonly reason: string }

/** The entry written out, or why its event may not be kept. */
function textOf(entry: Entry, event: SpecEvent, limits: IngestLimits): string | ShapeRefusal {
  try {
    const text = entryText(entry)
    return isPlainlyFlat(text, shapeLimits(limits)) ? text : (shapeRefusal(event, limits) ?? text)
  } catch (error) {
    // Some thousand levels overflow the stack of whoever writes them out.
    const refusal = error instanceof RangeError ? shapeRefusal(event, limits) : undefined
    if (refusal === undefined) throw error
    return refusal
  }
}

function shapeLimits({ event_levels_max, event_keys_max }: IngestLimits) {
  return { levels_max: event_levels_max, keys_max: event_keys_max }
}

/** Before it goes to the log: readers rely on it. */
function shapeRefusal(event: unknown, limits: IngestLimits): ShapeRefusal | undefined {
  const { event_levels_max, event_keys_max } = limits
  switch (shapeProblem(event, shapeLimits(limits))) {
    case 'deep':
      return {
        code: 'EVENT_TOO_DEEP',
        reason: `The call is nested too deeply: at most ${event_levels_max} levels are allowed.`,
      }
    case 'many':
      return {
        code: 'EVENT_TOO_MANY_KEYS',
        reason: `The call has too many names and list items: at most ${event_keys_max} are allowed.`,
      }
    case undefined:
      return undefined
  }
}

/** A call that is nested too deeply to be written out is shown by what stands at its top. */
function shownText(call: unknown, { event_levels_max }: IngestLimits): string {
  const limits = { levels_max: event_levels_max, keys_max: Number.POSITIVE_INFINITY }
  if (shapeProblem(call, limits) === undefined) return JSON.stringify(call)
  const top = Object.entries(call as object).filter(([, value]) => typeof value !== 'object')
  return JSON.stringify(Object.fromEntries(top))
}

/** What a refused call says of itself, if it is short enough to be shown in a line. */
function shortText(value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(0, 255) : undefined
}

/** Counts bytes only when they may be over the limit: a code unit has at most three. */
function utf8Bytes(text: string, bytes_max: number): number {
  return text.length * 3 <= bytes_max ? text.length : Buffer.byteLength(text)
}
