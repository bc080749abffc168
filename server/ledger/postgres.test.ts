import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { POSTGRES_MISSING, type ScratchPostgres, scratchPostgres } from '../../test/cluster/postgres.ts'
import { connectPostgres } from '../postgres/connect.ts'
import {
  ALL,
  address,
  attempt,
  count,
  deadLetter,
  everything,
  progress,
  refusal,
  START,
} from './conformance/testing.ts'
import { ledgerConformance } from './ledger.conformance.ts'
import type { Ledger, NewCount } from './ledger.ts'
import { postgresLedger } from './postgres.ts'
import { sharedLedgerConformance } from './shared.conformance.ts'

const server: ScratchPostgres | undefined = POSTGRES_MISSING === false ? await scratchPostgres() : undefined
after(() => server?.remove())
const newUrl = () => server?.newUrl() ?? ''

function connect(url: string) {
  return connectPostgres({ url, connections_max: 3, waitsForDisk: false, name: 'test' })
}
const open = (url: string) => postgresLedger(connect(url))

describe('PostgreSQL', { skip: POSTGRES_MISSING }, () => {
  ledgerConformance('the PostgreSQL ledger', () => {
    const url = newUrl()
    return {
      open: () => open(url),
      openReader: () => open(url),
      durable: true,
      remove: () => dropSchema(url),
    }
  })

  describe('lanes with owners', () => lanesWithOwners())
  sharedLedgerConformance('PostgreSQL', async () => {
    const url = newUrl()
    const ledger = await open(url)
    return {
      ledger,
      async remove() {
        await ledger.close()
        await dropSchema(url)
      },
    }
  })
  describe('attempts by the day', () => attemptsByTheDay())
  describe('several processes, and a server that goes away', () => severalProcesses())
})

const MUCH = {
  ...{ counts: [count(1)], attempts: [attempt()], deadLetters: [deadLetter()], refusals: [refusal()] },
  remembered: [{ key: 'link', value: 'ada', isDurable: true }],
  parked: { added: [{ subject: 'ada', subscriptionId: 'track', address: address(7), due_ms: 1 }] },
}
const LOST = { code: 'LANE_LOST' }

