import { nextDelay_ms } from '../../core/backoff.ts'
import type { Remembered } from '../../core/destination.ts'
import { addressText, type Json } from '../../core/event.ts'
import type { BoundDelivery } from '../../core/instance.ts'
import type { Judgement, Reason } from '../../core/outcome.ts'
import type { Failing } from '../ledger/ledger.ts'
import type { Admitted } from './admission.ts'
import type { Bid } from './bid.ts'
import type { Ticket } from './gate.ts'
import type { Seen } from './memory.ts'
import { planBatch } from './plan-batch.ts'
import type { Runtime } from './runtime.ts'
import { type Account, unsent } from './settlement.ts'
import { type Planned, type Try, tryOnce } from './try-once.ts'
import type { Standing } from './waiting.ts'

export type DeliverDeps = {
  readonly runtime: Runtime
  readonly lane: number
  /** Whose turn it is in the line for what all lanes share. */
  readonly standing: Standing
  /** Stores what has ended so far. */
  readonly onProgress: () => Promise<void>
  /** Stores what has ended so far, and that the lane is failing. */
  readonly onFailing: (failing: Failing) => Promise<void>
  readonly failing: LaneFailing
  /**
   * Whether what the budgets have no room for now may be left: the lane then reads on from there, and has a full batch
   * when there is room again.
   */
  readonly mayLeave: () => boolean
}
type SendDeps = DeliverDeps & { readonly ticket: Ticket }
/** Set while the lane cannot get on; `since` survives a restart. Cleared by an answer that is not "try again". */
export type LaneFailing = { current: Failing | undefined; count: number }

/** A receiver that begins and does not end: what it was told is then a dead letter. */
const LATER_MS_MAX = 30 * 86_400_000

/** What a batch is cut into: each part is let out, planned and sent on its own, in order. */
type Parts = readonly (readonly Bid[])[]
type Round = { readonly parts: Parts; readonly isShort?: boolean; readonly retry?: Retry }
type Retry = { readonly reason: Reason; readonly wait_ms: number }

/**
 * Brings deliveries to their end, or parks them: lets out what the budgets allow, plans it, sends each request until
 * its answer ends it, cuts a refused request in halves until the guilty deliveries stand alone.
 *
 * A batch that is to be tried again is let out and planned anew, so it uses budgets anew: the receiver may have counted
 * what it did not take.
 *
 * @returns `left`: the budgets had no room for the rest. `stopped`: the server stops before all of it has ended.
 */
export async function deliver(
  deps: DeliverDeps,
  deliveries: readonly BoundDelivery[],
  account: Account,
): Promise<'ended' | 'left' | 'stopped'> {
  let parts: Parts = [deliveries.map(deps.runtime.bid)]
  for (;;) {
    const [part, ...others] = parts
    if (part === undefined) return 'ended'
    const open = part.filter(({ delivery }) => !account.isSettled(delivery))
    if (open.length === 0) {
      parts = others
      continue
    }
    const round = await runRound(deps, open, account)
    if (round === undefined) return 'stopped'
    parts = [...round.parts, ...others]
    if (round.retry !== undefined && !(await waitToRetry(deps, round.retry))) return 'stopped'
    if (round.retry !== undefined || parts.length === 0) continue
    await deps.onProgress()
    if (round.isShort && deps.mayLeave()) return 'left'
  }
}

async function runRound(
  deps: DeliverDeps,
  part: readonly Bid[],
  account: Account,
): Promise<Round | undefined> {
  const { gate, admission, now_ms } = deps.runtime
  const admitted = await admission.admit(part, account.behind, deps.standing)
  if (admitted === undefined) return undefined
  // What may go waits at the gate last: a batch that waited for its budget must not go through a gate that closed meanwhile.
  const ticket = admitted.bids.length === 0 ? NO_TICKET : await gate.enter()
  if (ticket === undefined) {
    admitted.close([], true)
    return undefined
  }
  try {
    const { parts, retry } =
      ticket === NO_TICKET ? { parts: [] } : await sendAdmitted({ ...deps, ticket }, admitted, account)
    const waiting = parkOver(admitted, parts, now_ms(), account)
    const all = [...parts, waiting, admitted.rest].filter(({ length }) => length > 0)
    if (retry !== undefined) return { parts: all, retry }
    return { parts: all, isShort: admitted.rest.length > 0 && parts.length === 0 }
  } finally {
    if (ticket !== NO_TICKET) gate.leave()
  }
}
/**
 * Parks what its subject keeps back, but for subjects of whom something that stands before it has to be let out once
 * more: parked now, it would make that wait behind itself. @returns those.
 */
function parkOver({ over }: Admitted, parts: Parts, now_ms: number, account: Account): readonly Bid[] {
  const open = new Set(parts.flat().map(({ subject }) => subject))
  const waiting: Bid[] = []
  for (const bid of over) {
    if (bid.subject !== undefined && open.has(bid.subject)) waiting.push(bid)
    else park(bid, now_ms, account)
  }
  return waiting
}

