import type { TestContext } from 'node:test'
import type { Address, Position } from '../../../core/event.ts'
import type { Attempt, Count, DeadLetter, Ledger, NewCount, Progress, StoredRefusal } from '../ledger.ts'

/** What the suite needs from an implementation. */
export type Harness = {
  readonly open: () => Ledger | Promise<Ledger>
  /** A second connection that only reads; undefined where there is no such thing. */
  readonly openReader: (() => Ledger | Promise<Ledger>) | undefined
  /** Whether what was recorded is there after `close` and `open`. */
  readonly durable: boolean
  readonly remove: () => void | Promise<void>
}

/** A ledger that is new for each test, and its harness. */
export type Setting = { readonly harness: Harness; ledger: Ledger }
export type Row = (title: string, run: (setting: Setting, t: TestContext) => Promise<void>) => void

/** More than any test records. */
export const ALL = { count_max: 1_000 }

export function address(chunk: number, index = 0, lane = 0): Address {
  return { lane, chunk, index }
}

export function addressRange(chunk: number, count: number, lane = 0): readonly Address[] {
  return Array.from({ length: count }, (_, index) => address(chunk, index, lane))
}

export function attempt(changes: Partial<Attempt> = {}): Attempt {
  return {
    instanceId: 'heap-1',
    lane: 0,
    startedAt_ms: 1_000,
    duration_ms: 12.5,
    attempt: 1,
    outcome: 'delivered',
    status: 200,
    reason: undefined,
    method: 'POST',
    url: 'https://heapanalytics.com/api/track',
    addresses: addressRange(7, 3),
    subscriptionIds: ['track'],
    requestBody: '{"app_id":"11"}',
    responseBody: '{}',
    ...changes,
  }
}

export function deadLetter(changes: Partial<DeadLetter> = {}): DeadLetter {
  return {
    instanceId: 'heap-1',
    subscriptionId: 'track',
    address: address(7),
    messageId: 'm1',
    at_ms: 2_000,
    reason: { code: 'DESTINATION_REFUSED', text: 'the identity is too long' },
    request: { method: 'POST', url: 'https://heapanalytics.com/api/track', body: '{"app_id":"11"}' },
    response: { status: 400, body: '{"error":"identity"}' },
    ...changes,
  }
}

export function refusal(changes: Partial<StoredRefusal> = {}): StoredRefusal {
  return {
    sourceId: 'site',
    address: address(7),
    at_ms: 3_000,
    code: 'EVENT_PERSON_MISSING',
    reason: 'neither a userId nor an anonymousId',
    messageId: 'm1',
    text: '{"type":"track"}',
    ...changes,
  }
}

export function count(count: number, changes: Partial<NewCount> = {}): NewCount {
  return { of: 'heap-1', part: 'track', name: 'delivered', count, at_ms: 60_000, ...changes }
}

/** What the ledger shows of a count: it is added up over all times. */
export function sum(total: number, changes: Partial<Count> = {}): Count {
  const { at_ms: _, ...shown } = count(total, changes)
  return shown
}

export function progress(cursor: Position, changes: Partial<Progress> = {}): Progress {
  return {
    readerId: 'heap-1',
    lane: 0,
    cursor,
    counts: [],
    attempts: [],
    deadLetters: [],
    refusals: [],
    ...changes,
  }
}

export const START: Position = { chunk: 1, index: 0 }

/** Everything that a ledger shows, without an order where the interface promises none. */
export async function everything(ledger: Ledger) {
  const [cursors, counts] = [await ledger.cursors(), await ledger.counts()]
  return {
    cursors: cursors.toSorted((a, b) => compare([a.readerId, a.lane], [b.readerId, b.lane])),
    counts: counts.toSorted((a, b) => compare([a.of, a.part, a.name], [b.of, b.part, b.name])),
    attempts: await ledger.attempts({}, ALL),
    deadLetters: await ledger.deadLetters({}, ALL),
    refusals: await ledger.refusals({}, ALL),
  }
}

function compare(a: readonly unknown[], b: readonly unknown[]): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1
}
