import type { Sent } from '../../../server/delivery/send.ts'
import type { SimClock } from '../world/clock.ts'
import type { SentEvent } from '../world/events.ts'
import type { Fence } from '../world/fence.ts'
import { type Arrival, waitOf } from '../world/network.ts'
import type { Item } from '../world/receiver.ts'
import { INSTANCES, type InstanceId } from '../world/settings.ts'
import type { Fail } from './journal.ts'

export type ReceiptsDeps = {
  readonly clock: SimClock
  readonly lanes: number
  readonly giveUpAfter_ms: number
  readonly events: ReadonlyMap<string, SentEvent>
  readonly fail: Fail
  /** Whether the log has it twice: its repeat came when nothing was known of the first any more. */
  readonly isRepeated: (id: string) => boolean
  /** Whether beats were ever switched off or on: one may then come that was passed over before a restart. */
  readonly areBeatsChanged: () => boolean
}
type Receiver = {
  /** By idempotency key: a receiver that tells repeats by it has each once. */
  readonly taken: Map<string, number>
  readonly lied: Set<string>
  readonly lastNumber: Map<string, number>
  /** By idempotency key: as the so-manieth a replay sent it again, and whether it has come since. */
  readonly fed: Map<string, Fed>
  readonly lastFed: Map<string, number>
  /** Answered 2xx to the process that lives now, and nothing has gone wrong since. */
  readonly answered: Set<string>
  life: Fence | undefined
  onTheirWay: number
  notBefore_ms: number
  /** When it last asked for that. */
  toldAt_ms: number
  /** When it first failed to answer. */
  failing_ms: number
}

type Fed = { readonly number: number; hasCome: boolean; readonly before: Fed | undefined }

