import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { AppError } from '../../core/errors.ts'
import { attempt, count, everything, progress, START } from './conformance/testing.ts'
import { ledgerConformance } from './ledger.conformance.ts'
import type { Attempt } from './ledger.ts'
import { sqliteLedger } from './sqlite.ts'

ledgerConformance('the SQLite ledger', () => {
  const folder = newFolder()
  const path = join(folder, 'ledger.db')
  return {
    open: () => sqliteLedger(path),
    openReader: () => sqliteLedger(path, { readOnly: true }),
    durable: true,
    remove: () => rmSync(folder, { recursive: true }),
  }
})

describe('the SQLite ledger', () => {
  let folder: string
  let path: string
  beforeEach(() => {
    folder = newFolder()
    path = join(folder, 'ledger.db')
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  test('a power cut leaves a whole earlier state: cursor, counts and attempts of the same record', async () => {
    const ledger = sqliteLedger(path)
    for (let n = 1; n <= 20; n++) await ledger.record(recordNumber(n))
    const states = new Set<number>()
    // A cut inside a record, inside a page of it, and between two: the odd step meets all of them.
    for (let kept_bytes = statSync(`${path}-wal`).size; kept_bytes > 0; kept_bytes -= 3_001) {
      states.add(await stateAfterCut(path, join(folder, 'after.db'), kept_bytes))
    }
    await ledger.close()
    assert.ok(states.has(20) && states.size > 10, `states seen: ${[...states]}`)
  })

  test('what was synced survives a power cut that takes all of the WAL', async () => {
    const ledger = sqliteLedger(path)
    for (let n = 1; n <= 5; n++) await ledger.record(recordNumber(n))
    await ledger.sync()
    assert.equal(await stateAfterCut(path, join(folder, 'after.db'), 0), 5)
    await ledger.close()
  })

  test('sync fails, and does not pretend, while another connection still reads an older state', async () => {
    const ledger = sqliteLedger(path, { busy_ms: 20 })
    await ledger.record(recordNumber(1))
    const reader = new DatabaseSync(path, { readOnly: true })
    reader.exec('begin; select * from cursors')
    await ledger.sync() // All was copied; only emptying the WAL has to wait.
    assert.equal(await stateAfterCut(path, join(folder, 'after.db'), 0), 1)
    await ledger.record(recordNumber(2))
    await assert.rejects(ledger.sync(), /not synced/)
    reader.exec('commit')
    await ledger.sync()
    assert.equal(await stateAfterCut(path, join(folder, 'after2.db'), 0), 2)
    reader.close()
    await ledger.close()
  })

  test('a connection that only reads cannot record', async () => {
    const ledger = sqliteLedger(path)
    const reader = sqliteLedger(path, { readOnly: true })
    await assert.rejects(reader.record(progress(START)), /readonly/)
    assert.deepEqual(await reader.cursors(), [])
    await reader.close()
    await ledger.close()
  })

  test('a connection that only reads needs the writer to have been there first', async () => {
    assert.throws(() => sqliteLedger(path, { readOnly: true }))
    new DatabaseSync(path).close()
    assert.throws(() => sqliteLedger(path, { readOnly: true }), /the writer has to open .*ledger\.db first/)
  })

  for (const readOnly of [false, true]) {
    test(`a file of a newer Millrace is refused, readOnly: ${readOnly}`, async () => {
      await sqliteLedger(path).close()
      const db = new DatabaseSync(path)
      db.exec('pragma user_version = 99')
      db.close()
      assert.throws(
        () => sqliteLedger(path, { readOnly }),
        (error) => error instanceof AppError && error.code === 'SCHEMA_TOO_NEW',
      )
    })
  }

  test('closing in the middle of a trim ends the trim; the next one goes on', async () => {
    const ledger = sqliteLedger(path)
    const attempts = Array.from({ length: 1_000 }, () => attempt())
    await ledger.record(progress(START, { attempts }))
    const trimming = ledger.trimAttempts({ before_ms: 9_000, bytes_max: 0 })
    await ledger.close()
    const removed = await trimming
    const again = sqliteLedger(path)
    assert.equal(removed + (await again.trimAttempts({ before_ms: 9_000, bytes_max: 0 })), 1_000)
    await again.close()
  })

  test('attempts that are trimmed leave nothing behind of what they carried', async () => {
    const ledger = sqliteLedger(path)
    await ledger.record(progress(START, { attempts: [attempt(), attempt({ startedAt_ms: 9_500 })] }))
    const rows = () => {
      const db = new DatabaseSync(path, { readOnly: true })
      const found = ['attempt_chunks', 'attempt_actions'].map((table) =>
        db.prepare(`select count(*) as count from ${table}`).get(),
      )
      db.close()
      return found.map((row) => (row as { count: number }).count)
    }
    assert.deepEqual(rows(), [2, 2])
    await ledger.trimAttempts({ before_ms: 9_000, bytes_max: Number.MAX_SAFE_INTEGER })
    assert.deepEqual(rows(), [1, 1])
    await ledger.close()
  })

  test('the file gets smaller when its attempts are trimmed, while another connection looks', async () => {
    const ledger = sqliteLedger(path)
    const reader = sqliteLedger(path, { readOnly: true })
    const attempts = Array.from({ length: 100 }, (_, n) => attempt({ requestBody: noise(200_000, n) }))
    await ledger.record(progress(START, { attempts }))
    await ledger.sync()
    const full_bytes = statSync(path).size
    await ledger.trimAttempts({ before_ms: 9_000, bytes_max: 0 })
    await ledger.shrink()
    await ledger.sync()
    assert.ok(statSync(path).size < full_bytes / 2, `${statSync(path).size} of ${full_bytes} bytes`)
    assert.deepEqual(await everything(reader), await everything(ledger))
    await reader.close()
    await ledger.close()
  })

  test('a body of JSON with the same keys over and over takes less than a fifth of its size in the file', async () => {
    const ledger = sqliteLedger(path)
    const events = Array.from({ length: 500 }, (_, n) => ({
      event: 'Order Completed',
      user_id: `u${n}`,
      total: n,
    }))
    const attempts = Array.from({ length: 50 }, () => attempt({ requestBody: JSON.stringify(events) }))
    await ledger.record(progress(START, { attempts }))
    await ledger.sync()
    assert.ok(statSync(path).size * 5 < 50 * JSON.stringify(events).length, `${statSync(path).size} bytes`)
    await ledger.close()
  })
})

describe('A request that fails again and again', () => {
  const path = join(newFolder(), 'ledger.db')
  const failing = (n: number, changes: Partial<Attempt> = {}) =>
    attempt({ attempt: n, outcome: 'retry', requestBody: noise(100_000, 1), ...changes })
  const held_bytes = () => {
    const db = new DatabaseSync(path)
    const { total } = db.prepare('select total from attempt_bytes').get() as { total: number }
    db.close()
    return total
  }
  afterEach(() => rmSync(path, { force: true }))

  test('is kept once, for each lane', async () => {
    const ledger = sqliteLedger(path)
    for (let n = 1; n <= 50; n++) {
      await ledger.recordFailing('heap-1', 0, undefined, [failing(n)])
      await ledger.recordFailing('heap-1', 1, undefined, [failing(n, { lane: 1 })])
    }
    assert.ok(held_bytes() < 3 * 100_000, `${held_bytes()} bytes`)
    const attempts = await ledger.attempts({}, { count_max: 1_000 })
    assert.deepEqual(new Set(attempts.map(({ requestBody }) => requestBody)), new Set([noise(100_000, 1)]))
    await ledger.close()
  })

  test('is kept anew when the attempt that held it has been trimmed, and until then says so', async () => {
    const ledger = sqliteLedger(path)
    await ledger.recordFailing('heap-1', 0, undefined, [failing(1, { startedAt_ms: 1_000 })])
    await ledger.recordFailing('heap-1', 0, undefined, [failing(2, { startedAt_ms: 9_000 })])
    await ledger.trimAttempts({ before_ms: 5_000, bytes_max: 1_000_000_000 })
    const [second] = await ledger.attempts({}, { count_max: 1 })
    assert.equal(second?.requestBody, 'The same as of attempt 1, which has been trimmed.')
    await ledger.recordFailing('heap-1', 0, undefined, [failing(3)])
    const [third] = await ledger.attempts({}, { count_max: 1 })
    assert.equal(third?.requestBody, noise(100_000, 1))
    await ledger.close()
  })

  test('is kept by the next one when its own record failed', async () => {
    const ledger = sqliteLedger(path)
    const wrong = attempt({ startedAt_ms: Number.NaN })
    await assert.rejects(ledger.recordFailing('heap-1', 0, undefined, [failing(1), wrong]))
    await ledger.recordFailing('heap-1', 1, undefined, [failing(1, { lane: 1, requestBody: 'another' })])
    await ledger.recordFailing('heap-1', 0, undefined, [failing(2)])
    const [read] = await ledger.attempts({}, { count_max: 1 })
    assert.equal(read?.requestBody, noise(100_000, 1))
    await ledger.close()
  })
})

/** What no compression makes smaller, the same for a seed. */
function noise(chars: number, seed: number): string {
  let text = ''
  for (let n = 0; text.length < chars; n++)
    text += createHash('sha256').update(`${seed} ${n}`).digest('base64')
  return text.slice(0, chars)
}

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'millrace-ledger-'))
}

function recordNumber(n: number) {
  const attempts = [attempt({ attempt: n, requestBody: `${n} `.repeat(2_000) })]
  return progress({ chunk: n, index: 0 }, { counts: [count(1)], attempts })
}

/** Opens a copy of which the WAL has lost its end, and gives the number of records in it, after checking it is one. */
async function stateAfterCut(path: string, copy: string, kept_bytes: number): Promise<number> {
  copyFileSync(path, copy)
  writeFileSync(`${copy}-wal`, readFileSync(`${path}-wal`).subarray(0, kept_bytes))
  const ledger = sqliteLedger(copy)
  const { cursors, counts, attempts } = await everything(ledger)
  await ledger.close()
  const state = cursors[0]?.cursor.chunk ?? 0
  assert.equal(counts[0]?.count ?? 0, state)
  assert.deepEqual(
    attempts.map((stored) => stored.attempt),
    Array.from({ length: state }, (_, n) => state - n),
  )
  return state
}
