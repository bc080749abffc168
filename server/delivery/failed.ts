import { nextDelay_ms } from '../../core/backoff.ts'
import { HELD_CODES } from '../../core/errors.ts'
import type { BoundDelivery } from '../../core/instance.ts'
import type { Judgement, Reason } from '../../core/outcome.ts'
import type { Aside, Attempt } from '../ledger/ledger.ts'
import type { Bid } from './bid.ts'
import type { Round, SendDeps } from './deliver.ts'
import { doubtAfter, placeOf, type Verdict, verdictOn } from './doubt.ts'
import { setAside } from './park.ts'
import type { Runtime } from './runtime.ts'
import type { Account } from './settlement.ts'
import type { Planned, Try } from './try-once.ts'

export type Failed = {
  readonly planned: Planned
  readonly tried: Try
  readonly judgement: Extract<Judgement, { status: 'retry' }>
  /** Of the request that failed, those that are open. */
  readonly mine: readonly Bid[]
  /** All that was let out with it, in order, and is open. */
  readonly open: readonly Bid[]
  readonly account: Account
}

/**
 * What "try again" means for the deliveries of a request: they wait, or have waited too long; or the fault is theirs,
 * and they are cut until the guilty stand alone and are set aside: docs/adr/0014-events-that-fail-alone.md.
 */
export function failed(deps: SendDeps, one: Failed): Round {
  const { failing, runtime } = deps
  const [first] = one.mine
  const aside = first && deps.aside?.(first.delivery)
  if (aside !== undefined) return failedAside(deps, one, first as Bid, aside)
  const { reason, retryAfter_ms = 0 } = one.judgement
  const place = placeOf(one.planned.request)
  failing.count += 1
  failing.doubt = doubtAfter(failing.doubt, place, runtime.witness.answers(place))
  failing.current = { since_ms: failing.current?.since_ms ?? runtime.now_ms(), reason }
  const verdict = verdictOn({
    code: reason.code,
    doubt: failing.doubt,
    failures: Math.max(failing.count, runtime.gate.failures() + 1),
    deliveries: one.mine.map(({ delivery }) => delivery),
    witness: runtime.witness,
  })
  // What others are answered keeps the gate open for them; and a guess is proved or not by what goes next.
  const isTheirs = verdict === 'guess' || failing.doubt.isNews
  if (!isTheirs || retryAfter_ms > 0) runtime.gate.failed(deps.ticket, reason, retryAfter_ms)
  one.account.attempted(attemptOf(one.tried, verdict))
  if (buryOld(deps, one)) return { parts: [one.open] }
  const retry = { reason, wait_ms: nextDelay_ms(failing.count, runtime.random, { retryAfter_ms }) }
  return act(deps, one, verdict, retry)
}

function act(
  { runtime, failing }: SendDeps,
  { mine, open, account, judgement }: Failed,
  verdict: Verdict,
  retry: NonNullable<Round['retry']>,
): Round {
  const others = open.filter((bid) => !mine.includes(bid))
  const [first, ...rest] = mine
  switch (verdict) {
    case 'wait':
      return { parts: [open], retry }
    case 'cut': {
      failing.count = 0
      const middle = mine.length >> 1
      return { parts: [mine.slice(0, middle), mine.slice(middle), others], isCut: true }
    }
    case 'first alone':
      return { parts: [[first as Bid], [...rest, ...others]], retry, isCut: true }
    case 'aside':
    case 'guess': {
      const since_ms = failing.current?.since_ms ?? runtime.now_ms()
      setAside(runtime, first as Bid, { failures: 0, since_ms }, judgement.reason, account)
      runtime.witness.setAside()
      if (verdict === 'aside') return { parts: [others] }
      runtime.witness.guess()
      return { parts: [others], goesOn: true }
    }
  }
}

/** Its own schedule goes on. While the receiver is in trouble anyway, it counts as one more that is not answered. */
function failedAside({ runtime, ticket }: SendDeps, one: Failed, bid: Bid, aside: Aside): Round {
  const { tried, judgement, account } = one
  const { reason, retryAfter_ms = 0 } = judgement
  const isBuried =
    isTooOld(runtime, bid.delivery, aside.since_ms) && !maySettingsBeWrong(runtime, reason, one.planned)
  if (retryAfter_ms > 0 || runtime.gate.failures() > 0) runtime.gate.failed(ticket, reason, retryAfter_ms)
  account.attempted({ ...attemptOf(tried, 'aside'), attempt: aside.failures + 1 })
  if (isBuried) {
    account.settle([bid.delivery], gaveUp(runtime, reason, tried))
    runtime.witness.ended()
  } else setAside(runtime, bid, aside, reason, account)
  return { parts: [] }
}

/** They are right where others are taken all the while: then it is the event. */
function maySettingsBeWrong({ gate, witness }: Runtime, { code }: Reason, { request }: Planned): boolean {
  if (code !== 'DESTINATION_MISCONFIGURED') return HELD_CODES.has(code)
  return gate.failures() > 0 || !witness.hasAnsweredOfLate(placeOf(request))
}

function attemptOf({ attempt }: Try, verdict: Verdict): Attempt {
  const { reason } = attempt
  if (reason === undefined || (verdict !== 'aside' && verdict !== 'guess')) return attempt
  return {
    ...attempt,
    outcome: 'parked',
    reason: { ...reason, text: `Set aside: it fails alone. ${reason.text}` },
  }
}

/** Wrong settings are mended by a person, however long that takes: nothing is buried meanwhile. */
function buryOld({ runtime, failing }: SendDeps, { judgement, mine, tried, account }: Failed): boolean {
  const { reason } = judgement
  const since_ms = failing.current?.since_ms ?? runtime.now_ms()
  if (HELD_CODES.has(reason.code)) return false
  const old = mine.map(({ delivery }) => delivery).filter((one) => isTooOld(runtime, one, since_ms))
  if (old.length > 0) account.settle(old, gaveUp(runtime, reason, tried))
  return old.length > 0
}

function gaveUp({ giveUpAfter_ms }: Runtime, { code, text }: Reason, { request, response }: Try) {
  const hours = Math.round(giveUpAfter_ms / 3_600_000)
  const reason: Reason = {
    code: 'DELIVERY_GAVE_UP',
    text: `Failed for more than ${hours} h. At last: ${code}. ${text}`,
  }
  return { status: 'rejected', reason, request, response } as const
}

/** Both must be long past: a fresh event gets its time, and so does an old one whose lane has only begun to fail. */
function isTooOld({ now_ms, giveUpAfter_ms }: Runtime, { envelope }: BoundDelivery, since_ms: number) {
  const oldest_ms = now_ms() - giveUpAfter_ms
  return since_ms < oldest_ms && Date.parse(envelope.receivedAt) < oldest_ms
}
