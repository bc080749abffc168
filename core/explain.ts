import type { Subscription } from './configuration.ts'
import { missingConsent } from './consent.ts'
import type {
  Action,
  AnyValues,
  CloudDestination,
  Destination,
  HttpRequest,
  PageCall,
  PlanContext,
} from './destination.ts'
import { AppError } from './errors.ts'
import type { Address, EventEnvelope, Json, JsonObject, SpecEvent } from './event.ts'
import { checkSubscription, compileSubscription, type Handled, type InstanceProblem } from './instance.ts'
import { compileIntegrations } from './integrations.ts'
import { liquid } from './mapping/liquid.ts'
import type { MappingValue } from './mapping/mapping.ts'
import { mappingHints, type Origin, originOf } from './mapping/trace.ts'
import { type Mask, maskOf, secretsIn } from './mask.ts'
import type { Reason } from './outcome.ts'
import { type FieldProblem, readSettings } from './payload.ts'
import { type Changed, changesIn } from './redact/diff.ts'
import type { Redact } from './redact/redact.ts'
import { MASK } from './secret.ts'
import { explainTrigger, type TriggerExplanation, triggerHints } from './trigger/explain.ts'
import { readTrigger } from './trigger/parse.ts'

/** One field of an action: what it gets for this event, and from which part of its mapping. */
export type FieldExplanation = {
  readonly name: string
  readonly label: string
  /** Absent when the field is left out. */
  readonly value?: Json
  /** Absent when the field is not mapped. */
  readonly origin?: Origin
  readonly problems: readonly string[]
}

/** A request as it may be shown: secrets are `***`. */
export type ShownRequest = {
  readonly method: HttpRequest['method']
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly json?: Json
}

/** What an event becomes for a subscription, step by step. */
export type Explanation = {
  /** What is wrong with the subscription or the settings themselves. With any, nothing below is there. */
  readonly wrong: readonly InstanceProblem[]
  /** What is allowed, and most likely mistaken. */
  readonly hints: readonly InstanceProblem[]
  /** Only where the destination needs consent: the categories, and which of them the person has not allowed. */
  readonly consent?: { readonly needed: readonly string[]; readonly missing: readonly string[] }
  /** Only where the destination has redaction rules: what they changed before the trigger saw the event. */
  readonly redacted?: readonly Changed[]
  /** The word of the call's `integrations` that switches this destination off; left out: none does. */
  readonly switchedOff?: string
  readonly trigger?: TriggerExplanation
  /** Also when the trigger does not match: what would be sent if it did. */
  readonly fields: readonly FieldExplanation[]
  /** Why a delivery would be a dead letter before anything is sent. */
  readonly problems: readonly FieldProblem[]
  /** In order; none when the trigger does not match, consent is missing, the call switches the destination off, there are problems, or the page sends. */
  readonly requests: readonly ShownRequest[]
  /** Only where the page sends: what it calls of the receiver's library, in order. None as for requests. */
  readonly calls?: readonly PageCall[]
  /** What had to be changed so that the receiver takes it. */
  readonly adjustments: readonly { readonly field: string; readonly text: string }[]
  /** What is good to know of it, though nothing is wrong; absent when there is nothing. */
  readonly notes?: readonly string[]
  /** How the delivery ends without a request, when it does. */
  readonly end?: { readonly status: 'unchanged' } | { readonly status: 'rejected'; readonly reason: Reason }
}

export type ExplainWhere = {
  readonly destination: Destination
  readonly settings: JsonObject
  readonly instanceId: string
  /** What people call the instance, as calls may in their `integrations`. */
  readonly name: string
  readonly sourceId: string
  /** The categories of consent that the instance needs. */
  readonly consent?: readonly string[]
  /** Compiled from the instance's rules; left out: it has none. */
  readonly redact?: Redact | undefined
  readonly context: PlanContext
}

const NO_ADDRESS: Address = { lane: 0, chunk: 0, index: 0 }

/**
 * Says what an event would become for a subscription, without sending anything. Pure and total: a subscription that
 * is wrong is explained too.
 */
export function explain(given: SpecEvent, subscription: Subscription, where: ExplainWhere): Explanation {
  const { redact } = where
  if (redact === undefined) return explainRedacted(given, subscription, where)
  try {
    const event = redact(given)
    const redacted = changesIn(given as unknown as Json, event as unknown as Json)
    return { ...explainRedacted(event, subscription, where), redacted }
  } catch (error) {
    const problem = error instanceof AppError ? error.explanation : String(error)
    return { ...NOTHING, wrong: [], hints: [], problems: [{ field: 'privacy', problem }] }
  }
}

const NOTHING = { fields: [], problems: [], requests: [], adjustments: [] }