/** What the receivers saw: each event once under one key, in order for each person, never early, never too many at once. */
export function receipts(deps: ReceiptsDeps) {
  const { clock, lanes, giveUpAfter_ms, events, fail, areBeatsChanged, isRepeated } = deps
  const receivers = new Map<InstanceId, Receiver>(INSTANCES.map((id) => [id, newReceiver()]))
  const of = (id: InstanceId) => receivers.get(id) as Receiver
  let fed_count = 0

  function checkKey(to: InstanceId, { key, id }: Item): void {
    const parts = key.split(':')
    const expected = `mr1:${id.split('-')[0]}:${to}:${parts[3]}:${id}`
    if (key !== expected) fail(`${to} got ${id} under the key ${key}`)
  }

  function takeOne(to: InstanceId, { key, id }: Item, isOrphan: boolean): void {
    const receiver = of(to)
    const times = receiver.taken.get(key) ?? 0
    const fed = receiver.fed.get(key)
    receiver.taken.set(key, times + 1)
    const event = events.get(id)
    if (event === undefined) {
      fail(`${to} got ${id}, which nobody sent`)
      return
    }
    if (event.poison === to) fail(`${to} took ${id}, which it refuses`)
    // What a dead process sent may come after what the next one sent, and a lie hides that something is missing: nobody
    // can help that.
    if (isOrphan || (times > 0 && fed === undefined) || receiver.lied.has(key)) return
    if (fed !== undefined) {
      takeFed(to, { key, id }, fed, event.person)
      return
    }
    // It was refused before its mapping was mended, and that may have been forgotten by a power cut.
    if (event.kind === 'invalid') return
    if (event.call['event'] === 'Beat' && areBeatsChanged()) return
    // What was given up behind something open is tried again after a restart.
    if (clock.true_ms() - receiver.failing_ms >= giveUpAfter_ms) return
    const line = `${key.split(':')[3]} ${event.person}`
    const last = receiver.lastNumber.get(line) ?? 0
    if (event.number <= last) fail(`${to}: ${line}: ${event.number} (${id}) came after ${last}`)
    receiver.lastNumber.set(line, event.number)
  }

  /** What is replayed comes in the order in which it was parked; what else its person gets keeps its own order. */
  function takeFed(to: InstanceId, { key, id }: Item, fed: Fed, person: string): void {
    const { lastFed, failing_ms } = of(to)
    if (fed.hasCome) return
    fed.hasCome = true
    if (clock.true_ms() - failing_ms >= giveUpAfter_ms) return
    const line = `${key.split(':')[3]} ${person}`
    const last = lastFed.get(line) ?? 0
    if (fed.number <= last)
      fail(`${to}: ${line}: ${id}, replayed as number ${fed.number}, came after ${last}`)
    lastFed.set(line, fed.number)
  }

  return {
    isTaken: (to: InstanceId, key: string) => of(to).taken.has(key) || of(to).lied.has(key),
    hasFailedFor_ms: (to: InstanceId) => clock.true_ms() - of(to).failing_ms,
    /** What was not recorded is sent again. */
    forgetAnswers(to: InstanceId): void {
      of(to).answered.clear()
    },
    /** A replay sends it again: once more, and not as one of those that come in the order of their numbers. */
    onFed(to: InstanceId, key: string): void {
      fed_count += 1
      const { fed, answered } = of(to)
      fed.set(key, { number: fed_count, hasCome: false, before: fed.get(key) })
      answered.delete(key)
    },
    /** The ledger has fallen back to before that. */
    onUnfed(to: InstanceId, key: string): void {
      const { fed } = of(to)
      const before = fed.get(key)?.before
      if (before === undefined) fed.delete(key)
      else fed.set(key, before)
    },
    /** It begins anew, and knows nothing of what it was told. */
    begin(to: InstanceId): void {
      of(to).answered.clear()
      of(to).notBefore_ms = 0
    },
    onSend(to: InstanceId, items: readonly Item[], life: Fence): void {
      const receiver = of(to)
      if (receiver.life !== life) {
        Object.assign(receiver, { life, onTheirWay: 0, notBefore_ms: 0 })
        receiver.answered.clear()
      }
      receiver.onTheirWay += 1
      if (receiver.onTheirWay > lanes + 2)
        fail(`${receiver.onTheirWay} requests are on their way to ${to} at once`)
      const early_ms = receiver.notBefore_ms - clock.true_ms()
      // In the instant in which one lane is told, another may have looked at the gate already.
      const isTold = receiver.toldAt_ms < clock.true_ms()
      if (early_ms > 0 && isTold) fail(`${to} was asked ${early_ms} ms before its Retry-After`)
      for (const item of items) {
        checkKey(to, item)
        if (receiver.answered.has(item.key) && !isRepeated(item.id))
          fail(`${to} gets ${item.id} again, which it had answered`)
      }
    },
    onArrival(to: InstanceId, { taken, items, isLie, isOrphan }: Arrival): void {
      for (const item of taken) takeOne(to, item, isOrphan)
      if (isLie) for (const { key } of items) of(to).lied.add(key)
    },
    onAnswer(to: InstanceId, items: readonly Item[], sent: Sent, life: Fence, isVisit: boolean): void {
      const receiver = of(to)
      if (receiver.life !== life) return
      receiver.onTheirWay -= 1
      const isWell = sent.answered && sent.response.status < 300
      if (isWell && !isVisit) for (const { key } of items) receiver.answered.add(key)
      if (!isWell) receiver.failing_ms = Math.min(receiver.failing_ms, clock.true_ms())
      const wait_ms = sent.answered ? waitOf(sent.response) : undefined
      if (wait_ms !== undefined) {
        receiver.notBefore_ms = Math.max(receiver.notBefore_ms, clock.true_ms() + wait_ms)
        receiver.toldAt_ms = clock.true_ms()
      }
    },
  }
}
export type Receipts = ReturnType<typeof receipts>

function newReceiver(): Receiver {
  return {
    taken: new Map(),
    lied: new Set(),
    lastNumber: new Map(),
    fed: new Map(),
    lastFed: new Map(),
    answered: new Set(),
    life: undefined,
    onTheirWay: 0,
    notBefore_ms: 0,
    toldAt_ms: 0,
    failing_ms: Number.POSITIVE_INFINITY,
  }
}
