import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { Budgets } from '../../core/destination.ts'
import { POSTGRES_MISSING, type ScratchPostgres, scratchPostgres } from '../../test/cluster/postgres.ts'
import { type PostgresLedger, postgresLedger } from '../ledger/postgres.ts'
import { connectPostgres } from '../postgres/connect.ts'
import { type Admission, admission } from './admission.ts'
import type { Bid } from './bid.ts'

const server: ScratchPostgres | undefined = POSTGRES_MISSING === false ? await scratchPostgres() : undefined
after(() => server?.remove())

const WINDOW_MS = 60_000
const BUDGETS: Budgets = {
  all: { label: 'events a minute', units_max: 100, window_ms: WINDOW_MS, scope: 'instance' },
  person: { label: 'events a minute for one', units_max: 20, window_ms: WINDOW_MS, scope: 'subject' },
}
const STEP_MS = 50
const PEOPLE = ['ada', 'bob', 'cyd', 'dan', 'eve', 'fay', 'gus', 'hal', 'ivy', 'joe']

type Sent = { readonly person: string; readonly at_ms: number }

function bid(subject: string): Bid {
  const uses = [
    { budget: 'all', units: 1 },
    { budget: 'person', units: 1 },
  ]
  return { delivery: {} as Bid['delivery'], subject, uses }
}

/** Time that passes in steps, while PostgreSQL works in its own. */
function steppedClock() {
  const waiting: { readonly until_ms: number; readonly wake: () => void }[] = []
  let now_ms = Date.parse('2026-01-01T00:00:00.000Z')
  let isStopped = false
  return {
    now_ms: () => now_ms,
    sleep(ms: number): Promise<boolean> {
      if (isStopped) return Promise.resolve(false)
      return new Promise((resolve) => {
        waiting.push({ until_ms: now_ms + ms, wake: () => resolve(!isStopped) })
      })
    },
    step(): void {
      now_ms += STEP_MS
      for (const one of waiting.splice(0)) {
        if (one.until_ms <= now_ms) one.wake()
        else waiting.push(one)
      }
    },
    stop(): void {
      isStopped = true
      for (const one of waiting.splice(0)) one.wake()
    },
  }
}
type Clock = ReturnType<typeof steppedClock>
const inLane = ({ sleep }: Clock) =>
  ({ standing: 'lane', sleep, stop: new AbortController().signal }) as const

/** A process that always has something to send for everybody. What does not go is dropped: what is tested is what goes. */
async function sendAll(
  of: Admission,
  clock: Clock,
  latency_ms: number,
  sent: { begun: Sent[]; ended: Sent[] },
) {
  for (let turn = 0; ; turn++) {
    const bids = Array.from({ length: 12 }, (_, n) => bid(PEOPLE[(turn + n * 3) % PEOPLE.length] as string))
    const admitted = await of.admit(bids, new Set(), inLane(clock))
    if (admitted === undefined) return
    const people = admitted.bids.map(({ subject }) => subject ?? '')
    sent.begun.push(...people.map((person) => ({ person, at_ms: clock.now_ms() })))
    if (!(await clock.sleep(people.length === 0 ? 500 : latency_ms))) return
    sent.ended.push(...people.map((person) => ({ person, at_ms: clock.now_ms() })))
    admitted.close(admitted.bids, true)
  }
}

/** The most that any window holds. */
function most(sent: readonly Sent[]): number {
  const times = sent.map(({ at_ms }) => at_ms).sort((a, b) => a - b)
  return Math.max(
    0,
    ...times.map(
      (from_ms) => times.filter((at_ms) => at_ms >= from_ms && at_ms < from_ms + WINDOW_MS).length,
    ),
  )
}

async function run(admissions: readonly Admission[], clock: Clock, ledger: PostgresLedger, steps: number) {
  const sent = { begun: [] as Sent[], ended: [] as Sent[] }
  const counts = admissions.map(() => 0)
  const sending = admissions.map(async (one, index) => {
    const own = { begun: [] as Sent[], ended: [] as Sent[] }
    await sendAll(one, clock, 200 + index * 350, own)
    counts[index] = own.begun.length
    sent.begun.push(...own.begun)
    sent.ended.push(...own.ended)
  })
  for (let step = 0; step < steps; step++) {
    await ledger.states() // A round trip, so that time does not pass faster than PostgreSQL answers.
    await setImmediate()
    clock.step()
  }
  clock.stop()
  await Promise.all(sending)
  return { ...sent, counts }
}

describe('budgets that several processes share', { skip: POSTGRES_MISSING }, () => {
  async function processes(count: number, clock: Clock) {
    const url = server?.newUrl() ?? ''
    const ledgers: PostgresLedger[] = []
    for (let n = 0; n < count; n++) {
      const db = connectPostgres({ url, connections_max: 3, waitsForDisk: false, name: 'test' })
      ledgers.push(await postgresLedger(db))
    }
    const admit = (ledger: PostgresLedger) =>
      admission({ instanceId: 'heap', budgets: BUDGETS, ledger, ...clock, onWaiting() {} })
    return { ledgers, admit, close: () => Promise.all(ledgers.map((ledger) => ledger.close())) }
  }

  test('hold over all of them together, whole and for each person, and are used', async () => {
    const clock = steppedClock()
    const { ledgers, admit, close } = await processes(3, clock)
    const admissions = await Promise.all(ledgers.map(admit))
    const { begun, ended, counts } = await run(admissions, clock, ledgers[0] as PostgresLedger, 6_000)
    for (const sent of [begun, ended]) {
      assert.ok(most(sent) <= 100, `${most(sent)} events in a window`)
      for (const person of PEOPLE) {
        const own = most(sent.filter((one) => one.person === person))
        assert.ok(own <= 20, `${own} events of ${person} in a window`)
      }
    }
    assert.ok(begun.length > 350, `${begun.length} of about 500 events in five minutes`)
    assert.ok(
      counts.every((count) => count > 20),
      `each has a part: ${counts}`,
    )
    await close()
  })

  test('what a process used before it ended counts for the one that takes its place', async () => {
    const clock = steppedClock()
    const { ledgers, admit, close } = await processes(2, clock)
    const [one, other] = ledgers as [PostgresLedger, PostgresLedger]
    const first = await admit(one)
    const bids = Array.from({ length: 8 }, () => bid('ada'))
    const admitted = await first.admit(bids, new Set(), inLane(clock))
    assert.equal(admitted?.bids.length, 8)
    // It ends without an answer: what it took stays taken.
    const second = await admit(other)
    let went = 0
    const sending = (async () => {
      for (let turn = 0; turn < 20; turn++) {
        const more = await second.admit([bid('ada')], new Set(), inLane(clock))
        went += more?.bids.length ?? 0
      }
    })()
    let isDone = false
    sending.finally(() => {
      isDone = true
    })
    while (!isDone) {
      await other.states()
      clock.step()
    }
    assert.equal(went, 12)
    clock.stop()
    await close()
  })
})
