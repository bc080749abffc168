import assert from 'node:assert/strict'
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, test } from 'node:test'
import fc from 'fast-check'
import type { Entry } from '../../core/event.ts'
import { trackEvent } from '../../core/testing.ts'
import { type EventIndex, type IndexedChunk, openEventIndex, openEventIndexReader } from './index-file.ts'
import { keyHash } from './keys.ts'
import { dueForMerge, type Run } from './runs.ts'

const SEED = 7

/** A chunk of events of these people. */
function chunkOf(chunk: number, ...people: readonly string[]): IndexedChunk {
  const entries = people.map(
    (userId, index): Entry => ({
      kind: 'event',
      sourceId: 'website',
      receivedAt: '2026-01-02T03:04:05.678Z',
      event: trackEvent({ userId, messageId: `${chunk}-${index}`, event: 'Seen' }),
    }),
  )
  return { chunk, at_ms: 1_000 + chunk, entries }
}

describe('the event index', () => {
  let folder: string
  let path: string
  let index: EventIndex
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'millrace-index-'))
    path = join(folder, 'index.db')
    index = openEventIndex(path, SEED)
  })
  afterEach(() => {
    index.close()
    rmSync(folder, { recursive: true })
  })
  const reopen = (seed = SEED) => {
    index.close()
    index = openEventIndex(path, seed)
  }
  const tidy = () => {
    for (const _ of index.tidy());
  }

  /** The chunks that may hold something of a person, over all runs. */
  function chunksOf(person: string, file = path): readonly number[] {
    const reader = openEventIndexReader(file)
    try {
      const hash = keyHash({ kind: 'person', value: person }, SEED)
      return reader.runs().flatMap((run) => reader.chunksOf(run, hash))
    } finally {
      reader.close()
    }
  }
  function counted(file = path): number {
    const reader = openEventIndexReader(file)
    try {
      assert.equal(reader.state().entries, reader.shapesOf('website')[0]?.count ?? 0)
      return reader.state().entries
    } finally {
      reader.close()
    }
  }

  test('names the chunks that hold something, in the order of their numbers', () => {
    for (const chunk of [chunkOf(3, 'ada', 'bob'), chunkOf(5, 'bob'), chunkOf(9, 'ada', 'ada')])
      index.add(chunk)
    index.flush()
    assert.deepEqual(chunksOf('ada'), [3, 9])
    assert.deepEqual(chunksOf('bob'), [3, 5])
    assert.deepEqual(chunksOf('eve'), [])
  })

  test('kinds of keys do not meet', () => {
    const hashes = (['messageId', 'person', 'name', 'type', 'source', 'kind'] as const).map((kind) =>
      keyHash({ kind, value: 'same' }, SEED),
    )
    assert.equal(new Set(hashes).size, hashes.length)
  })

  test('what was not flushed comes again after a restart: the cursor says from where', () => {
    index.add(chunkOf(1, 'ada'))
    index.flush()
    index.add(chunkOf(2, 'ada'))
    assert.deepEqual([index.added(), index.cursor()], [2, 1])
    reopen()
    assert.deepEqual([index.added(), index.cursor()], [1, 1])
    index.add(chunkOf(2, 'ada'))
    index.flush()
    assert.deepEqual(chunksOf('ada'), [1, 2])
    assert.equal(counted(), 2)
  })

  test('a chunk that comes twice or too late is a bug of the reader', () => {
    index.add(chunkOf(5, 'ada'))
    assert.throws(() => index.add(chunkOf(5, 'ada')), /chunk 5 comes after 5/)
    assert.throws(() => index.add(chunkOf(4, 'ada')), /chunk 4 comes after 5/)
  })

  test('many small runs become few, and name the same chunks', () => {
    for (let chunk = 1; chunk <= 300; chunk++) {
      index.add(chunkOf(chunk, 'ada', `person ${chunk % 10}`))
      index.flush()
      tidy()
    }
    const reader = openEventIndexReader(path)
    assert.ok(reader.runs().length < 40, `${reader.runs().length} runs`)
    reader.close()
    assert.deepEqual(
      chunksOf('ada'),
      Array.from({ length: 300 }, (_, n) => n + 1),
    )
    assert.deepEqual(
      chunksOf('person 3'),
      Array.from({ length: 30 }, (_, n) => 3 + n * 10),
    )
  })

  test('somebody who is in more chunks than a block holds is found in all of them', () => {
    const chunks = Array.from({ length: 9_000 }, (_, n) => n + 1)
    for (const chunk of chunks) index.add(chunkOf(chunk, 'ada'))
    index.flush()
    assert.deepEqual(chunksOf('ada'), chunks)
  })

  test('chunks far apart are kept in runs of their own', () => {
    for (const chunk of [1, 2, 2 ** 21 + 1, 2 ** 22 + 5]) index.add(chunkOf(chunk, 'ada'))
    index.flush()
    tidy()
    assert.deepEqual(chunksOf('ada'), [1, 2, 2 ** 21 + 1, 2 ** 22 + 5])
  })

  test('what has left the log leaves the index, run by run', () => {
    for (let chunk = 1; chunk <= 7; chunk++) {
      index.add(chunkOf(chunk, 'ada'))
      index.flush()
    }
    index.trim(4)
    tidy()
    assert.deepEqual(chunksOf('ada'), [4, 5, 6, 7])
    assert.equal(counted(), 7)
  })

  const anew: readonly [title: string, spoil: (path: string) => void, seed: number][] = [
    ['is of another log', () => {}, SEED + 1],
    ['is of another version', (file) => pragma(file, 'user_version = 99'), SEED],
    ['is no database', (file) => writeFileSync(file, 'x'.repeat(9_000)), SEED],
  ]
  for (const [title, spoil, seed] of anew) {
    test(`a file that ${title} is begun anew`, () => {
      index.add(chunkOf(1, 'ada'))
      index.flush()
      index.close()
      for (const end of ['-wal', '-shm']) rmSync(path + end, { force: true })
      spoil(path)
      index = openEventIndex(path, seed)
      assert.deepEqual([index.added(), index.cursor()], [0, 0])
      assert.equal(counted(), 0)
    })
  }

  test('killed anywhere, it goes on from there: nothing is lost, doubled or found twice', () => {
    const chunks = Array.from({ length: 80 }, (_, n) =>
      chunkOf(n * 3 + 1, `person ${n % 7}`, `person ${n % 3}`),
    )
    const copies: string[] = []
    // What a killed process leaves: the files as they are between two writes.
    const copy = () => {
      const file = join(folder, `copy-${copies.length}.db`)
      for (const end of ['', '-wal']) if (existsSync(path + end)) copyFileSync(path + end, file + end)
      copies.push(file)
    }
    chunks.forEach((chunk, n) => {
      index.add(chunk)
      if (n % 3 !== 0) return
      index.flush()
      copy()
      for (const _ of index.tidy()) copy()
    })
    index.flush()
    assert.ok(copies.length > 30, `${copies.length} moments`)
    for (const file of copies) {
      const survivor = openEventIndex(file, SEED)
      for (const chunk of chunks) if (chunk.chunk > survivor.added()) survivor.add(chunk)
      survivor.flush()
      for (const _ of survivor.tidy());
      survivor.close()
      for (const person of ['person 0', 'person 5'])
        assert.deepEqual(chunksOf(person, file), chunksOf(person))
      assert.equal(counted(file), 160)
    }
  })
})

