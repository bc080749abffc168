import type { Instance, Subscription } from './configuration.ts'
import type { Action, AnyValues, Delivery, Destination, Fields } from './destination.ts'
import { AppError } from './errors.ts'
import type { EventEnvelope, Json, SpecEvent } from './event.ts'
import { compileValue, type MappingValue, type Resolve } from './mapping/mapping.ts'
import { compileField, type FieldProblem, isProblem, type ReadField, readSettings } from './payload.ts'
import type { Match } from './trigger/compile.ts'
import { compileTrigger } from './trigger/trigger.ts'

/** A delivery that knows where it comes from. The destination sees it as a plain `Delivery`. */
export type BoundDelivery = Delivery & {
  readonly subscriptionId: string
  readonly envelope: EventEnvelope
}

/** What an event became for one subscription whose trigger it matched. */
export type Handled =
  | { readonly status: 'ready'; readonly delivery: BoundDelivery }
  | {
      readonly status: 'rejected'
      readonly subscriptionId: string
      readonly problems: readonly FieldProblem[]
    }

/** An instance made ready to run: settings read, triggers and mappings compiled. */
export type CompiledInstance = {
  readonly id: string
  readonly destination: Destination
  readonly settings: AnyValues
  readonly sources: ReadonlySet<string>
  /** What the event becomes: one result for each subscription that wants it; an empty list means discarded. */
  handle(envelope: EventEnvelope): readonly Handled[]
}

/** What is wrong with an instance, and where: `['settings', 'appId']`, `['actions', 0, 'trigger']`. */
export type InstanceProblem = { readonly at: readonly (string | number)[]; readonly problem: string }

/** Finds everything that is wrong with an instance's settings, triggers and mappings. */
export function checkInstance(instance: Instance, destination: Destination): readonly InstanceProblem[] {
  const problems: InstanceProblem[] = []
  const settings = readSettings(destination.settings, instance.settings)
  if (!settings.ok) {
    for (const { field, problem } of settings.problems) problems.push({ at: ['settings', field], problem })
  }
  instance.subscriptions.forEach((subscription, index) => {
    const attempt = (part: readonly string[], compile: () => unknown) => {
      try {
        compile()
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        problems.push({ at: ['actions', index, ...part], problem: problemText(error, part.at(-1)) })
      }
    }
    attempt(['trigger'], () => compileTrigger(subscription.trigger))
    if (!Object.hasOwn(destination.actions, subscription.action)) {
      const known = Object.keys(destination.actions).join(', ')
      problems.push({ at: ['actions', index, 'action'], problem: `is no action; there are ${known}` })
      return
    }
    const { fields } = destination.actions[subscription.action] as Action
    for (const [name, value] of Object.entries(subscription.mapping)) {
      attempt(['mapping', name], () => compileMapped(name, value, fields))
    }
  })
  return problems
}

/**
 * Compiles an instance. What depends only on the configuration is done here, once.
 *
 * @throws {AppError} SETTINGS_INVALID, CONFIG_INVALID (an action that does not exist), TRIGGER_INVALID or
 *   MAPPING_INVALID. `checkInstance` finds them all beforehand.
 */
export function compileInstance(instance: Instance, destination: Destination): CompiledInstance {
  const settings = readSettings(destination.settings, instance.settings)
  if (!settings.ok) {
    const text = settings.problems.map(({ field, problem }) => `${field} ${problem}`).join('; ')
    throw new AppError('SETTINGS_INVALID', { destination: instance.id, problem: text })
  }
  const subscriptions = instance.subscriptions
    .filter(({ enabled }) => enabled)
    .map((subscription) => compileSubscription(instance.id, subscription, destination))

  return {
    id: instance.id,
    destination,
    settings: settings.values,
    sources: new Set(instance.sources),
    handle(envelope) {
      const handled: Handled[] = []
      for (const subscription of subscriptions) {
        if (subscription.match(envelope.event)) handled.push(subscription.handle(envelope))
      }
      return handled
    },
  }
}

type CompiledField = { readonly name: string; readonly resolve: Resolve; readonly read: ReadField }

function compileSubscription(instanceId: string, subscription: Subscription, destination: Destination) {
  const { action, id: subscriptionId } = subscription
  const match: Match = compileTrigger(subscription.trigger)
  const fields = compileFields(subscription, destination)

  function handle(envelope: EventEnvelope): Handled {
    const { event, sourceId } = envelope
    const values: Record<string, Json> = {}
    let problems: FieldProblem[] | undefined
    for (const { name, resolve, read } of fields) {
      const value = read(resolve(event))
      if (value === undefined) continue
      if (!isProblem(value)) values[name] = value as Json
      else problems = [...(problems ?? []), { field: name, problem: value.problem }]
    }
    if (problems !== undefined) return { status: 'rejected', subscriptionId, problems }
    const idempotencyKey = makeIdempotencyKey(event, sourceId, instanceId, subscriptionId)
    const delivery = { action, values, idempotencyKey, subscriptionId, envelope } as unknown as BoundDelivery
    return { status: 'ready', delivery }
  }
  return { match, handle }
}

/** One entry for each of the action's fields; a field that is not mapped finds nothing. */
function compileFields({ id, action, mapping }: Subscription, { actions }: Destination): CompiledField[] {
  if (!Object.hasOwn(actions, action)) {
    throw new AppError('CONFIG_INVALID', { subscription: id, problem: `"${action}" is no action` })
  }
  const { fields } = actions[action] as Action
  const resolvers = new Map(
    Object.entries(mapping).map(([name, value]) => [name, compileMapped(name, value, fields)]),
  )
  return Object.entries(fields).map(([name, field]) => ({
    name,
    resolve: resolvers.get(name) ?? (() => undefined),
    read: compileField(field),
  }))
}

function compileMapped(name: string, value: MappingValue, fields: Fields): Resolve {
  if (Object.hasOwn(fields, name)) return compileValue(value, name)
  const known = Object.keys(fields).join(', ')
  throw new AppError('MAPPING_INVALID', {
    at: name,
    problem: `is no field of this action; there are ${known}`,
  })
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

/** The problem as a person wants it: for a trigger with its position, for a mapping with its place in the field. */
function problemText({ details, message }: AppError, field: string | undefined): string {
  const { problem = message, position, at } = details
  if (position !== undefined) return `${problem} (at character ${position})`
  const place = String(at ?? '')
    .replace(`${field}`, '')
    .replace(/^\./, '')
  return place === '' ? String(problem) : `${place}: ${problem}`
}
