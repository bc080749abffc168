import type { Sandbox } from '../sandbox/server.ts'
import { allDelivered, differenceInWords, differenceOf, outOfOrder } from './checks.ts'
import type { SentEvent } from './clients.ts'
import { SOURCE } from './configuration.ts'
import { equationLine, sumsOf, sumsWithin, unbalanced, wrongSums } from './equation.ts'

/** Backing off after the faults takes up to half a minute, and a failed write of the ledger up to a minute. */
const DELIVERED_WITHIN_MS = 240_000
/** Counting leaves a thread that is busy to delivery, and the other receiver may not have all yet. */
const COUNTED_WITHIN_MS = 240_000

export type Outcome = { readonly lines: readonly string[]; readonly problems: readonly string[] }
/** Events that did not arrive, and that arrived more than once. */
export type Kept = { readonly lost: number; readonly doubled: number }
export type Receiver = { readonly id: string; readonly appId: string; readonly sandbox: Sandbox }

/**
 * Waits until everything has ended, and compares three tellings of what happened: what the clients were answered 200
 * for, what the server counted, and what the receiver holds.
 */
export async function outcomeAt(
  { id, appId, sandbox }: Receiver,
  adminUrl: string,
  acknowledged: readonly SentEvent[],
  { refuses }: { readonly refuses: boolean },
): Promise<Outcome & Kept> {
  const isExpected = ({ kind }: SentEvent) => kind === 'wanted' || (kind === 'refused' && !refuses)
  const expected = acknowledged.filter(isExpected)
  const arrived = await allDelivered(sandbox.heap, appId, expected.length, DELIVERED_WITHIN_MS)
  const discarded = acknowledged.filter(({ kind }) => kind === 'discarded').length
  const dead = acknowledged.length - discarded - expected.length
  const right = {
    ...{ accepted: acknowledged.length, read: acknowledged.length, discarded, filtered: 0 },
    ...{ matched: acknowledged.length - discarded, deliveries: acknowledged.length - discarded },
    ...{ delivered: expected.length, unchanged: 0, dead, parked: 0, forgotten: 0 },
  }
  const sums = await sumsWithin(
    COUNTED_WITHIN_MS,
    () => sumsOf(adminUrl, SOURCE, id),
    (now) => wrongSums(id, now, right).length === 0,
  )
  const difference = differenceOf(arrived, expected)
  return {
    ...{ lost: difference.missing.length, doubled: difference.repeated.length },
    lines: [equationLine(id, sums)],
    problems: [
      ...differenceInWords(difference).map((problem) => `${id}: ${problem}`),
      ...outOfOrder(arrived).map((problem) => `${id}: ${problem}`),
      ...unbalanced(id, sums),
      ...wrongSums(id, sums, right),
    ],
  }
}
