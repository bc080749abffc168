/** What is known of one event: whose it is, and when it was answered 200 and when it arrived, in ms of one clock. */
export type Passage = {
  readonly person: string
  readonly acknowledged_ms: number
  readonly arrived_ms: number
}
/** Why, and from when on, in ms of the same clock. */
export type Moment = { readonly what: string; readonly at_ms: number }
/** `begun_ms`: when the longest one began, after its fault. */
export type Standstill = { readonly what: string; readonly longest_ms: number; readonly begun_ms: number }

/**
 * How long a person's events stood still after each fault: the longest time in which one of them was waiting and none
 * arrived. What was already waiting when the fault came counts from the fault. A fault lasts until the next.
 *
 * @param passages Each person's in the order of arrival.
 */
export function standstills(passages: readonly Passage[], faults: readonly Moment[]): readonly Standstill[] {
  return faults.map(({ what, at_ms }, index) => {
    const end_ms = faults[index + 1]?.at_ms ?? Number.POSITIVE_INFINITY
    const last = new Map<string, number>()
    let [longest_ms, begun_ms] = [0, 0]
    for (const { person, acknowledged_ms, arrived_ms } of passages) {
      const since_ms = Math.max(acknowledged_ms, last.get(person) ?? 0, at_ms)
      last.set(person, arrived_ms)
      // Acknowledged after the next fault: that one's.
      const stood_ms = Math.min(arrived_ms, end_ms) - since_ms
      if (arrived_ms >= at_ms && acknowledged_ms < end_ms && stood_ms > longest_ms)
        [longest_ms, begun_ms] = [stood_ms, since_ms - at_ms]
    }
    return { what, longest_ms, begun_ms }
  })
}
