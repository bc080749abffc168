import type { Source } from '../../core/configuration.ts'
import { AppError, type ErrorCode } from '../../core/errors.ts'
import type { CallType, SpecEvent } from '../../core/event.ts'
import type { Fingerprint } from '../../core/identity.ts'
import { isOriginAllowed, ORIGIN_CHARS_MAX } from '../../core/origin.ts'
import type { Redact } from '../../core/redact/redact.ts'
import type { EventFindings, Judge } from '../../core/tracking-plan/finding.ts'
import type { EventLog, NewEntry } from '../log/log.ts'
import { readJson } from './body.ts'
import { isObject, readCalls } from './calls.ts'
import type { DedupeWindow } from './dedupe.ts'
import { type Item, type ItemContext, makeItem } from './item.ts'
import { rateLimited } from './rate-limited.ts'
import type { Visitor } from './visitor.ts'

/** Segment: 32 KB an event, 500 KB a batch, 2,500 events. Customer.io's newer limits are 64 KB and 1 MB. */
export const DEFAULT_LIMITS = {
  event_bytes_max: 65_536,
  body_bytes_max: 1_048_576,
  events_max: 2_500,
  /** Real calls have a few; Heap and warehouses flatten them. A writer of JSON overflows the stack from some 4,000 on. */
  event_levels_max: 32,
  /** Names of objects and items of lists. A whole order with hundreds of products has a few thousand. */
  event_keys_max: 10_000,
} as const
export type IngestLimits = { readonly [K in keyof typeof DEFAULT_LIMITS]: number }

export type IngestDeps = {
  readonly log: EventLog
  readonly dedupe: DedupeWindow
  readonly sourceOf: (writeKey: string) => Source | undefined
  readonly limits: IngestLimits
  readonly now_ms: () => number
  readonly newMessageId: () => string
  /** What is done with a source's events before they are kept. Left out: nothing. */
  readonly redactionOf?: (sourceId: string) => Redact | undefined
  /** How a source's events are looked at by its tracking plan. Left out: they are not. */
  readonly judgeOf?: (sourceId: string) => Judge | undefined
  /** Hears, once the log has an event, of what is not as the plan has it. */
  readonly onFindings?: (found: EventFindings, at_ms: number) => void
  /** Whether the event is of somebody whose events are not taken. Left out: nobody is. */
  readonly isSuppressed?: (event: SpecEvent) => boolean
  /** Why nothing can be taken now, if so: a full disk, a stop. */
  readonly unwell: () => ErrorCode | undefined
  /** Counts a request of a write key: in how many milliseconds it may send, 0 for now. Left out: always. */
  readonly keyWait_ms?: (writeKey: string) => number
  /** Hears of what the log has, when traces are wanted. */
  readonly traced?: ((taken: Taken) => void) | undefined
}

/** What a request became, and when: it came, it went to the log, the log had it. */
export type Taken = {
  readonly entries: readonly Item['entry'][]
  readonly traceparent: string | undefined
  readonly from_ms: number
  readonly append_ms: number
  readonly to_ms: number
}

export type IngestRequest = {
  /** The type that the address names; undefined for a batch. */
  readonly type: CallType | undefined
  readonly authorization: string | undefined
  readonly contentEncoding: string | undefined
  /** The site of the page that sends; left out when no page does. */
  readonly origin?: string | undefined
  /** `X-Strict-Mode: 1`: a refused call makes the answer 400, with a result for each call. */
  readonly isStrict: boolean
  /** The answer has a result for each call, also where none was refused. */
  readonly wantsResults?: true
  readonly body: Uint8Array
  /** The trace that it belongs to, as W3C writes it. */
  readonly traceparent?: string | undefined
  /** Left out when it is not known, or not to be noted. */
  readonly visitor?: Visitor
}
export type Reply = { readonly status: number; readonly json: object }

/**
 * Takes one call or a batch. Says 200 only after the log has everything: a client that got no 200 sends it again, and
 * the (source, messageId) pair makes the second copy harmless. A call that breaks the spec does not sink the others:
 * it is kept as refused, with its reason.
 */