function lanesWithOwners(): void {
  test('who has lost a lane is refused, and nothing of what they wanted to write is there', async () => {
    const url = newUrl()
    const [one, other] = [await open(url), await open(url)]
    await one.start('heap-1', [START])
    const zombie = one.ownedBy({ readerId: 'heap-1', lane: 0, epoch: await one.claim('heap-1', 0) })
    await zombie.record(progress(START, { counts: [count(1)] }))
    const owner = other.ownedBy({ readerId: 'heap-1', lane: 0, epoch: await other.claim('heap-1', 0) })
    const before = await everything(other)
    await assert.rejects(zombie.record(progress({ chunk: 2, index: 0 }, MUCH)), LOST)
    const failing = { since_ms: 1, reason: { code: 'DESTINATION_FAILED', text: '503' } } as const
    await assert.rejects(zombie.recordFailing('heap-1', 0, failing, [attempt()]), LOST)
    assert.deepEqual(await everything(other), before)
    assert.equal(await other.failing('heap-1', 0), undefined)
    assert.equal((await other.recall('heap-1', ['link'], 0)).size, 0)
    assert.equal((await other.parkedSubjects('heap-1', ['ada'])).size, 0)
    await owner.record(progress({ chunk: 2, index: 0 }, MUCH))
    assert.deepEqual(await one.cursor('heap-1', 0), { chunk: 2, index: 0 })
    await Promise.all([one.close(), other.close()])
  })

  test('an epoch that was given with the lane counts, and one that comes late is refused', async () => {
    const ledger = await open(newUrl())
    await ledger.start('heap-1', [START])
    assert.equal(await ledger.claim('heap-1', 0, 7), 7)
    assert.equal(await ledger.claim('heap-1', 0, 9), 9)
    await assert.rejects(ledger.claim('heap-1', 0, 8), LOST)
    const owner = ledger.ownedBy({ readerId: 'heap-1', lane: 0, epoch: 9 })
    await owner.record(progress(START))
    assert.equal(await ledger.claim('heap-1', 0, 9), 9)
    assert.equal(await ledger.claim('heap-1', 0), 10)
    await assert.rejects(owner.record(progress(START)), LOST)
    await ledger.close()
  })

  test('who finds the cursor behind where it was left, as after a crash, is refused and reads it again', async () => {
    const ledger = await open(newUrl())
    await ledger.start('heap-1', [START])
    const owner = ledger.ownedBy({ readerId: 'heap-1', lane: 0, epoch: await ledger.claim('heap-1', 0) })
    await owner.record(progress({ chunk: 2, index: 0 }))
    await ledger.record(progress(START))
    await assert.rejects(owner.record(progress({ chunk: 3, index: 0 }, MUCH)), LOST)
    assert.deepEqual(await owner.cursor('heap-1', 0), START)
    await owner.record(progress({ chunk: 2, index: 0 }))
    assert.deepEqual(await ledger.cursor('heap-1', 0), { chunk: 2, index: 0 })
    await ledger.close()
  })

  test('so is a replay’s portion, and what a replay delivered', async () => {
    const url = newUrl()
    const ledger = await open(url)
    await ledger.record(
      progress(START, { deadLetters: [deadLetter()], counts: [count(1, { name: 'dead' })] }),
    )
    const zombie = ledger.ownedBy({ readerId: 'heap-1', lane: 9, epoch: await ledger.claim('heap-1', 9) })
    await ledger.claim('heap-1', 9)
    const { id } = await ledger.addReplay({
      ...{ instanceId: 'heap-1', asked: {}, perSecond_max: 1, startedAt_ms: 0, total: 1, place: { id: 0 } },
      selection: { kind: 'dead letters', filter: {}, id_max: 99 },
    })
    const parked = [{ subject: 'ada', subscriptionId: 'track', address: address(7), due_ms: 0 }]
    const step = { place: { id: 9 }, isRead: true, looked: 1, parked, ended: [], skipped: 0, at_ms: 1 }
    const before = [await everything(ledger), await ledger.replays({})]
    await assert.rejects(zombie.feedReplay(id, step), LOST)
    const replayed = {
      ...{ replay: { id, isDead: true }, subscriptionId: 'track', address: address(7), at_ms: 1 },
      end: { status: 'delivered' },
    } as const
    await assert.rejects(zombie.record(progress(START, { lane: 9, replayed: [replayed] })), LOST)
    assert.deepEqual([await everything(ledger), await ledger.replays({})], before)
    await ledger.close()
  })

  test('whoever takes a lane over waits for what its owner is writing, and finds it', async () => {
    const url = newUrl()
    const [ledger, db] = [await open(url), connect(url)]
    await ledger.start('heap-1', [START])
    const epoch = await ledger.claim('heap-1', 0)
    const claimed = await db.transaction(async (tx) => {
      const cursor = { chunk: 5, index: 0 }
      const batch = { owner: { readerId: 'heap-1', lane: 0, epoch }, readerId: 'heap-1', lane: 0, cursor }
      await tx.rows(`select write_batch($1::jsonb, '')`, [JSON.stringify(batch)])
      const claiming = ledger.claim('heap-1', 0)
      let isClaimed = false
      claiming.then(() => {
        isClaimed = true
      })
      const waiting = 'select from pg_locks where not granted limit 1'
      while (!isClaimed && (await db.rows(waiting)).length === 0);
      assert.equal(isClaimed, false)
      return { claiming }
    })
    assert.equal(await claimed.claiming, epoch + 1)
    assert.deepEqual(await ledger.cursor('heap-1', 0), { chunk: 5, index: 0 })
    await Promise.all([ledger.close(), db.close()])
  })
}

const DAY_MS = 86_400_000
const at = (day: number, changes = {}) => attempt({ startedAt_ms: (20_000 + day) * DAY_MS + 5, ...changes })

