import type { EventEnvelope, EventHead } from '../../core/event.ts'
import type { BoundDelivery, CompiledInstance, Handled } from '../../core/instance.ts'

/** What a batch keeps of an event that at least one trigger matched. */
export type Kept = { readonly envelope: EventHead; readonly handled: readonly Handled[] }

/**
 * Lets go of events as soon as they are mapped, where the destination prepares deliveries: of the event only the head stays, and of
 * a prepared delivery what was made of it. Where nothing is prepared all stays, as the values are most of the event. For one batch.
 */
export function letsGo({ destination, settings }: CompiledInstance) {
  if (destination.prepare === undefined)
    return (envelope: EventEnvelope, handled: Kept['handled']): Kept => ({ envelope, handled })
  let before: EventHead | undefined

  function headOf(envelope: EventHead): EventHead {
    before = headAfter(before, envelope)
    return before
  }

  function prepared(delivery: BoundDelivery): unknown {
    try {
      return destination.prepare?.(delivery, settings as never)
    } catch {
      // A bug, which `plan` will meet again, and by which that one delivery ends.
      return undefined
    }
  }

  return (envelope: EventEnvelope, handled: Kept['handled']): Kept => {
    const head = headOf(envelope)
    const kept = handled.map((one): Handled => {
      if (one.status === 'rejected') return one
      const { delivery } = one
      const { subscriptionId } = delivery
      const own = {
        subscriptionId,
        envelope: delivery.envelope === envelope ? head : headOf(delivery.envelope),
      }
      const made = prepared(delivery)
      const left = made === undefined ? { ...delivery, ...own } : { prepared: made, ...own }
      return { status: 'ready', delivery: left as unknown as BoundDelivery }
    })
    return { envelope: head, handled: kept }
  }
}

/** What it has in common with the event before it, it shares: few objects are left to be looked at by each collection of garbage. */
function headAfter(
  before: EventHead | undefined,
  { sourceId, receivedAt, address, event }: EventHead,
): EventHead {
  const { type, messageId, event: called, name, userId, anonymousId } = event
  return {
    sourceId: before?.sourceId === sourceId ? before.sourceId : sourceId,
    receivedAt: before?.receivedAt === receivedAt ? before.receivedAt : receivedAt,
    address,
    event: { type, messageId, event: called, name, userId, anonymousId },
  }
}
