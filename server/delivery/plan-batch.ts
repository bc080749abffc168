import type { PlannedEnd } from '../../core/destination.ts'
import type { BoundDelivery } from '../../core/instance.ts'
import type { Reason } from '../../core/outcome.ts'
import type { Seen } from './memory.ts'
import type { Runtime } from './runtime.ts'
import type { Planned } from './try-once.ts'

type End = Omit<PlannedEnd, 'deliveries'> & { readonly deliveries: readonly BoundDelivery[] }
export type Plan = {
  readonly requests: readonly Planned[]
  readonly ends: readonly End[]
  readonly seen: Seen
}

/** A destination that throws, or forgets a delivery, has a bug: that becomes a reason, and never stops a lane. */
export async function planBatch(
  runtime: Runtime,
  deliveries: readonly BoundDelivery[],
): Promise<Plan | Reason> {
  const { instance, memory, wall_ms } = runtime
  const { destination, settings } = instance
  const seen: Seen = new Map()
  try {
    const durable = await recalled(runtime, deliveries)
    const now = wall_ms()
    const recall = (key: string) => memory.recall(key, now, seen) ?? durable?.get(key)
    const planned = destination.plan(deliveries, settings as never, { now_ms: now, recall })
    const all = planned as unknown as readonly (Planned | End)[]
    const carried = new Set(all.flatMap((one) => one.deliveries))
    if (carried.size === deliveries.length) {
      return {
        requests: all.filter((one): one is Planned => 'request' in one),
        ends: all.filter((one): one is End => 'end' in one),
        seen,
      }
    }
    return { code: 'PLAN_FAILED', text: `Planned ${carried.size} of ${deliveries.length} deliveries.` }
  } catch (error) {
    return { code: 'PLAN_FAILED', text: instance.mask(String(error)) }
  }
}

/** What the ledger knows under the keys that the plan will ask for. */
async function recalled(
  { instance, ledger, wall_ms }: Runtime,
  deliveries: readonly BoundDelivery[],
): Promise<ReadonlyMap<string, string> | undefined> {
  const { destination, settings, id } = instance
  if (destination.recalls === undefined) return undefined
  const keys = new Set<string>()
  for (const delivery of deliveries) {
    for (const key of destination.recalls(delivery, settings as never)) keys.add(key)
  }
  return keys.size === 0 ? undefined : ledger.recall(id, [...keys], wall_ms())
}
