import { nextDelay_ms } from '../../core/backoff.ts'
import { addressText, type Json } from '../../core/event.ts'
import type { BoundDelivery } from '../../core/instance.ts'
import type { Judgement, Reason } from '../../core/outcome.ts'
import type { Aside } from '../ledger/ledger.ts'
import type { Bid } from './bid.ts'
import type { Runtime } from './runtime.ts'
import type { Account } from './settlement.ts'
import type { Try } from './try-once.ts'

/** A receiver that begins and does not end: what it was told is then a dead letter. */
const LATER_MS_MAX = 30 * 86_400_000

/** Parks a delivery for its subject's turn; what comes for the subject from now on waits behind it. */
export function park(
  { delivery, subject }: Bid,
  due_ms: number,
  account: Account,
  { state = delivery.state, aside }: { readonly state?: Json | undefined; readonly aside?: Aside } = {},
): void {
  const of = subject ?? ownSubject(delivery)
  account.behind.add(of)
  account.settle([delivery], {
    status: 'parked',
    subject: of,
    due_ms,
    ...(state === undefined ? {} : { state }),
    ...(aside === undefined ? {} : { aside }),
  })
}

/** A delivery of nobody waits for itself alone. */
export function ownSubject({ envelope, subscriptionId }: BoundDelivery): string {
  return `\0${addressText(envelope.address)} ${subscriptionId}`
}

/** Parks what the receiver has begun, until it is to be asked again. */
export function putOff(
  { now_ms }: Runtime,
  bids: readonly Bid[],
  { wait_ms, state }: Extract<Judgement, { status: 'later' }>,
  { request, response }: Try,
  account: Account,
): void {
  const now = now_ms()
  for (const bid of bids) {
    const { delivery } = bid
    if (Date.parse(delivery.envelope.receivedAt) >= now - LATER_MS_MAX) {
      park(bid, now + wait_ms, account, { state })
    } else {
      const reason: Reason = {
        code: 'DELIVERY_GAVE_UP',
        text: 'The receiver began it 30 days ago, and has not ended it.',
      }
      account.settle([delivery], { status: 'rejected', reason, request, response })
    }
  }
}

/** Parks a delivery that fails alone, on a schedule of its own: as long as a failing lane would wait. */
export function setAside(
  { now_ms, random }: Runtime,
  bid: Bid,
  before: Pick<Aside, 'failures' | 'since_ms'>,
  reason: Reason,
  account: Account,
): void {
  const failures = before.failures + 1
  const aside: Aside = { failures, since_ms: before.since_ms, reason }
  park(bid, now_ms() + nextDelay_ms(failures, random), account, { aside })
}
