import type { Instance, Subscription } from './configuration.ts'
import { missingConsent } from './consent.ts'
import type { Action, AnyValues, CloudDestination, Delivery, Destination, Fields } from './destination.ts'
import { didYouMean } from './did-you-mean.ts'
import { AppError, type ErrorCode } from './errors.ts'
import type { EventEnvelope, EventHead, Json, JsonObject, SpecEvent } from './event.ts'
import { compileIntegrations } from './integrations.ts'
import { checkField } from './mapping/check.ts'
import { compileCheckedValue } from './mapping/checked.ts'
import { liquid } from './mapping/liquid.ts'
import type { Mapping, MappingProblem, Resolve } from './mapping/mapping.ts'
import { type Mask, maskOf, secretsIn } from './mask.ts'
import { compileField, type FieldProblem, isProblem, type ReadField, readSettings } from './payload.ts'
import { ruleProblems } from './redact/check.ts'
import { type Redact, redactionOf } from './redact/redact.ts'
import { transformProblem } from './transform/check.ts'
import type { Transforming } from './transform/transforming.ts'
import type { Match } from './trigger/closures.ts'
import { readTrigger } from './trigger/parse.ts'
import { compileTrigger, problemText } from './trigger/trigger.ts'

/** A delivery that knows where it comes from. The destination sees it as a plain `Delivery`. */
export type BoundDelivery = Delivery & {
  readonly subscriptionId: string
  readonly envelope: EventHead
}

/** What an event became for one subscription whose trigger it matched. */
export type Handled =
  | { readonly status: 'ready'; readonly delivery: BoundDelivery }
  | {
      readonly status: 'rejected'
      readonly subscriptionId: string
      readonly problems: readonly FieldProblem[]
      /** Why, when it is not for what the event gives. */
      readonly code?: ErrorCode
      /** Of the fields that have no problem. */
      readonly values: JsonObject
    }

/** The person has not allowed what the instance needs; the call's `integrations` switch the instance off. */
export type FilterReason = 'consent' | 'integrations'

/** What an event became for one subscription, or that its transformation does not want it. */
export type HandledOne = Handled | { readonly status: 'dropped' }

/** An instance made ready to run: settings read, triggers and mappings compiled. */
export type CompiledInstance = {
  readonly id: string
  readonly destination: CloudDestination
  readonly settings: AnyValues
  /** Hides the secrets of its settings in whatever is kept or shown. */
  readonly mask: Mask
  readonly sources: ReadonlySet<string>
  /** Why the event is kept from this instance, whatever its triggers say; it is then filtered, not handled. */
  filters(envelope: EventEnvelope): FilterReason | undefined
  /** What the event becomes: one result for each subscription that wants it; an empty list means discarded. */
  handle(envelope: EventEnvelope): readonly Handled[]
}

/** What is wrong with an instance, and where: `['settings', 'appId']`, `['actions', 0, 'trigger']`. */
export type InstanceProblem = { readonly at: readonly (string | number)[]; readonly problem: string }

/** Finds everything that is wrong with an instance's settings, triggers and mappings. */
export function checkInstance(
  instance: Instance,
  destination: Destination,
  transforms?: Pick<Transforming, 'compile'>,
): readonly InstanceProblem[] {
  const settings = readSettings(destination.settings, instance.settings)
  const wrong = settings.ok ? [] : settings.problems
  return [
    ...wrong.map(({ field, problem }) => ({ at: ['settings', field], problem })),
    ...redactProblems(instance, destination),
    ...instance.subscriptions.flatMap((subscription, index) =>
      checkSubscription(subscription, destination, transforms).map(({ at, problem }) => ({
        at: ['actions', index, ...at],
        problem,
      })),
    ),
  ]
}

function redactProblems({ redact }: Instance, { mode }: Destination): readonly InstanceProblem[] {
  if (redact === undefined) return []
  if (mode === 'web') {
    return [
      {
        at: ['redact'],
        problem: 'is for what passes this server; pages send to this destination themselves',
      },
    ]
  }
  return ruleProblems(redact).map(({ at, problem }) => ({ at: ['redact', ...at], problem }))
}

/** Finds everything that is wrong with a subscription: `at` is `['trigger']`, `['transform']` or `['mapping', 'event']`. */
export function checkSubscription(
  { action, trigger, transform, mapping }: Subscription,
  { actions, mode }: Destination,
  transforms?: Pick<Transforming, 'compile'>,
): readonly InstanceProblem[] {
  const problems: InstanceProblem[] = []
  const wrong = transform === undefined ? undefined : transformProblemOf(transform, mode, transforms)
  if (wrong !== undefined) problems.push({ at: ['transform'], problem: wrong })
  const read = readTrigger(trigger)
  if (!read.ok) {
    const { start } = read.problem.span
    problems.push({ at: ['trigger'], problem: `${problemText(read.problem)} (at character ${start + 1})` })
  }
  if (!Object.hasOwn(actions, action)) {
    return [
      ...problems,
      { at: ['action'], problem: `is no action; there are ${Object.keys(actions).join(', ')}` },
    ]
  }
  const { fields } = actions[action] as Action
  for (const { field, at, problem } of compileFields(mapping, fields).problems) {
    const place = at.replace(field, '').replace(/^\./, '')
    problems.push({ at: ['mapping', field], problem: place === '' ? problem : `${place}: ${problem}` })
  }
  return problems
}

