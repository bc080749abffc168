import type { HeapSettings } from './settings.ts'
import { heapUserIdOf, userIdOf, whoseEvent } from './who.ts'
import type { GivenDelivery } from './work.ts'

/** Under whom an event goes when nobody gave Heap that id. */
export function about({ action, values }: GivenDelivery, settings: HeapSettings): readonly string[] {
  if (action !== 'trackEvent' || settings.anonymousEvents !== 'Heap user id') return []
  const { identity, anonymousId } = values
  const isMade = identity === undefined && heapUserIdOf(values) === undefined && anonymousId !== undefined
  if (!isMade || whoseEvent(values, settings).status === 'rejected') return []
  return [
    `It has no user id, so it goes under the Heap user id ${userIdOf(anonymousId)}, which is made from the anonymous id ${anonymousId}. An identify or alias call with both ids gives it to the person.`,
  ]
}