/** Nothing goes out. */
const NO_TICKET: Ticket = { closings: -1 }

async function waitToRetry(
  { runtime: { now_ms, sleep }, failing, onFailing }: DeliverDeps,
  { reason, wait_ms }: Retry,
): Promise<boolean> {
  failing.current = { since_ms: failing.current?.since_ms ?? now_ms(), reason }
  await onFailing(failing.current)
  return sleep(wait_ms)
}

async function sendAdmitted(deps: SendDeps, admitted: Admitted, account: Account): Promise<Round> {
  const { runtime } = deps
  const deliveries = admitted.bids.map(({ delivery }) => delivery)
  const sent = new Set<BoundDelivery>()
  let isAnswered = true
  try {
    const plan = await planBatch(runtime, deliveries)
    if ('code' in plan) return { parts: divide(admitted.bids, plan, undefined, account) }
    for (const { end, deliveries: ended } of plan.ends) {
      account.settle(ended, end.status === 'unchanged' ? end : unsent(end.reason))
    }
    const open = openRequests(plan.requests)
    for (const planned of plan.requests) {
      // What another lane was told holds for this one too: the rest goes through the gate once more.
      if (!runtime.gate.isOpen()) return { parts: [admitted.bids] }
      const tried = await sendOne(deps, planned, plan.seen, account)
      isAnswered &&= tried.isAnswered
      // What was refused took nothing. A receiver that counts it all the same answers 429, and is waited for.
      if (tried.judgement.status !== 'refused') for (const one of planned.deliveries) sent.add(one)
      const round = settle(deps, planned, tried, { admitted, open, account })
      if (round !== undefined) return round
    }
    return { parts: [] }
  } finally {
    admitted.close(
      admitted.bids.filter(({ delivery }) => sent.has(delivery)),
      isAnswered,
    )
  }
}

/** Sends a request, and those that follow from its answers, until one of them ends it. */
async function sendOne(deps: SendDeps, first: Planned, seen: Seen, account: Account): Promise<Try> {
  const { runtime, failing } = deps
  const { remember = NONE } = first
  const back = runtime.memory.sending(remember, seen)
  let isDelivered = false
  try {
    let planned = first
    for (let step = 1; ; step++) {
      const tried = await tryOnce(runtime, planned, { lane: deps.lane, attempt: failing.count + 1 })
      const { judgement } = tried
      account.attempted(tried.attempt)
      if (judgement.status !== 'retry') {
        failing.count = 0
        failing.current = undefined
        runtime.gate.answered(deps.ticket)
      }
      if (judgement.status === 'delivered') {
        isDelivered = true
        keep(runtime, remember, judgement.remember ?? NONE, account)
      }
      if (judgement.status !== 'continue') return tried
      if (step === STEPS_MAX) return { ...tried, judgement: TOO_MANY_STEPS }
      const { request, judge } = judgement
      planned = { request, judge, deliveries: first.deliveries }
    }
  } finally {
    back(isDelivered)
  }
}
const NONE: readonly Remembered[] = []
/** No receiver needs as many; a destination that goes round in circles has a bug. */
const STEPS_MAX = 20
const TOO_MANY_STEPS: Judgement = {
  status: 'refused',
  reason: { code: 'PLAN_FAILED', text: `It was not done after ${STEPS_MAX} steps.` },
}

/** What a delivered request and its answer have taught: to the ledger with the outcome, or to this process. */
function keep(
  { memory }: Runtime,
  planned: readonly Remembered[],
  said: readonly Remembered[],
  account: Account,
): void {
  if (planned.length + said.length === 0) return
  const durable = [...planned, ...said].filter(({ isDurable }) => isDurable)
  memory.hold(durable)
  account.remember(durable)
  memory.set(said)
}

type Place = { readonly admitted: Admitted; readonly open: Open; readonly account: Account }

/** What an answer means for the deliveries of a request; a round when what is left has to be let out anew. */
function settle(deps: SendDeps, planned: Planned, tried: Try, place: Place): Round | undefined {
  const { admitted, open, account } = place
  const { judgement } = tried
  const mine = planned.deliveries.filter((delivery) => !account.isSettled(delivery))
  if (judgement.status === 'delivered') {
    const done = mine.filter((delivery) => closeOne(open, delivery))
    account.settle(done, { status: 'delivered' })
    return undefined
  }
  const carried = new Set(mine)
  const isMine = ({ delivery }: Bid) => carried.has(delivery)
  switch (judgement.status) {
    case 'later':
      putOff(deps, admitted.bids.filter(isMine), judgement, tried, account)
      return behindParked(admitted, account)
    case 'refused': {
      const others = admitted.bids.filter((bid) => !isMine(bid))
      return { parts: [...divide(admitted.bids.filter(isMine), judgement.reason, tried, account), others] }
    }
    case 'retry':
      return retry(deps, mine, judgement, tried, place)
    case 'continue':
      throw new Error('a step was followed to its end before')
  }
}