describe('which runs are merged', () => {
  const runsOf = (...counts: readonly number[]): readonly Run[] =>
    counts.map((count, id) => ({ id, first_chunk: id * 10, last_chunk: id * 10 + 9, count }))
  const merged = (...counts: readonly number[]) => dueForMerge(runsOf(...counts)).map(({ count }) => count)
  const eight = (count: number) => Array.from({ length: 8 }, () => count)

  test('eight of about one size, with the smaller ones behind them', () => {
    assert.deepEqual(merged(...eight(5).slice(1)), [])
    assert.deepEqual(merged(...eight(5)), eight(5))
    assert.deepEqual(merged(900, ...eight(5)), eight(5))
    assert.deepEqual(merged(100, ...eight(100).slice(1), 3), [...eight(100), 3])
  })

  test('the largest stay', () => {
    assert.deepEqual(merged(...eight(8 ** 7)), [])
    assert.equal(merged(...eight(8 ** 7 - 1)).length, 8)
  })

  test('whatever comes, there are never many', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 30_000 }), { maxLength: 400 }), (counts) => {
        let runs: readonly Run[] = []
        counts.forEach((count, n) => {
          runs = [...runs, { id: n, first_chunk: n, last_chunk: n, count }]
          for (let due = dueForMerge(runs); due.length > 0; due = dueForMerge(runs)) {
            const total = due.reduce((sum, run) => sum + run.count, 0)
            const [first, last] = [due[0] as Run, due.at(-1) as Run]
            const one = { id: n, first_chunk: first.first_chunk, last_chunk: last.last_chunk, count: total }
            runs = [...runs.slice(0, runs.length - due.length), one]
          }
          assert.ok(runs.length <= 7 * 8, `${runs.length}`)
        })
      }),
      { numRuns: 50 },
    )
  })
})

function pragma(file: string, text: string): void {
  const db = new DatabaseSync(file)
  db.exec(`pragma ${text}`)
  db.close()
}