function attemptsByTheDay(): void {
  const days = async (url: string) => {
    const db = connect(url)
    const rows = await db.rows<{ name: string }>(
      `select c.relname::text as name from pg_class c where c.relnamespace = to_regnamespace($1)
       and c.relispartition and c.relkind = 'r' order by 1`,
      [db.schema],
    )
    await db.close()
    return rows.map(({ name }) => Number(name.slice('attempts_day_'.length)) - 20_000)
  }

  test('a day has a table, made ahead, and is dropped when all of it is old', async () => {
    const url = newUrl()
    const ledger = await open(url)
    await ledger.record(progress(START, { attempts: [at(0), at(1), at(1), at(3)] }))
    assert.deepEqual(await days(url), [0, 1, 2, 3, 4])
    const before_ms = (20_000 + 3) * DAY_MS
    assert.equal(await ledger.trimAttempts({ before_ms, bytes_max: Number.MAX_SAFE_INTEGER }), 3)
    assert.deepEqual(await days(url), [3, 4])
    assert.deepEqual((await ledger.attempts({}, ALL)).length, 1)
    await ledger.close()
  })

  test('over the limit of bytes whole days go first, then the oldest of a day', async () => {
    const url = newUrl()
    const ledger = await open(url)
    const attempts = [0, 0, 1, 1, 1].map((day) => at(day, { requestBody: 'x'.repeat(400) }))
    await ledger.record(progress(START, { attempts }))
    const removed = await ledger.trimAttempts({ before_ms: 0, bytes_max: 1_600 })
    assert.equal(removed, 3)
    assert.deepEqual(await days(url), [1, 2])
    assert.equal((await ledger.attempts({}, ALL)).length, 2)
    await ledger.close()
  })

  test('a day that another process has dropped is made again for what still comes', async () => {
    const url = newUrl()
    const [one, other] = [await open(url), await open(url)]
    await one.record(progress(START, { attempts: [at(0)] }))
    await other.trimAttempts({ before_ms: 30_000 * DAY_MS, bytes_max: 0 })
    assert.deepEqual(await days(url), [])
    await one.record(progress({ chunk: 2, index: 0 }, { attempts: [at(0)], counts: [count(1)] }))
    assert.deepEqual(await other.cursor('heap-1', 0), { chunk: 2, index: 0 })
    assert.equal((await other.counts())[0]?.count, 1)
    await Promise.all([one.close(), other.close()])
  })

  test('many processes that need a new day at once make it once', async () => {
    const url = newUrl()
    const ledgers = await Promise.all([open(url), open(url), open(url)])
    await Promise.all(
      ledgers.map((ledger, lane) => ledger.record(progress(START, { lane, attempts: [at(0), at(1)] }))),
    )
    assert.equal((await ledgers[0]?.attempts({}, ALL))?.length, 6)
    await Promise.all(ledgers.map((ledger) => ledger.close()))
  })
}

function severalProcesses(): void {
  test('counts that all of them add to at once, in whatever order, add up', async () => {
    const url = newUrl()
    const ledgers = await Promise.all([open(url), open(url)])
    const names = ['delivered', 'dead', 'matched', 'read', 'parked'] as const
    await Promise.all(
      ledgers.map(async (ledger, lane) => {
        for (let n = 1; n <= 50; n++) {
          const counts = names.map((name): NewCount => count(1, { name }))
          if (lane === 1) counts.reverse()
          await ledger.record(progress({ chunk: n, index: 0 }, { lane, counts }))
        }
      }),
    )
    const counts = (await ledgers[0]?.counts()) ?? []
    assert.deepEqual(new Set(counts.map((one) => one.count)), new Set([100]))
    await Promise.all(ledgers.map((ledger) => ledger.close()))
  })

  test('a crash leaves a whole earlier state, and everything that was synced', async () => {
    // One whose disk counts.
    const durable = await scratchPostgres({ isDurable: true })
    const ledger = await open(durable.newUrl())
    for (let n = 1; n <= 20; n++) await ledger.record(recordNumber(n))
    await ledger.sync()
    for (let n = 21; n <= 60; n++) await ledger.record(recordNumber(n))
    await durable.stop('SIGQUIT')
    await assert.rejects(ledger.record(recordNumber(61)), { code: 'POSTGRES_UNAVAILABLE' })
    await durable.restart()
    // The same ledger goes on, on new connections.
    const state = await stateOf(ledger)
    assert.ok(state >= 20 && state <= 60, `${state}`)
    await ledger.record(recordNumber(state + 1))
    assert.equal(await stateOf(ledger), state + 1)
    await ledger.close()
    await durable.remove()
  })

  test('a connection that is cut in the middle of a record leaves all of it or nothing', async () => {
    const url = newUrl()
    const [ledger, looking, admin] = [await open(url), await open(url), connect(url)]
    const cut = `select pg_terminate_backend(pid) from pg_stat_activity
      where query like 'select write_batch%' and pid <> pg_backend_pid()`
    for (let n = 1; n <= 20; n++) {
      const state = await stateOf(looking)
      await Promise.allSettled([ledger.record(recordNumber(state + 1)), admin.rows(cut)])
    }
    await stateOf(looking)
    await Promise.all([ledger.close(), looking.close(), admin.close()])
  })
}

function recordNumber(n: number) {
  return progress({ chunk: n, index: 0 }, { counts: [count(1)], attempts: [at(0, { attempt: n })] })
}

/** The number of records that are there, after checking that it is a whole number of them. */
async function stateOf(ledger: Ledger): Promise<number> {
  const { cursors, counts, attempts } = await everything(ledger)
  const state = cursors[0]?.cursor.chunk ?? 0
  assert.equal(counts[0]?.count ?? 0, state)
  assert.deepEqual(
    attempts.map((stored) => stored.attempt),
    Array.from({ length: state }, (_, n) => state - n),
  )
  return state
}

async function dropSchema(url: string): Promise<void> {
  const db = connect(url)
  await db.script(`drop schema ${db.schema} cascade`)
  await db.close()
}
