import type { ErrorCode } from '../../core/errors.ts'
import type { JsonObject, SpecEvent } from '../../core/event.ts'
import { nameOf } from '../../core/event-name.ts'
import { own } from '../../core/own.ts'
import { pathKeys } from '../../core/path.ts'
import type { Redact } from '../../core/redact/redact.ts'
import type { EventFindings, Finding, Judge } from '../../core/tracking-plan/finding.ts'

/** A longer name is not one; its beginning tells people enough. */
const NAME_CHARS_MAX = 255

export type JudgedCall = {
  /** What goes on. */
  readonly event: SpecEvent
  readonly found: EventFindings
  readonly refused?: { readonly code: ErrorCode; readonly reason: string }
}

/**
 * What the tracking plan makes of a call, undefined when it finds nothing: it looks at the call as the client sent it, before rules of redaction take
 * something out that the plan asks for. What these rules take out is told by nobody, not even by a name.
 */
export function judgedCall(
  event: SpecEvent,
  judge: Judge,
  { source, redact }: { readonly source: { readonly id: string }; readonly redact?: Redact | undefined },
): JudgedCall | undefined {
  const judged = judge(event)
  if (judged === undefined) return undefined
  const kept = redact === undefined ? event : whatIsKept(event, redact)
  const isSeen = redact === undefined ? () => true : isSeenIn(kept)
  const findings = judged.findings.map((finding) => (isSeen(finding) ? finding : hidden(finding)))
  const name = kept === undefined ? '' : (nameOf(kept) ?? '')
  const found: EventFindings = {
    ...{ sourceId: source.id, type: event.type, messageId: event.messageId },
    ...{ event: typeof name === 'string' ? name.slice(0, NAME_CHARS_MAX) : '', findings },
  }
  const { refused } = judged
  if (refused === undefined) return { event: judged.event, found }
  const isAllSeen = redact === undefined
  return {
    ...{ event: judged.event, found },
    refused: isAllSeen ? refused : { ...refused, reason: reasonWithout(refused.code, findings) },
  }
}

/** Undefined when the rules cannot be kept: then nothing of the event may be told. */
function whatIsKept(event: SpecEvent, redact: Redact): SpecEvent | undefined {
  try {
    return redact(event)
  } catch {
    return undefined
  }
}

/** A name may be a client's own: it is told where it stays in the event. What is missing is named by the plan. */
function isSeenIn(kept: SpecEvent | undefined): (finding: Finding) => boolean {
  return ({ rule, path }) => kept !== undefined && isThere(kept, path, rule === 'required')
}

function isThere(event: SpecEvent, path: string, isMissing: boolean): boolean {
  const keys = path.split('[]').map((part) => pathKeys(part.replace(/^\./, '')))
  const [last = [], ...before] = keys.toReversed()
  const known = isMissing ? [...before.toReversed(), last.slice(0, -1)] : keys
  return within(event as unknown as JsonObject, known)
}

function within(value: unknown, [first = [], ...rest]: readonly (readonly string[])[]): boolean {
  let at: unknown = value
  for (const key of first) {
    at = own(at, key)
    if (at === undefined) return false
  }
  if (rest.length === 0) return true
  return Array.isArray(at) && at.some((item) => within(item, rest))
}

/** The place without its last name. */
function hidden(finding: Finding): Finding {
  const [first = ''] = finding.path.split(/[.[]/, 1)
  return { ...finding, path: `${first}.…` }
}

function reasonWithout(code: ErrorCode, findings: readonly Finding[]): string {
  if (code === 'EVENT_UNPLANNED') return 'The tracking plan has no such call.'
  const shown = findings.filter(({ kind }) => kind === 'violation').slice(0, 5)
  return `The call is not as the tracking plan says: ${shown.map(({ path, text }) => `${path} ${text}`).join('; ')}.`
}
