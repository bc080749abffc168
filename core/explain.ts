import type { Subscription } from './configuration.ts'
import { missingConsent } from './consent.ts'
import {
  type Action,
  type AnyValues,
  type CloudDestination,
  type Destination,
  type HttpRequest,
  jsonOf,
  type PageCall,
  type PlanContext,
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
import type { Transformed } from './transform/transform.ts'
import type { Transforming } from './transform/transforming.ts'
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

/** What one of the two transformations made of the event. */
export type TransformOf = { readonly of: 'source' | 'action' } & Transformed

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
  /** Only where the source or the action has a transformation: what became of the event, in that order. */
  readonly transforms?: readonly TransformOf[]
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
  /** Without it, the event is explained as it came. */
  readonly transforming?: Transforming
}

const NO_ADDRESS: Address = { lane: 0, chunk: 0, index: 0 }

/**
 * Says what an event would become for a subscription, without sending anything. Pure and total: a subscription that
 * is wrong is explained too.
 */
export function explain(given: SpecEvent, subscription: Subscription, where: ExplainWhere): Explanation {
  const { destination, consent = [], settings: settingsGiven, transforming } = where
  const settings = readSettings(destination.settings, settingsGiven)
  const wrong = [
    ...(settings.ok
      ? []
      : settings.problems.map(({ field, problem }) => ({ at: ['settings', field], problem }))),
    ...checkSubscription(subscription, destination, transforming),
  ]
  const told = { wrong, hints: subscriptionHints(subscription) }
  if (wrong.length > 0) return { ...told, ...NOTHING }
  const missing = missingConsent(given, consent)
  const off = compileIntegrations({ id: where.instanceId, name: where.name, destination })(given)
  const isOff = off !== undefined && destination.mode === 'cloud'
  const asked = {
    ...told,
    ...(consent.length === 0 ? {} : { consent: { needed: consent, missing } }),
    ...(isOff ? { switchedOff: off } : {}),
  }

  const ofSource = transforming?.ofSource(envelopeOf(given, where))
  if (isStopped(ofSource)) {
    return { ...asked, ...NOTHING, ...transformsShown(ofSource, undefined), problems: problemsOf(ofSource) }
  }
  const left = redacted(eventOf(ofSource, given), where.redact)
  if ('problem' in left) {
    const problems = [{ field: 'privacy', problem: left.problem }]
    return { ...asked, ...NOTHING, ...transformsShown(ofSource, undefined), problems }
  }
  const base = { ...asked, ...(left.changed === undefined ? {} : { redacted: left.changed }) }
  return {
    ...base,
    ...explainAction(left.event, ofSource, subscription, where, missing.length === 0 && !isOff),
  }
}

const NOTHING = { fields: [], problems: [], requests: [], adjustments: [] }

/** What the rules leave of the event, and what they changed. */
function redacted(
  given: SpecEvent,
  redact: Redact | undefined,
): { readonly event: SpecEvent; readonly changed?: readonly Changed[] } | { readonly problem: string } {
  if (redact === undefined) return { event: given }
  try {
    const event = redact(given)
    return { event, changed: changesIn(given as unknown as Json, event as unknown as Json) }
  } catch (error) {
    return { problem: error instanceof AppError ? error.explanation : String(error) }
  }
}

/** The trigger on, of a subscription and settings that are right. */
function explainAction(
  event: SpecEvent,
  ofSource: Transformed | undefined,
  subscription: Subscription,
  where: ExplainWhere,
  isAllowed: boolean,
): Omit<Explanation, 'wrong' | 'hints'> {
  const { destination, instanceId, context, transforming } = where
  const read = readTrigger(subscription.trigger)
  const settings = readSettings(destination.settings, where.settings)
  if (!read.ok || !settings.ok) throw new Error('what is wrong has been told')
  const compiled = compileSubscription(instanceId, subscription, destination, transforming)
  const trigger = explainTrigger(read.node, event)
  const ofAction = compiled.transform?.run(event)
  const seen = eventOf(ofAction, event)
  const handled = isStopped(ofAction) ? undefined : compiled.map(envelopeOf(seen, where))
  const base = {
    ...{ ...NOTHING, trigger },
    ...transformsShown(ofSource, ofAction),
    ...(handled === undefined ? {} : { fields: explainFields(subscription, destination, handled, seen) }),
    problems: problemsOf(ofAction, handled),
  }
  if (!isAllowed || !trigger.matches || handled?.status !== 'ready') return base
  if (destination.mode === 'web') {
    return { ...base, calls: destination.calls(handled.delivery as never, settings.values as never) }
  }
  return { ...base, ...planned(destination, handled, settings.values, context) }
}

function envelopeOf(event: SpecEvent, { sourceId, context }: ExplainWhere): EventEnvelope {
  const receivedAt = new Date(context.now_ms).toISOString()
  return { kind: 'event', sourceId, receivedAt, event, address: NO_ADDRESS }
}

type Stopped = Exclude<Transformed, { readonly status: 'changed' }>

function isStopped(made: Transformed | undefined): made is Stopped {
  return made !== undefined && made.status !== 'changed'
}

function eventOf(made: Transformed | undefined, before: SpecEvent): SpecEvent {
  return made?.status === 'changed' ? made.event : before
}

function transformsShown(source: Transformed | undefined, action: Transformed | undefined) {
  const transforms = [
    ...(source === undefined ? [] : [{ of: 'source' as const, ...source }]),
    ...(action === undefined ? [] : [{ of: 'action' as const, ...action }]),
  ]
  return transforms.length === 0 ? {} : { transforms }
}

function problemsOf(made: Transformed | undefined, handled?: Handled): readonly FieldProblem[] {
  if (made?.status === 'failed') return [{ field: 'transform', problem: made.problem }]
  return handled?.status === 'rejected' ? handled.problems : []
}

function explainFields(
  { mapping, action }: Subscription,
  { actions }: Destination,
  handled: Handled,
  event: SpecEvent,
): readonly FieldExplanation[] {
  const { fields } = actions[action] as Action
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
export function shownRequest(request: HttpRequest, mask: Mask): ShownRequest {
  const { method, url, headers, authorization, signature } = request
  const json = jsonOf(request)
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