/**
 * Compiles an instance. What depends only on the configuration is done here, once.
 *
 * @param salt Of this installation, for redaction rules that hash.
 * @throws {AppError} SETTINGS_INVALID, CONFIG_INVALID (an action that does not exist), TRIGGER_INVALID or
 *   MAPPING_INVALID. `checkInstance` finds them all beforehand.
 */
export function compileInstance(
  instance: Instance,
  destination: CloudDestination,
  more: {
    readonly salt?: string | undefined
    readonly transforming?: Transforming | undefined
    /** What is hidden besides the secrets of the settings. */
    readonly formerSecrets?: readonly string[] | undefined
  } = {},
): CompiledInstance {
  const settings = readInstanceSettings(instance, destination)
  const { consent = [] } = instance
  const redact = redactionOf(instance.redact, more.salt ?? '')
  const switchedOff = compileIntegrations({ id: instance.id, name: instance.name, destination })
  const subscriptions = instance.subscriptions
    .filter(({ enabled }) => enabled)
    .map((subscription) => compileSubscription(instance.id, subscription, destination, more.transforming))
  const shown = sourceTransform(more.transforming)
  const handleRedacted = redact === undefined ? handle : redacting(redact, handle, wantedBy)

  return {
    id: instance.id,
    destination,
    settings,
    mask: maskOf([...secretsIn(settings), ...(more.formerSecrets ?? [])]),
    sources: new Set(instance.sources),
    filters({ event }) {
      if (missingConsent(event, consent).length > 0) return 'consent'
      return switchedOff(event) === undefined ? undefined : 'integrations'
    },
    handle(envelope) {
      const seen = shown(envelope)
      if (seen === undefined) return []
      // Nobody knows what it would have become, so nobody knows who would not have wanted it.
      if ('problem' in seen) return subscriptions.map(({ id }) => rejectedBy(id, seen.problem))
      return handleRedacted(seen)
    },
  }

  function handle(envelope: EventEnvelope): readonly Handled[] {
    const handled: Handled[] = []
    for (const subscription of subscriptions) {
      if (!subscription.match(envelope.event)) continue
      const one = subscription.handle(envelope)
      if (one.status !== 'dropped') handled.push(one)
    }
    return handled
  }
  function wantedBy({ event }: EventEnvelope): readonly string[] {
    return subscriptions.flatMap(({ id, match }) => (match(event) ? [id] : []))
  }
}

/** Triggers and mappings see what the rules leave. An event that a rule fails on goes nowhere, visibly. */
function redacting(
  redact: Redact,
  handle: CompiledInstance['handle'],
  wantedBy: (envelope: EventEnvelope) => readonly string[],
): CompiledInstance['handle'] {
  return (envelope) => {
    let event: SpecEvent
    try {
      event = redact(envelope.event)
    } catch (error) {
      const problem = error instanceof AppError ? error.explanation : String(error)
      const problems = [{ field: 'privacy', problem }]
      return wantedBy(envelope).map((subscriptionId): Handled => {
        return { status: 'rejected', subscriptionId, problems, code: 'REDACTION_FAILED', values: {} }
      })
    }
    return handle(event === envelope.event ? envelope : { ...envelope, event })
  }
}

/** @throws {AppError} SETTINGS_INVALID */
export function readInstanceSettings({ id, settings }: Instance, destination: Destination): AnyValues {
  const read = readSettings(destination.settings, settings)
  if (read.ok) return read.values
  const text = read.problems.map(({ field, problem }) => `${field} ${problem}`).join('; ')
  throw new AppError('SETTINGS_INVALID', { destination: id, problem: text })
}

type CompiledField = { readonly name: string; readonly resolve: Resolve; readonly read: ReadField }