export function ingest(deps: IngestDeps) {
  const { log, dedupe, limits } = deps
  const store = storing(deps)

  /** No async function, nor `store`: the frame of one that waits for the disk would keep the body and all that was made of it. */
  function take(request: IngestRequest): Promise<Reply> {
    const problem = deps.unwell()
    if (problem !== undefined) throw new AppError(problem)
    const early = basicUser(request.authorization)
    // Before the body is read, where that can be.
    const known = early === undefined ? undefined : sourceFor(deps, early, request.origin)
    const body = readJson(request.body, request.contentEncoding, limits.body_bytes_max)
    const source = known ?? sourceFor(deps, isObject(body) ? body['writeKey'] : undefined, request.origin)
    const { calls, shared } = readCalls(body, request.type, limits.events_max)

    const now_ms = deps.now_ms()
    const around = {
      receivedAt_ms: now_ms,
      receivedAt: new Date(now_ms).toISOString(),
      newMessageId: deps.newMessageId,
    }
    const { type, visitor, traceparent } = request
    const { isSuppressed } = deps
    const redact = deps.redactionOf?.(source.id)
    const judge = deps.judgeOf?.(source.id)
    const { traced } = deps
    const context = { source, type, shared, around, dedupe, limits, visitor, isSuppressed, redact, judge }
    const made = makeItems(calls, { ...context, seed: log.seed }, traced !== undefined)
    const { entries, findings, items } = made
    const append_ms = traced === undefined ? 0 : deps.now_ms()
    const answer = reply(items, request)
    return after(items.length > 0 ? store(items) : Promise.resolve(), () => {
      traced?.({ entries, traceparent, from_ms: now_ms, append_ms, to_ms: deps.now_ms() })
      for (const one of findings) deps.onFindings?.(one, now_ms)
      return answer
    })
  }

  return function post(request: IngestRequest): Promise<Reply> {
    try {
      return take(request)
    } catch (error) {
      return Promise.reject(error)
    }
  }
}

/** Writes what was taken to the log. */
function storing({ log, dedupe }: Pick<IngestDeps, 'log' | 'dedupe'>) {
  const inFlight = new Set<Promise<unknown>>()

  async function stored(
    append: Promise<unknown>,
    others: readonly Promise<unknown>[],
    claimed: readonly Fingerprint[],
  ): Promise<void> {
    inFlight.add(append)
    try {
      await append
    } catch (cause) {
      for (const fingerprint of claimed) dedupe.release(fingerprint)
      throw logUnavailable(cause)
    } finally {
      inFlight.delete(append)
    }
    // When these fail, what was stored here stays claimed: it is in the log, and the next copy is a duplicate.
    await Promise.all(others).catch((cause) => {
      throw logUnavailable(cause)
    })
  }

  /** Resolves when the items would survive a crash. */
  return function store(items: readonly Waiting[]): Promise<void> {
    // The first copy of a duplicate may still be on its way to the disk: its answer must not come before that.
    const others = items.some(({ told }) => told.kind === 'duplicate') ? [...inFlight] : []
    const claimed = items.flatMap(({ told, fingerprint }) =>
      told.kind === 'event' && fingerprint !== undefined ? [fingerprint] : [],
    )
    return stored(log.append(items), others, claimed)
  }
}

async function after<Result>(done: Promise<void>, end: () => Result): Promise<Result> {
  await done
  return end()
}

/**
 * What waits for the disk, and what is answered of it. The event itself is let go as soon as it is written out: a thousand that
 * wait would live long enough to become old garbage, which is dear.
 */
type Waiting = NewEntry & { readonly told: Told }
type Told =
  | { readonly kind: 'event' | 'duplicate'; readonly messageId: string }
  | Pick<Extract<Item['entry'], { kind: 'refused' }>, 'kind' | 'refusal'>