function explainRedacted(event: SpecEvent, subscription: Subscription, where: ExplainWhere): Explanation {
  const { destination, settings: given, instanceId, sourceId, consent = [], context } = where
  const settings = readSettings(destination.settings, given)
  const wrong = [
    ...(settings.ok
      ? []
      : settings.problems.map(({ field, problem }) => ({ at: ['settings', field], problem }))),
    ...checkSubscription(subscription, destination),
  ]
  const hints = subscriptionHints(subscription)
  const read = readTrigger(subscription.trigger)
  if (wrong.length > 0 || !read.ok || !settings.ok) return { wrong, hints, ...NOTHING }

  const compiled = compileSubscription(instanceId, subscription, destination)
  const envelope: EventEnvelope = {
    kind: 'event',
    sourceId,
    receivedAt: new Date(context.now_ms).toISOString(),
    event,
    address: NO_ADDRESS,
  }
  const handled = compiled.handle(envelope)
  const trigger = explainTrigger(read.node, event)
  const fields = explainFields(
    subscription,
    destination.actions[subscription.action] as Action,
    handled,
    event,
  )
  const problems = handled.status === 'rejected' ? handled.problems : []
  const missing = missingConsent(event, consent)
  const off = compileIntegrations({ id: instanceId, name: where.name, destination })(event)
  const told = {
    ...(consent.length === 0 ? {} : { consent: { needed: consent, missing } }),
    ...(off === undefined || destination.mode === 'web' ? {} : { switchedOff: off }),
  }
  const base = { wrong, hints, ...told, trigger, fields, problems, requests: [], adjustments: [] }
  if (missing.length > 0 || 'switchedOff' in told || !trigger.matches || handled.status === 'rejected')
    return base
  if (destination.mode === 'web') {
    return { ...base, calls: destination.calls(handled.delivery as never, settings.values as never) }
  }
  return { ...base, ...planned(destination, handled, settings.values, context) }
}

function explainFields(
  { mapping }: Subscription,
  { fields }: Action,
  handled: Handled,
  event: SpecEvent,
): readonly FieldExplanation[] {
  const values: JsonObject =
    handled.status === 'ready' ? (handled.delivery.values as JsonObject) : handled.values
  const problems = handled.status === 'rejected' ? handled.problems : []
  return Object.entries(fields).map(([name, { label }]) => ({
    name,
    label,
    ...(Object.hasOwn(values, name) ? { value: values[name] as Json } : {}),
    ...(Object.hasOwn(mapping, name)
      ? { origin: originOf(mapping[name] as MappingValue, event as unknown as Json, { liquid }) }
      : {}),
    problems: problems.filter(({ field }) => field === name).map(({ problem }) => problem),
  }))
}

function planned(
  destination: CloudDestination,
  { delivery }: Extract<Handled, { status: 'ready' }>,
  settings: object,
  context: PlanContext,
): Pick<Explanation, 'requests' | 'adjustments' | 'notes' | 'end'> {
  const plan = destination.plan([delivery], settings as never, context)
  const notes = destination.about?.(delivery as never, settings as never) ?? []
  const mask = maskOf(secretsIn(settings as AnyValues))
  const end = plan.flatMap((one) => ('end' in one ? [one.end] : []))[0]
  return {
    requests: plan.flatMap((one) => ('request' in one ? [shownRequest(one.request, mask)] : [])),
    adjustments: plan.flatMap((one) =>
      'request' in one ? (one.adjustments ?? []).map(({ field, text }) => ({ field, text })) : [],
    ),
    ...(notes.length === 0 ? {} : { notes }),
    ...(end === undefined ? {} : { end }),
  }
}

/** A request without its secrets; `mask` hides those that the destination has put elsewhere. */
export function shownRequest(
  { method, url, headers, json, authorization, signature }: HttpRequest,
  mask: Mask,
): ShownRequest {
  const shown = Object.entries(headers ?? {}).map(([name, value]) => [name, mask(value)])
  return {
    method,
    url: mask(url),
    headers: {
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...Object.fromEntries(shown),
      ...(authorization === undefined ? {} : { authorization: `${SCHEMES[authorization.scheme]}${MASK}` }),
      ...(signature === undefined ? {} : { [signature.header]: `sha256=${MASK}` }),
    },
    ...(json === undefined ? {} : { json: maskedJson(json, mask) }),
  }
}

function maskedJson(json: Json, mask: Mask): Json {
  if (typeof json === 'string') return mask(json)
  if (typeof json !== 'object' || json === null) return json
  if (Array.isArray(json)) return json.map((item) => maskedJson(item, mask))
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => [mask(name), maskedJson(value, mask)]),
  )
}

const SCHEMES = { basic: 'Basic ', bearer: 'Bearer ', own: '' } as const

/** Paths that name a field which no event of the spec has, and that are nearly right. */
export function subscriptionHints({ trigger, mapping }: Subscription): readonly InstanceProblem[] {
  const read = readTrigger(trigger)
  const inTrigger = read.ok ? triggerHints(read.node) : []
  return [
    ...inTrigger.map(({ span, problem, suggestion }) => ({
      at: ['trigger'],
      problem: `${problem}: did you mean \`${suggestion}\`? (at character ${span.start + 1})`,
    })),
    ...Object.entries(mapping).flatMap(([field, value]) =>
      mappingHints(value, '').map(({ at, problem }) => ({
        at: ['mapping', field],
        problem: `${at}: ${problem}`,
      })),
    ),
  ]
}