/** @throws {AppError} as `compileInstance`. */
export function compileSubscription(
  instanceId: string,
  subscription: Subscription,
  destination: Destination,
  transforms?: Pick<Transforming, 'compile'>,
) {
  const { action, id: subscriptionId } = subscription
  const match: Match = compileTrigger(subscription.trigger)
  if (!Object.hasOwn(destination.actions, action)) {
    throw new AppError('CONFIG_INVALID', {
      subscription: subscriptionId,
      problem: `"${action}" is no action`,
    })
  }
  const { fields, problems } = compileFields(
    subscription.mapping,
    (destination.actions[action] as Action).fields,
  )
  const [wrong] = problems
  if (wrong !== undefined) throw new AppError('MAPPING_INVALID', { at: wrong.at, problem: wrong.problem })
  const transform = compileTransform(subscription, transforms)
  const found: MappingProblem[] = []

  function handle(envelope: EventEnvelope): HandledOne {
    if (transform === undefined) return map(envelope)
    const made = transform.run(envelope.event)
    switch (made.status) {
      case 'dropped':
        return { status: 'dropped' }
      case 'failed':
        return rejectedBy(subscriptionId, made.problem)
      case 'changed':
        return map({ ...envelope, event: made.event })
    }
  }

  function map(envelope: EventEnvelope): Handled {
    const { event, sourceId } = envelope
    const values: Record<string, Json> = {}
    let problems: FieldProblem[] | undefined
    for (const { name, resolve, read } of fields) {
      const value = read(resolve(event as unknown as Json, found))
      if (found.length > 0) problems = [...(problems ?? []), ...found.splice(0).map(fieldProblem(name))]
      else if (value === undefined) continue
      else if (!isProblem(value)) values[name] = value as Json
      else problems = [...(problems ?? []), { field: name, problem: value.problem }]
    }
    if (problems !== undefined) {
      return { status: 'rejected', subscriptionId, problems, values }
    }
    const idempotencyKey = makeIdempotencyKey(event, sourceId, instanceId, subscriptionId)
    const delivery = { action, values, idempotencyKey, subscriptionId, envelope } as unknown as BoundDelivery
    return { status: 'ready', delivery }
  }
  return { id: subscriptionId, match, transform, map, handle }
}

/** @throws {AppError} TRANSFORM_INVALID */
function compileTransform(
  { transform }: Subscription,
  transforms: Pick<Transforming, 'compile'> | undefined,
) {
  if (transform === undefined) return undefined
  if (transforms === undefined) throw new AppError('TRANSFORM_INVALID', { problem: 'nothing runs it here' })
  return transforms.compile(transform)
}

/** Undefined: the source does not want the event to go on. */
function sourceTransform(transforming: Transforming | undefined) {
  return (envelope: EventEnvelope): EventEnvelope | { readonly problem: string } | undefined => {
    const made = transforming?.ofSource(envelope)
    switch (made?.status) {
      case undefined:
        return envelope
      case 'dropped':
        return undefined
      case 'failed':
        return { problem: `${made.problem} (the source's)` }
      case 'changed':
        return { ...envelope, event: made.event }
    }
  }
}

function rejectedBy(subscriptionId: string, problem: string): Handled {
  const problems = [{ field: 'transform', problem }]
  return { status: 'rejected', subscriptionId, code: 'TRANSFORM_FAILED', problems, values: {} }
}

function transformProblemOf(
  text: string,
  mode: Destination['mode'],
  transforms: Pick<Transforming, 'compile'> | undefined,
): string | undefined {
  if (mode === 'web') return 'is not for a destination of pages: they send by themselves'
  return transformProblem(text, transforms)
}

/** `@number cannot read a number here`, with the directive's place in the field's mapping. */
function fieldProblem(field: string): (problem: MappingProblem) => FieldProblem {
  return ({ at, problem }) => ({ field, problem: `${at.replace(`${field}.`, '')} ${problem}` })
}

type CompiledFields = {
  readonly fields: readonly CompiledField[]
  readonly problems: readonly (MappingProblem & { readonly field: string })[]
}

/** One entry for each of the action's fields that is mapped or required; and what is wrong with the mapping. */
function compileFields(mapping: Mapping, fields: Fields): CompiledFields {
  const problems: (MappingProblem & { readonly field: string })[] = []
  const resolvers = new Map<string, Resolve>()
  for (const [field, value] of Object.entries(mapping)) {
    const wrong = Object.hasOwn(fields, field)
      ? checkField(value, field, { liquid })
      : [{ at: field, problem: noField(field, Object.keys(fields)) }]
    if (wrong.length === 0) resolvers.set(field, compileCheckedValue(value, field, { liquid }))
    else problems.push(...wrong.map((problem) => ({ ...problem, field })))
  }
  const compiled = Object.entries(fields).map(([name, field]) => ({
    name,
    resolve: resolvers.get(name) ?? (() => undefined),
    read: compileField(field),
  }))
  return {
    fields: compiled.filter(({ name }) => resolvers.has(name) || fields[name]?.required === true),
    problems,
  }
}

function noField(name: string, known: readonly string[]): string {
  const meant = didYouMean(name, known)
  const hint = meant === undefined ? `there are ${known.join(', ')}` : `did you mean "${meant}"?`
  return `is no field of this action; ${hint}`
}

/**
 * The same for this event and subscription for ever: over restarts, retries and replays. `mr1` names the scheme, and
 * keeps every key above the 8 characters that Heap's partner API asks for.
 */
function makeIdempotencyKey(
  event: SpecEvent,
  sourceId: string,
  instanceId: string,
  subscriptionId: string,
): string {
  return `mr1:${sourceId}:${instanceId}:${subscriptionId}:${event.messageId}`
}