/** What the log is given, and what others are told of; entries are kept only where somebody wants them. */
function makeItems(calls: readonly unknown[], context: ItemContext, isTraced: boolean) {
  const entries: Item['entry'][] = []
  const findings: EventFindings[] = []
  const items = calls.map((call): Waiting => {
    const { entry, found, ...written } = makeItem(call, context)
    if (found !== undefined) findings.push(found)
    if (isTraced) entries.push(entry)
    return { ...written, told: toldOf(entry) }
  })
  return { entries, findings, items }
}

function toldOf(entry: Item['entry']): Told {
  switch (entry.kind) {
    case 'event':
      return { kind: 'event', messageId: entry.event.messageId }
    case 'duplicate':
      return { kind: 'duplicate', messageId: entry.messageId }
    case 'refused':
      return { kind: 'refused', refusal: entry.refusal }
  }
}

function logUnavailable(cause: unknown): AppError {
  return cause instanceof AppError ? cause : new AppError('LOG_UNAVAILABLE', {}, { cause })
}

/**
 * The source that a request may send to now. The look-up takes no constant time: a write key is compared by its hash in
 * a table, and docs/security.md says why that tells nobody anything.
 */
function sourceFor(
  { sourceOf, keyWait_ms }: IngestDeps,
  writeKey: unknown,
  origin: string | undefined,
): Source {
  if (typeof writeKey !== 'string' || writeKey === '') throw new AppError('WRITE_KEY_MISSING')
  const source = sourceOf(writeKey)
  if (source === undefined) throw new AppError('WRITE_KEY_UNKNOWN')
  const { id, disabledWriteKeys, origins } = source
  if (disabledWriteKeys?.includes(writeKey) === true) throw new AppError('WRITE_KEY_DISABLED', { source: id })
  if (origin !== undefined && origins !== undefined && !isOriginAllowed(origins, origin)) {
    throw new AppError('ORIGIN_NOT_ALLOWED', { source: id, origin: origin.slice(0, ORIGIN_CHARS_MAX) })
  }
  const wait_ms = keyWait_ms?.(writeKey) ?? 0
  if (wait_ms > 0) throw rateLimited('write key', wait_ms, id)
  return source
}

/** The user name of Basic authentication (RFC 7617), where the server libraries put the write key. */
function basicUser(authorization: string | undefined): string | undefined {
  const match = /^Basic\s+(\S+)/i.exec(authorization ?? '')
  if (match === null) return undefined
  const user = Buffer.from(match[1] as string, 'base64')
    .toString('utf8')
    .split(':', 1)[0]
  return user === '' ? undefined : user
}

const SUCCESS: Reply = { status: 200, json: { success: true } }

function reply(items: readonly Waiting[], { isStrict, type, wantsResults }: IngestRequest): Reply {
  // Of a person who is suppressed the client is told nothing: it would be asked to mend what it cannot.
  const refused = items.filter(
    ({ told }) => told.kind === 'refused' && told.refusal.code !== 'PERSON_SUPPRESSED',
  )
  const [first] = refused
  if (first === undefined)
    return wantsResults === true
      ? { ...SUCCESS, json: { success: true, results: items.map(result) } }
      : SUCCESS
  const tooLarge =
    type !== undefined && first.told.kind === 'refused' && first.told.refusal.code === 'EVENT_TOO_LARGE'
  if (!isStrict && !tooLarge) return { status: 200, json: { success: true, refused: refused.map(result) } }
  return { status: tooLarge ? 413 : 400, json: { success: false, results: items.map(result) } }
}

function result({ told }: Waiting): object {
  switch (told.kind) {
    case 'event':
      return { status: 'accepted', messageId: told.messageId }
    case 'duplicate':
      return { status: 'duplicate', messageId: told.messageId }
    case 'refused': {
      const { code, reason, messageId } = told.refusal
      if (code === 'PERSON_SUPPRESSED') return { status: 'accepted' }
      return { status: 'refused', code, reason, ...(messageId === undefined ? {} : { messageId }) }
    }
  }
}
