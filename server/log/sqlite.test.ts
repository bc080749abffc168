import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { eventLogConformance } from './log.conformance.ts'
import { sqliteLog, sqliteLogReader } from './sqlite.ts'

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

  test('asks for a checkpoint after enough was written', async () => {
    let asked = 0
    const log = sqliteLog(place.path, { lanes: 1, onCheckpointDue: () => (asked += 1) })
    for (let n = 0; n < 5; n++) await log.append([{ key: 'p', text: JSON.stringify('x'.repeat(900_000)) }])
    assert.equal(asked, 1)
    await log.close()
  })
})
