import type { Configuration, Instance, Subscription } from '../configuration.ts'
import type { Action, Destination } from '../destination.ts'
import { AppError } from '../errors.ts'
import type { JsonObject } from '../event.ts'
import type { Mapping } from '../mapping/mapping.ts'
import { defaultMapping, presetSubscriptions } from '../presets.ts'
import type { RedactRule } from '../redact/rule.ts'
import { MASK } from '../secret.ts'
import { find, newId, redactPart } from './sources.ts'

/** How a secret is shown; given back like this, it stays as it is. */
export const SECRET_SHOWN = MASK

export type InstanceChange = {
  readonly name?: string | undefined
  readonly enabled?: boolean | undefined
  readonly paused?: boolean | undefined
  readonly sources?: readonly string[] | undefined
  readonly consent?: readonly string[] | undefined
  readonly redact?: readonly RedactRule[] | undefined
  readonly settings?: JsonObject | undefined
}
export type NewSubscription = {
  readonly action: string
  readonly name?: string | undefined
  readonly enabled?: boolean | undefined
  readonly trigger?: string | undefined
  readonly mapping?: Mapping | undefined
}
export type NewInstance = InstanceChange & {
  readonly id?: string | undefined
  /** Left out: the presets. */
  readonly actions?: readonly NewSubscription[] | undefined
}

/** @throws {AppError} CONFIG_INVALID */
export function addInstance(
  configuration: Configuration,
  destination: Destination,
  given: NewInstance,
): { readonly configuration: Configuration; readonly id: string } {
  const name = given.name ?? destination.name
  const id = newId(configuration.instances, given.id, name, destination.kind)
  const instance = newInstance(destination, { ...given, name, id })
  return { id, configuration: { ...configuration, instances: [...configuration.instances, instance] } }
}

/** One that is not in a configuration yet, for a check as well. */
export function newInstance(
  destination: Destination,
  given: NewInstance & { readonly id: string },
): Instance {
  const { id, name = destination.name, enabled = true, sources = [], settings = {}, actions } = given
  const base: Instance = {
    ...{ id, kind: destination.kind, name, enabled, sources, settings },
    subscriptions: actions === undefined ? presetSubscriptions(destination) : [],
  }
  const whole = (actions ?? []).reduce((so, one) => addSubscription(so, destination, one), base)
  const { paused, consent, redact } = given
  return applyChange(whole, { paused, consent, redact }, destination)
}

/** @throws {AppError} NOT_FOUND */
export function changeInstance(
  configuration: Configuration,
  id: string,
  change: InstanceChange,
  destination: Destination,
): Configuration {
  return editInstance(configuration, id, (instance) => applyChange(instance, change, destination))
}

function applyChange(instance: Instance, change: InstanceChange, destination: Destination): Instance {
  const { paused: wasPaused, consent: before, redact: rules = [], ...rest } = instance
  const { name, enabled, paused = wasPaused === true, sources, consent = before ?? [], settings } = change
  return {
    ...rest,
    ...(name === undefined ? {} : { name }),
    ...(enabled === undefined ? {} : { enabled }),
    ...(paused ? { paused: true as const } : {}),
    ...(sources === undefined ? {} : { sources }),
    ...(consent.length === 0 ? {} : { consent }),
    ...redactPart(change.redact ?? rules),
    ...(settings === undefined ? {} : { settings: withSecrets(settings, instance.settings, destination) }),
  }
}

/** A secret that comes back as it was shown stays as it is. */
export function withSecrets(given: JsonObject, before: JsonObject, { settings }: Destination): JsonObject {
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => {
      const isSecret = Object.hasOwn(settings, name) && settings[name]?.type === 'secret'
      if (!isSecret || value !== SECRET_SHOWN) return [[name, value]]
      return Object.hasOwn(before, name) ? [[name, before[name] ?? null]] : []
    }),
  )
}

/** @throws {AppError} NOT_FOUND */
export function removeInstance(configuration: Configuration, id: string): Configuration {
  find('destination', configuration.instances, id)
  return { ...configuration, instances: configuration.instances.filter((instance) => instance.id !== id) }
}

/** @throws {AppError} CONFIG_INVALID for an action that the destination does not have */
export function addSubscription(
  instance: Instance,
  destination: Destination,
  { action: key, name, enabled = true, trigger, mapping }: NewSubscription,
): Instance {
  const action: Action | undefined = Object.hasOwn(destination.actions, key)
    ? destination.actions[key]
    : undefined
  if (action === undefined) {
    const problem = `is no action; there are ${Object.keys(destination.actions).join(', ')}`
    throw new AppError('CONFIG_INVALID', { problems: [{ at: ['action'], problem }] })
  }
  const subscription: Subscription = {
    id: newId(instance.subscriptions, undefined, name ?? key, 'action'),
    action: key,
    name: name ?? action.name,
    enabled,
    trigger: trigger ?? action.trigger,
    mapping: mapping ?? defaultMapping(action),
  }
  return { ...instance, subscriptions: [...instance.subscriptions, subscription] }
}

/** The copy stands below the original, off, so that nothing is sent twice before a person has changed it. */
export function copySubscription(instance: Instance, id: string): Instance {
  const original = find('action', instance.subscriptions, id)
  const name = `Copy of ${original.name}`.slice(0, 100)
  const copy = {
    ...original,
    id: newId(instance.subscriptions, undefined, name, 'action'),
    name,
    enabled: false,
  }
  const at = instance.subscriptions.indexOf(original) + 1
  return { ...instance, subscriptions: instance.subscriptions.toSpliced(at, 0, copy) }
}

export type SubscriptionChange = Partial<Pick<Subscription, 'name' | 'enabled' | 'trigger' | 'mapping'>>

/** @throws {AppError} NOT_FOUND */
export function changeSubscription(instance: Instance, id: string, change: SubscriptionChange): Instance {
  find('action', instance.subscriptions, id)
  return {
    ...instance,
    subscriptions: instance.subscriptions.map((one) => (one.id === id ? { ...one, ...change } : one)),
  }
}

/** @throws {AppError} NOT_FOUND */
export function removeSubscription(instance: Instance, id: string): Instance {
  find('action', instance.subscriptions, id)
  return { ...instance, subscriptions: instance.subscriptions.filter((one) => one.id !== id) }
}

/** @throws {AppError} CONFIG_INVALID when the order does not name each of them once */
export function orderSubscriptions(instance: Instance, order: readonly string[]): Instance {
  const { subscriptions } = instance
  const wanted = new Set(order)
  if (wanted.size !== order.length || order.length !== subscriptions.length) throw notEach()
  return {
    ...instance,
    subscriptions: order.map((id) => {
      const found = subscriptions.find((one) => one.id === id)
      if (found === undefined) throw notEach()
      return found
    }),
  }
}

function notEach(): AppError {
  return new AppError('CONFIG_INVALID', {
    problems: [{ at: ['order'], problem: 'must name each action of the destination once' }],
  })
}

/** @throws {AppError} NOT_FOUND */
export function editInstance(
  configuration: Configuration,
  id: string,
  edit: (instance: Instance) => Instance,
): Configuration {
  find('destination', configuration.instances, id)
  return {
    ...configuration,
    instances: configuration.instances.map((instance) => (instance.id === id ? edit(instance) : instance)),
  }
}
