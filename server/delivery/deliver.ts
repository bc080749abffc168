import type { Remembered } from '../../core/destination.ts'
import type { BoundDelivery } from '../../core/instance.ts'
import type { Judgement, Reason } from '../../core/outcome.ts'
import type { Aside, Failing } from '../ledger/ledger.ts'
import type { Admitted } from './admission.ts'
import type { Bid } from './bid.ts'
import { type Doubt, placeOf } from './doubt.ts'
import { failed } from './failed.ts'
import type { Ticket } from './gate.ts'
import type { Seen } from './memory.ts'
import { park, putOff } from './park.ts'
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
   * Whether what cannot go now may be left: the lane then reads it again from there, with a full batch, and holds nothing
   * in memory meanwhile.
   */
  readonly mayLeave: () => boolean
  /** Whether a delivery is set aside; such ones are delivered one at a time. */
  readonly aside?: (delivery: BoundDelivery) => Aside | undefined
}
export type SendDeps = DeliverDeps & { readonly ticket: Ticket }
/**
 * Set while the lane cannot get on; `since` survives a restart. Cleared when an answer ends deliveries: a batch may need
 * several requests, and the first of them be answered each time.
 */
export type LaneFailing = { current: Failing | undefined; count: number; doubt: Doubt | undefined }

/** What a batch is cut into: each part is let out, planned and sent on its own, in order. */
type Parts = readonly (readonly Bid[])[]
export type Round = {
  readonly parts: Parts
  readonly isShort?: boolean
  readonly retry?: Retry
  /** What was found out by cutting would be lost if the batch were left. */
  readonly isCut?: true
  /** The next part goes at once, through the gate as it is. */
  readonly goesOn?: true
}
type Retry = { readonly reason: Reason; readonly wait_ms: number }

/**
 * Brings deliveries to their end, or parks them: lets out what the budgets allow, plans it, sends each request until
 * its answer ends it, cuts a refused request in halves until the guilty deliveries stand alone.
 *
 * A batch that is to be tried again is let out and planned anew, so it uses budgets anew: the receiver may have counted
 * what it did not take.
 *
 * @returns How long to wait before the rest is read again, when it was left: there is no room for it, or it must wait.
 *   `stopped`: the server stops before all of it has ended.
 */
export async function deliver(
  deps: DeliverDeps,
  deliveries: readonly BoundDelivery[],
  account: Account,
): Promise<Delivered> {
  const passage = gatePassage(deps.runtime)
  try {
    return await deliverParts(deps, [deliveries.map(deps.runtime.bid)], account, passage)
  } finally {
    passage.leave()
  }
}

export type Delivered = 'ended' | 'stopped' | { readonly leftFor_ms: number }
/** What waits for less is not worth being read again. */
const LEAVE_FOR_MS_MIN = 1_000

async function deliverParts(
  deps: DeliverDeps,
  whole: Parts,
  account: Account,
  passage: Passage,
): Promise<Delivered> {
  const { gate } = deps.runtime
  let parts = whole
  let isCut = false
  for (;;) {
    const [part, ...others] = parts
    if (part === undefined) return 'ended'
    const open = part.filter(({ delivery }) => !account.isSettled(delivery))
    if (open.length === 0) {
      parts = others
      continue
    }
    if (!isCut && !passage.isHeld() && gate.isShut() && deps.mayLeave()) return { leftFor_ms: 0 }
    const tried = open.slice(0, gate.size())
    const round = await runRound(deps, tried, account, passage)
    if (round === undefined) return 'stopped'
    isCut ||= round.isCut === true
    parts = [...round.parts, open.slice(tried.length), ...others].filter(({ length }) => length > 0)
    if (round.retry !== undefined) {
      const left = await waitToRetry(deps, round.retry, !isCut)
      if (left === undefined) continue
      return left
    }
    if (round.goesOn || parts.length === 0) continue
    await deps.onProgress()
    if (round.isShort && deps.mayLeave()) return { leftFor_ms: 0 }
  }
}

