import type { Address } from '../../../core/event.ts'

/**
 * Things that happened to deliveries, in the order in which they were recorded, by instance and subscription. The ledger
 * counts them: after it has fallen back, those that it still counts have happened.
 */
export function endLists() {
  const lists = new Map<string, string[]>()
  const times = new Map<string, number>()
  const timesKey = (id: string, place: string) => `${id} ${place}`

  function count(id: string, place: string, one: 1 | -1): void {
    times.set(timesKey(id, place), one + (times.get(timesKey(id, place)) ?? 0))
  }

  return {
    add(id: string, subscriptionId: string, address: Address): void {
      const key = `${id} ${subscriptionId}`
      const place = placeOf(address, subscriptionId)
      const list = lists.get(key) ?? []
      lists.set(key, list)
      list.push(place)
      count(id, place, 1)
    },
    /** How often, of one delivery. */
    times: (id: string, place: string): number => times.get(timesKey(id, place)) ?? 0,
    count: (id: string, subscriptionId: string): number => lists.get(`${id} ${subscriptionId}`)?.length ?? 0,
    fallBack(countOf: (id: string, subscriptionId: string) => number): void {
      for (const [key, list] of lists) {
        const [id = '', subscriptionId = ''] = key.split(' ')
        while (list.length > countOf(id, subscriptionId)) count(id, list.pop() as string, -1)
      }
    },
  }
}

/** A delivery of an event, within its instance. */
export function placeOf({ lane, chunk, index }: Address, subscriptionId: string): string {
  return `${lane}/${chunk}/${index} ${subscriptionId}`
}
