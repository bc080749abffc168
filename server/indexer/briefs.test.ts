import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { type EventIndex, openEventIndex, openEventIndexReader } from '../event-index/index-file.ts'
import { memoryLog } from '../log/memory.ts'
import { decodedLog } from '../pipeline/decoded-log.ts'
import { laneSignals } from '../pipeline/lane-signal.ts'
import { gatheredBriefs } from './briefs.ts'
import { runEventIndexer } from './event-indexer.ts'

const LANES = 3
const PEOPLE = 7
const ALL = { count_max: 10_000, bytes_max: 10_000_000 }

describe('what the index hears of chunks that delivery opens', () => {
  let folder: string
  const opened: EventIndex[] = []
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'millrace-briefs-'))
  })
  afterEach(() => {
    for (const index of opened.splice(0)) index.close()
    rmSync(folder, { recursive: true })
  })
  function indexOf(name: string, seed: number): EventIndex {
    const index = openEventIndex(join(folder, name), seed)
    opened.push(index)
    return index
  }

  /** Chunks of one entry each, and how often one was asked of the log together with those of other lanes. */
  async function written(count: number) {
    let now_ms = 1_000
    const log = memoryLog({ lanes: LANES, now: () => now_ms++ })
    for (let n = 0; n < count; n++) await log.append([{ key: `p${n % PEOPLE}`, text: entryText(n) }])
    const asked: number[] = []
    const decoded = decodedLog(
      {
        ...log,
        after(chunk, limits) {
          asked.push(chunk)
          return log.after(chunk, limits)
        },
      },
      undefined,
      { isShared: () => false },
    )
    return { log, decoded, asked }
  }

  /** Builds an index, and meanwhile delivers some lanes, the last one first. */
  async function built(name: string, lanes: readonly number[], count = 60) {
    const { log, decoded, asked } = await written(count)
    const index = indexOf(name, log.seed)
    const stop = new AbortController()
    let turns = 0
    await runEventIndexer({
      ...{ log: decoded, index, stop: stop.signal, sleep: async () => true },
      signals: { ...laneSignals(log), grown: async () => stop.abort() },
      async inTurn(work) {
        turns += 1
        if (turns > 1) return work()
        for (const lane of lanes.toReversed())
          for (const { open } of await decoded.read(lane, { chunk: 0, index: 0 }, ALL)) open()
        return work()
      },
    })
    return { asked, found: foundIn(join(folder, name)) }
  }

  test('makes the same index, and nothing of it is read again', async () => {
    const alone = await built('alone.db', [])
    const heard = await built('heard.db', [0, 1, 2])
    assert.deepEqual(heard.found, alone.found)
    assert.equal(heard.found.entries, 60)
    // It asks for more only at the end of the log.
    assert.deepEqual([new Set(alone.asked), new Set(heard.asked)], [new Set([0, 60]), new Set([60])])
  })

  test('is added in the order of the log, with what nobody opened read between', async () => {
    const alone = await built('alone.db', [])
    const some = await built('some.db', [1])
    assert.deepEqual(some.found, alone.found)
  })

  test('is forgotten when chunks are rewritten, and not kept of what is added already', async () => {
    const { log, decoded } = await written(3)
    const index = indexOf('index.db', log.seed)
    const briefs = gatheredBriefs(index)
    const chunks = await decoded.after(0, ALL)
    const hear = () => {
      for (const chunk of chunks) briefs.heard({ chunk: 0, index: 0 }, { ...chunk, entries: chunk.open() })
    }
    hear()
    assert.equal(briefs.size(), 3)
    briefs.forget()
    assert.equal(briefs.size(), 0)
    hear()
    const first = briefs.take(1)
    assert.ok(first !== undefined)
    index.addBrief(first)
    hear()
    assert.deepEqual([briefs.take(1), briefs.size()], [undefined, 2])
  })

  test('is bounded: of what is over, the index reads the rest itself', async () => {
    const count = 1_100
    const alone = await built('alone.db', [], count)
    const heard = await built('heard.db', [0, 1, 2], count)
    assert.deepEqual(heard.found, alone.found)
    assert.ok(heard.asked.length > 1)
  })
})

function entryText(n: number): string {
  const event = { type: 'track', event: `Step ${n % 5}`, messageId: `m${n}`, userId: `p${n % PEOPLE}` }
  const receivedAt = '2026-01-02T03:04:05.678Z'
  return JSON.stringify({
    kind: 'event',
    sourceId: 'website',
    receivedAt,
    event: { ...event, properties: { n } },
  })
}

function foundIn(path: string) {
  const reader = openEventIndexReader(path)
  try {
    const shapes = reader.shapesOf('website').map(({ paths, ...shape }) => ({ ...shape, paths: paths() }))
    return { entries: reader.state().entries, cursor: reader.state().cursor, shapes }
  } finally {
    reader.close()
  }
}