/** How many of the planned requests each delivery still waits for. */
type Open = Map<BoundDelivery, number>

function openRequests(requests: readonly Planned[]): Open {
  const open: Open = new Map()
  for (const { deliveries } of requests) {
    for (const delivery of deliveries) open.set(delivery, (open.get(delivery) ?? 0) + 1)
  }
  return open
}

/** True when it was the delivery's last request. */
function closeOne(open: Open, delivery: BoundDelivery): boolean {
  const left = (open.get(delivery) ?? 1) - 1
  open.set(delivery, left)
  return left === 0
}

/** Halves are delivered one after the other, so order stays; one alone is the guilty one. */
function divide(bids: readonly Bid[], reason: Reason, tried: Try | undefined, account: Account): Parts {
  if (bids.length <= 1) {
    const { request, response } = tried ?? {}
    account.settle(
      bids.map(({ delivery }) => delivery),
      { status: 'rejected', reason, request, response },
    )
    return []
  }
  const middle = bids.length >> 1
  return [bids.slice(0, middle), bids.slice(middle)]
}

/** Parks a delivery for its subject's turn; what comes for the subject from now on waits behind it. */
function park(
  { delivery, subject }: Bid,
  due_ms: number,
  account: Account,
  state: Json | undefined = delivery.state,
): void {
  const of = subject ?? ownSubject(delivery)
  account.behind.add(of)
  account.settle([delivery], {
    status: 'parked',
    subject: of,
    due_ms,
    ...(state === undefined ? {} : { state }),
  })
}

/** A delivery of nobody waits for itself alone. */
function ownSubject({ envelope, subscriptionId }: BoundDelivery): string {
  return `\0${addressText(envelope.address)} ${subscriptionId}`
}

/** What is left of a batch has to be let out anew when some of it must now wait behind what was just parked. */
function behindParked({ bids }: Admitted, account: Account): Round | undefined {
  const open = bids.filter(({ delivery }) => !account.isSettled(delivery))
  const isBehind = open.some(({ subject }) => subject !== undefined && account.behind.has(subject))
  return isBehind ? { parts: [open] } : undefined
}

function putOff(
  { runtime: { now_ms } }: DeliverDeps,
  bids: readonly Bid[],
  { wait_ms, state }: Extract<Judgement, { status: 'later' }>,
  { request, response }: Try,
  account: Account,
): void {
  const now = now_ms()
  for (const bid of bids) {
    const { delivery } = bid
    if (Date.parse(delivery.envelope.receivedAt) >= now - LATER_MS_MAX) {
      park(bid, now + wait_ms, account, state)
    } else {
      const reason: Reason = {
        code: 'DELIVERY_GAVE_UP',
        text: 'The receiver began it 30 days ago, and has not ended it.',
      }
      account.settle([delivery], { status: 'rejected', reason, request, response })
    }
  }
}

function retry(
  { runtime, failing, ticket }: SendDeps,
  deliveries: readonly BoundDelivery[],
  { reason, retryAfter_ms = 0 }: Extract<Judgement, { status: 'retry' }>,
  { request, response }: Try,
  { admitted, account }: Place,
): Round {
  const { gate, now_ms, random, giveUpAfter_ms } = runtime
  failing.count += 1
  gate.failed(ticket, reason, retryAfter_ms)
  const { since_ms } = failing.current ?? { since_ms: now_ms() }
  failing.current = { since_ms, reason }
  const wait = { reason, wait_ms: nextDelay_ms(failing.count, random, { retryAfter_ms }) }
  // Wrong settings are mended by a person, however long that takes: nothing is buried meanwhile.
  if (reason.code === 'DESTINATION_MISCONFIGURED') return { parts: [admitted.bids], retry: wait }
  const old = deliveries.filter((delivery) => isTooOld(runtime, delivery, since_ms))
  if (old.length === 0) return { parts: [admitted.bids], retry: wait }
  const hours = Math.round(giveUpAfter_ms / 3_600_000)
  const text = `Failed for more than ${hours} h. At last: ${reason.code}. ${reason.text}`
  account.settle(old, {
    status: 'rejected',
    reason: { code: 'DELIVERY_GAVE_UP', text },
    request,
    response,
  })
  return { parts: [admitted.bids] }
}

/** Both must be long past: a fresh event gets its time, and so does an old one whose lane has only begun to fail. */
function isTooOld({ now_ms, giveUpAfter_ms }: Runtime, { envelope }: BoundDelivery, since_ms: number) {
  const oldest_ms = now_ms() - giveUpAfter_ms
  return since_ms < oldest_ms && Date.parse(envelope.receivedAt) < oldest_ms
}
