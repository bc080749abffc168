import { type Destination, type HttpRequest, NO_CONTEXT, requestsOf } from '../core/destination.ts'
import type { Json } from '../core/event.ts'
import { type BoundDelivery, type CompiledInstance, compileInstance } from '../core/instance.ts'
import { parseCall } from '../core/parse-event.ts'
import { presetSubscriptions } from '../core/presets.ts'

const RECEIVED_MS = Date.parse('2026-01-02T03:04:05.678Z')

/** An instance with the destination's presets. */
export function presetInstance(
  destination: Destination,
  settings: { readonly [name: string]: Json },
): CompiledInstance {
  const { kind } = destination
  const subscriptions = presetSubscriptions(destination)
  return compileInstance(
    { id: kind, kind, name: kind, enabled: true, sources: ['web'], settings, subscriptions },
    destination,
  )
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

export function sends(
  destination: Destination,
  settings: { readonly [name: string]: Json },
  calls: readonly object[],
): readonly HttpRequest[] {
  const instance = presetInstance(destination, settings)
  const planned = destination.plan(deliveriesOf(instance, calls), instance.settings as never, NO_CONTEXT)
  return requestsOf(planned).map(({ request }) => request)
}
