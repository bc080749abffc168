import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { eventLogConformance } from './log.conformance.ts'
import { type CheckpointDone, sqliteLog, sqliteLogReader } from './sqlite.ts'

const NO_LIMIT = { count_max: 1_000, bytes_max: 1_000_000 }
const START = { chunk: 0, index: 0 }

function scratch() {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-log-'))
  return { path: join(folder, 'log.db'), cleanUp: () => rmSync(folder, { recursive: true }) }
}

eventLogConformance('The SQLite log', () => {
  const { path, cleanUp } = scratch()
  return { durable: true, open: (options) => sqliteLog(path, options), cleanUp }
})

describe('The SQLite log', () => {
  let place: ReturnType<typeof scratch>
  beforeEach(() => {
    place = scratch()
  })
  afterEach(() => place.cleanUp())

  test('a reader on a connection of its own sees what the writer committed', async () => {
    const log = sqliteLog(place.path, { lanes: 1 })
    const reader = sqliteLogReader(place.path)
    const woken: number[] = []
    reader.onAppend((lane) => woken.push(lane))
    await log.append([{ key: 'p', text: '"a"' }])
    reader.wake([0])
    const chunks = await reader.read(0, START, NO_LIMIT)
    assert.deepEqual(
      chunks.map(({ text }) => text),
      ['["a"]'],
    )
    assert.deepEqual(woken, [0])
    reader.checkpoint()
    await reader.close()
    await log.close()
  })

  test('a damaged chunk is named, not read', async () => {
    const log = sqliteLog(place.path, { lanes: 1 })
    await log.append([{ key: 'p', text: '"a"' }])
    const db = new DatabaseSync(place.path)
    db.exec(`update chunk set text = '["b"]'`)
    db.close()
    await assert.rejects(log.read(0, START, NO_LIMIT), {
      code: 'CHUNK_DAMAGED',
      details: { lane: 0, chunk: 1 },
    })
    await log.close()
  })

  test('a damaged chunk is set aside, kept, and the lane goes on behind it', async () => {
    const log = sqliteLog(place.path, { lanes: 1 })
    for (const text of ['"a"', '"b"', '"c"']) await log.append([{ key: 'p', text }])
    damage(place.path, 2)
    assert.equal(await log.setAside(2), 1)
    const chunks = await log.read(0, START, NO_LIMIT)
    assert.deepEqual(
      chunks.map(({ text }) => text),
      ['["a"]', '["c"]'],
    )
    assert.equal((await log.stats()).damaged_count, 1)
    await log.close()
  })

  test('a tail that was torn is found at the start and told, and new chunks get new numbers', async () => {
    const log = sqliteLog(place.path, { lanes: 1 })
    for (const text of ['"a"', '"b"']) await log.append([{ key: 'p', text }])
    await log.close()
    damage(place.path, 2)
    const told: unknown[] = []
    const again = sqliteLog(place.path, { onDamaged: (damaged) => told.push(...damaged) })
    assert.deepEqual(told, [{ lane: 0, chunk: 2, count: 1 }])
    const [address] = await again.append([{ key: 'p', text: '"c"' }])
    assert.equal(address?.chunk, 3)
    await again.close()
  })

  test('what was rewritten, trimmed or cleared is in no file any more', async () => {
    const log = sqliteLog(place.path, { lanes: 1, now: () => 1_000 })
    const marker = (n: number) => `marker-${n}-${'x'.repeat(n % 2 === 0 ? 20 : 9_000)}`
    for (let n = 0; n < 6; n++) await log.append([{ key: 'p', text: JSON.stringify(marker(n)) }])
    damage(place.path, 3, '["marker-2 is torn')
    await log.setAside(3)
    assert.equal(await log.clearDamaged((text) => text.includes('marker-2')), 1)
    await log.rewrite(4, '["-"]')
    await log.rewrite(5, '["-"]')
    await log.trim({ before_ms: 2_000, bytes_max: 1e12, keepFrom: [3] })
    assert.equal(await log.compact(), true)
    const bytes = ['', '-wal'].map((end) => readFileSync(place.path + end, 'latin1')).join('')
    assert.deepEqual([...bytes.matchAll(/marker-\d/g)].map(String), ['marker-5'])
    assert.deepEqual(
      (await log.read(0, START, NO_LIMIT)).map(({ text }) => text.slice(0, 10)),
      ['["-"]', '["-"]', '["marker-5'],
    )
    await log.close()
  })

  test('gives the file system back what was trimmed', async () => {
    const log = sqliteLog(place.path, { lanes: 1, now: () => 1_000 })
    for (let n = 0; n < 40; n++) await log.append([{ key: 'p', text: JSON.stringify('x'.repeat(900_000)) }])
    await log.trim({ before_ms: 2_000, bytes_max: 1e12, keepFrom: [Number.MAX_SAFE_INTEGER] })
    await log.close()
    assert.ok(statSync(place.path).size < 8_000_000, `${statSync(place.path).size}`)
  })

  test('asks for a checkpoint after enough was written', async () => {
    let asked = 0
    const log = sqliteLog(place.path, { lanes: 1, onCheckpointDue: () => (asked += 1) })
    for (let n = 0; n < 5; n++) await log.append([{ key: 'p', text: JSON.stringify('x'.repeat(900_000)) }])
    assert.equal(asked, 1)
    await log.close()
  })

  test('begins its write-ahead file anew, though something is always written after the copy', async () => {
    let done: CheckpointDone | undefined
    const onCheckpointDue = (given: CheckpointDone) => {
      done = given
    }
    const log = sqliteLog(place.path, { lanes: 1, onCheckpointDue })
    const reader = sqliteLogReader(place.path)
    const other = new DatabaseSync(place.path)
    const append = () => log.append([{ key: 'p', text: JSON.stringify('x'.repeat(900_000)) }])
    for (let n = 0; n < 90; n++) {
      await append()
      if (done === undefined) continue
      // What comes while it is being copied is not copied, as what comes while somebody reads.
      other.exec('begin; select chunk from chunk limit 1')
      await append()
      const wal_bytes = reader.checkpoint()
      other.exec('rollback')
      done(wal_bytes)
      done = undefined
    }
    other.close()
    const { size } = statSync(`${place.path}-wal`)
    assert.ok(size < 24_000_000, `${size}`)
    assert.equal((await reader.newest(1)).length, 1)
    await reader.close()
    await log.close()
  })
})

/** Changes a chunk behind the log's back. */
function damage(path: string, chunk: number, text = '["x"]'): void {
  const db = new DatabaseSync(path)
  db.exec('pragma secure_delete = on')
  db.prepare('update chunk set text = ? where chunk = ?').run(text, chunk)
  db.close()
}
