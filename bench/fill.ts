import { join } from 'node:path'
import type { Address } from '../core/event.ts'
import type { Attempt, DeadLetter } from '../server/ledger/ledger.ts'
import { sqliteLedger } from '../server/ledger/sqlite.ts'
import { sqliteLog } from '../server/log/sqlite.ts'
import { makeEvents } from './events.ts'

const BATCH_count = 100
const SOURCE = 'bench'
const REFUSED = { code: 'DESTINATION_REFUSED', text: 'It answered 400: the identity is too long.' } as const
const FAILED = { code: 'DESTINATION_FAILED', text: 'It answered 503.' } as const

/** A log of so many events as shops send them, in commits of 100. Returns their addresses. */
export async function fillLog(folder: string, count: number): Promise<readonly Address[]> {
  const log = sqliteLog(join(folder, 'log.db'))
  const addresses: Address[] = []
  for (let first = 0; first < count; first += 10_000) {
    const events = makeEvents(Math.min(10_000, count - first), first)
    for (let at = 0; at < events.length; at += BATCH_count) {
      const receivedAt = new Date().toISOString()
      const entries = events.slice(at, at + BATCH_count).map((event) => ({
        key: `${SOURCE}\n${event['anonymousId']}`,
        text: JSON.stringify({ kind: 'event', sourceId: SOURCE, receivedAt, event }),
      }))
      for (const address of await log.append(entries)) addresses.push(address)
    }
  }
  await log.close()
  return addresses
}

/**
 * A ledger of so many attempts, which carried these events: one in fifty failed, one in a hundred was refused and left a
 * dead letter; and readers that have read everything.
 */
export async function fillLedger(
  folder: string,
  addresses: readonly Address[],
  attempts_count: number,
): Promise<void> {
  const ledger = sqliteLedger(join(folder, 'ledger.db'))
  const lanes = 8
  const byLane = Array.from({ length: lanes }, (_, lane) => addresses.filter((one) => one.lane === lane))
  const carried_count = Math.max(1, Math.floor(addresses.length / attempts_count))
  const start_ms = Date.now() - 3_600_000
  for (let n = 0; n < attempts_count; n++) {
    const lane = n % lanes
    const all = byLane[lane] as readonly Address[]
    const from = (Math.floor(n / lanes) * carried_count) % Math.max(1, all.length - carried_count)
    const carried = all.slice(from, from + carried_count)
    const startedAt_ms = start_ms + (n * 3_600_000) / attempts_count
    const attempt = attemptOf(n, lane, startedAt_ms, carried)
    const counted = { of: 'heap', part: 'track-event', at_ms: startedAt_ms }
    await ledger.record({
      ...{ readerId: 'heap', lane, cursor: undefined, refusals: [], attempts: [attempt] },
      counts: [{ ...counted, name: 'delivered', count: carried.length }],
      deadLetters: attempt.outcome === 'refused' ? [letterOf(attempt, carried[0] as Address, n)] : [],
    })
  }
  for (let lane = 0; lane < lanes; lane++) {
    const chunk = (byLane[lane]?.at(-1)?.chunk ?? 0) + 1
    for (const readerId of ['heap', 'indexer']) {
      await ledger.record({
        ...{ readerId, lane, cursor: { chunk, index: 0 } },
        ...{ counts: [], attempts: [], deadLetters: [], refusals: [] },
      })
    }
  }
  await ledger.close()
}

function attemptOf(n: number, lane: number, startedAt_ms: number, addresses: readonly Address[]): Attempt {
  const ended =
    n % 100 === 0
      ? ({ outcome: 'refused', status: 400, reason: REFUSED } as const)
      : n % 50 === 1
        ? ({ outcome: 'retry', status: 503, reason: FAILED } as const)
        : ({ outcome: 'delivered', status: 200, reason: undefined } as const)
  const body = { app_id: '11', events: addresses.map(({ index }) => ({ event: 'Order Completed', index })) }
  return {
    ...{ instanceId: 'heap', lane, startedAt_ms, duration_ms: 12, attempt: 1, ...ended },
    ...{ method: 'POST', url: 'http://127.0.0.1/api/track', addresses },
    subscriptionIds: [n % 1_000 === 500 ? 'identify-user' : 'track-event'],
    ...{ requestBody: JSON.stringify(body), responseBody: '{}' },
  }
}

function letterOf({ instanceId, startedAt_ms }: Attempt, address: Address, n: number): DeadLetter {
  return {
    ...{ instanceId, subscriptionId: 'track-event', address, messageId: `m${n}`, at_ms: startedAt_ms },
    reason: REFUSED,
    request: { method: 'POST', url: 'http://127.0.0.1/api/track', body: '{}' },
    response: { status: 400, body: 'no' },
  }
}
