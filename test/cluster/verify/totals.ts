import { number } from '../../../verify/equation.ts'
import type { Kept } from '../../../verify/outcome.ts'
import type { Standstill } from './standstill.ts'

export type Round = {
  /** Answered 200 in it. */
  readonly events: number
  /** Requests that had to be sent again. */
  readonly resent: number
  readonly duration_ms: number
  readonly standstills: readonly Standstill[]
}
/** Of everything that all rounds have sent so far, at all receivers. */
export type KeptSoFar = Kept & { readonly repeats: number }

/** What all rounds together have come to. */
export function totals() {
  const longest_ms = new Map<string, { count: number; longest_ms: number }>()
  let [rounds, events, resent, duration_ms] = [0, 0, 0, 0]
  let kept: KeptSoFar = { lost: 0, doubled: 0, repeats: 0 }
  return {
    add(round: Round, now: KeptSoFar): void {
      rounds += 1
      events += round.events
      resent += round.resent
      duration_ms += round.duration_ms
      kept = now
      for (const { what, longest_ms: own_ms } of round.standstills) {
        const before = longest_ms.get(what) ?? { count: 0, longest_ms: 0 }
        longest_ms.set(what, { count: before.count + 1, longest_ms: Math.max(before.longest_ms, own_ms) })
      }
    },
    lines(): readonly string[] {
      const faults = [...longest_ms.values()].reduce((sum, { count }) => sum + count, 0)
      const worst_ms = Math.max(0, ...[...longest_ms.values()].map((one) => one.longest_ms))
      return [
        `${rounds} rounds in ${seconds(duration_ms)}: ${number(events)} events answered 200, ${faults} faults, ` +
          `${number(kept.lost)} lost, ${number(kept.doubled)} doubled`,
        `  ${number(resent)} requests sent again, ${number(kept.repeats)} events sent again under their key`,
        `  the longest that delivery stood still: ${seconds(worst_ms)}`,
        ...[...longest_ms].map(
          ([what, { count, longest_ms: own_ms }]) =>
            `    ${what}, ${count} times: ${seconds(own_ms)} at most`,
        ),
      ]
    },
  }
}

export const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`