async function runRound(
  deps: DeliverDeps,
  part: readonly Bid[],
  account: Account,
  passage: Passage,
): Promise<Round | undefined> {
  const { admission, now_ms, stop, sleep } = deps.runtime
  const { standing } = deps
  let goesOn = false
  try {
    const admitted = await admission.admit(part, account.behind, { standing, stop, sleep })
    if (admitted === undefined) return undefined
    if (admitted.bids.length === 0) {
      parkOver(admitted, [], now_ms(), account)
      return { parts: [admitted.rest], isShort: admitted.rest.length > 0 }
    }
    // What may go waits at the gate last: a batch that waited for its budget must not go through a gate that closed meanwhile.
    const ticket = await passage.enter()
    if (ticket === undefined) {
      admitted.close([], true)
      return undefined
    }
    const round = await sendAdmitted({ ...deps, ticket }, admitted, account)
    goesOn = round.goesOn === true
    const waiting = parkOver(admitted, round.parts, now_ms(), account)
    const isShort = admitted.rest.length > 0 && round.parts.length === 0
    const parts = [...round.parts, waiting, admitted.rest]
    return { ...round, parts, ...(round.retry === undefined && { isShort }) }
  } finally {
    if (!goesOn) passage.leave()
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

type Passage = ReturnType<typeof gatePassage>
/** The way of a batch through the gate, which it may keep for its next part. */
function gatePassage({ gate, stop, sleep }: Runtime) {
  let held: Ticket | undefined
  return {
    async enter(): Promise<Ticket | undefined> {
      held ??= await gate.enter({ stop, sleep })
      return held
    },
    isHeld: () => held !== undefined,
    leave(): void {
      if (held !== undefined) gate.leave()
      held = undefined
    },
  }
}

/** Undefined when it has waited, and is to go on. */
async function waitToRetry(
  { runtime: { now_ms, sleep }, failing, onFailing, mayLeave }: DeliverDeps,
  { reason, wait_ms }: Retry,
  canLeave: boolean,
): Promise<Delivered | undefined> {
  failing.current = { since_ms: failing.current?.since_ms ?? now_ms(), reason }
  await onFailing(failing.current)
  if (canLeave && wait_ms >= LEAVE_FOR_MS_MIN && mayLeave()) return { leftFor_ms: wait_ms }
  return (await sleep(wait_ms)) ? undefined : 'stopped'
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
      // What another lane was told holds for this one too: the rest goes through the gate once more, and stops there.
      if (!runtime.gate.isOpen() || runtime.stop.aborted) return { parts: [admitted.bids] }
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
      // It may have waited for long since it was read, and its person have been deleted meanwhile.
      await runtime.confirm()
      const tried = await tryOnce(runtime, planned, { lane: deps.lane, attempt: failing.count + 1 })
      const { judgement } = tried
      if (judgement.status !== 'retry') {
        account.attempted(tried.attempt)
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
    if (done.length > 0) gotOn(deps, planned, done)
    account.settle(done, { status: 'delivered' })
    return undefined
  }
  const carried = new Set(mine)
  const isMine = ({ delivery }: Bid) => carried.has(delivery)
  const bids = admitted.bids.filter(isMine)
  if (judgement.status === 'retry') {
    const left = admitted.bids.filter(({ delivery }) => !account.isSettled(delivery))
    return failed(deps, { planned, tried, judgement, mine: bids, open: left, account })
  }
  gotOn(deps, planned, mine)
  switch (judgement.status) {
    case 'later':
      putOff(deps.runtime, bids, judgement, tried, account)
      return behindParked(admitted, account)
    case 'refused': {
      const others = admitted.bids.filter((bid) => !isMine(bid))
      return { parts: [...divide(bids, judgement.reason, tried, account), others], isCut: true }
    }
    case 'continue':
      throw new Error('a step was followed to its end before')
  }
}

/** The receiver takes or refuses deliveries from this lane, and so from others. */
function gotOn(
  { runtime, failing, aside }: SendDeps,
  { request }: Planned,
  ended: readonly BoundDelivery[],
): void {
  failing.count = 0
  failing.current = undefined
  runtime.witness.answered(placeOf(request))
  for (const one of ended) if (aside?.(one) !== undefined) runtime.witness.ended()
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

/** What is left of a batch has to be let out anew when some of it must now wait behind what was just parked. */
function behindParked({ bids }: Admitted, account: Account): Round | undefined {
  const open = bids.filter(({ delivery }) => !account.isSettled(delivery))
  const isBehind = open.some(({ subject }) => subject !== undefined && account.behind.has(subject))
  return isBehind ? { parts: [open] } : undefined
}
