import type { Address, CallType, EventEnvelope, EventHead } from '../../core/event.ts'
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
    before = new Head(envelope, before)
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

/**
 * An event's head as one object. What a batch keeps is looked at by each collection of garbage until its request is answered, so it is
 * few objects: no address and no event of their own, and texts that an event shares with the one before it once.
 */
class Head implements EventHead {
  readonly sourceId: string
  readonly receivedAt: string
  readonly #lane: number
  readonly #chunk: number
  readonly #index: number
  readonly #type: CallType
  readonly #messageId: string
  readonly #called: string | undefined
  readonly #name: string | undefined
  readonly #userId: string | undefined
  readonly #anonymousId: string | undefined

  constructor({ sourceId, receivedAt, address, event }: EventHead, before: EventHead | undefined) {
    this.sourceId = before?.sourceId === sourceId ? before.sourceId : sourceId
    this.receivedAt = before?.receivedAt === receivedAt ? before.receivedAt : receivedAt
    this.#lane = address.lane
    this.#chunk = address.chunk
    this.#index = address.index
    this.#type = event.type
    this.#messageId = event.messageId
    this.#called = event.event
    this.#name = event.name
    this.#userId = event.userId
    this.#anonymousId = event.anonymousId
  }

  get address(): Address {
    return { lane: this.#lane, chunk: this.#chunk, index: this.#index }
  }

  get event(): EventHead['event'] {
    return {
      ...{ type: this.#type, messageId: this.#messageId, event: this.#called, name: this.#name },
      ...{ userId: this.#userId, anonymousId: this.#anonymousId },
    }
  }
}
