import {
  type AnyValues,
  type CloudDestination,
  type Delivery,
  type HttpRequest,
  NO_CONTEXT,
  type PlanContext,
  type Planned,
  type Remembered,
  requestsOf,
} from '../core/destination.ts'
import type { Json } from '../core/event.ts'
import { type BoundDelivery, type CompiledInstance, compileInstance } from '../core/instance.ts'
import type { Mapping } from '../core/mapping/mapping.ts'
import { parseCall } from '../core/parse-event.ts'
import { presetSubscriptions } from '../core/presets.ts'

const RECEIVED_MS = Date.parse('2026-01-02T03:04:05.678Z')

/** An instance with the destination's presets. */
export function presetInstance(
  destination: CloudDestination,
  settings: { readonly [name: string]: Json },
): CompiledInstance {
  return instanceWith(destination, { settings })
}

/** An instance with the destination's presets and some more of its actions, and with parts of mappings put over. */
export function instanceWith(
  destination: CloudDestination,
  given: {
    readonly settings: { readonly [name: string]: Json }
    readonly actions?: readonly string[]
    readonly mapping?: { readonly [action: string]: Mapping | undefined }
  },
): CompiledInstance {
  const { settings, actions = [], mapping = {} } = given
  const presets = [...destination.presets, ...actions]
  const subscriptions = presetSubscriptions({ ...destination, presets }).map((subscription) => ({
    ...subscription,
    mapping: { ...subscription.mapping, ...mapping[subscription.action] },
  }))
  const { kind } = destination
  return compileInstance(
    { id: kind, kind, name: kind, enabled: true, sources: ['web'], settings, subscriptions },
    destination,
  )
}

/** A memory that keeps what delivered requests say to remember, as the sender does. */
export function memory(now_ms = RECEIVED_MS) {
  const known = new Map<string, string>()
  const context: PlanContext = { now_ms, recall: (key) => known.get(key) }
  function keep(remembered: readonly Remembered[]): void {
    for (const { key, value } of remembered) known.set(key, value)
  }
  function deliver(planned: readonly Planned[]): void {
    for (const { remember = [] } of requestsOf(planned)) keep(remember)
  }
  return { context, keep, deliver }
}

/** What calls become, on the way that they really take: parsed, matched, mapped. */
export function deliveriesOf(instance: CompiledInstance, calls: readonly object[]): readonly BoundDelivery[] {
  return calls.flatMap((call, index) => {
    const around = {
      receivedAt_ms: RECEIVED_MS,
      receivedAt: new Date(RECEIVED_MS).toISOString(),
      newMessageId: () => `m${index}`,
    }
    const parsed = parseCall(call, undefined, {}, around)
    if (!parsed.ok) throw new Error(parsed.reason)
    const address = { lane: 0, chunk: 1, index }
    const { receivedAt } = around
    return instance
      .handle({ kind: 'event', sourceId: 'web', receivedAt, event: parsed.event, address })
      .flatMap((handled) => (handled.status === 'ready' ? [handled.delivery] : []))
  })
}

/** A delivery as it waits in a batch: prepared, where its destination does that. */
export function preparedOf(destination: CloudDestination, delivery: Delivery, settings: AnyValues): Delivery {
  const prepared: unknown = destination.prepare?.(delivery, settings as never)
  return prepared === undefined ? delivery : ({ prepared } as unknown as Delivery)
}

export function sends(
  destination: CloudDestination,
  settings: { readonly [name: string]: Json },
  calls: readonly object[],
): readonly HttpRequest[] {
  const instance = presetInstance(destination, settings)
  const planned = destination.plan(deliveriesOf(instance, calls), instance.settings as never, NO_CONTEXT)
  return requestsOf(planned).map(({ request }) => request)
}
