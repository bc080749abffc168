import assert from 'node:assert/strict'
import type { Failing, Progress } from '../ledger.ts'
import {
  address,
  attempt,
  count,
  deadLetter,
  everything,
  progress,
  type Row,
  refusal,
  START,
  sum,
} from './testing.ts'

const FAILING: Failing = { since_ms: 5_000.25, reason: { code: 'DESTINATION_FAILED', text: 'status 503' } }

export function progressRows(row: Row): void {
  cursorRows(row)
  countRows(row)
  failingRows(row)
  recordRows(row)
}

function cursorRows(row: Row): void {
  row('a reader has no cursor before it starts or records', async ({ ledger }) => {
    assert.equal(await ledger.cursor('heap-1', 0), undefined)
    assert.deepEqual(await ledger.cursors(), [])
  })

  row('start sets one cursor a lane, in the order of the lanes', async ({ ledger }) => {
    await ledger.start('heap-1', [START, { chunk: 9, index: 4 }])
    assert.deepEqual(await ledger.cursor('heap-1', 0), START)
    assert.deepEqual(await ledger.cursor('heap-1', 1), { chunk: 9, index: 4 })
    assert.equal(await ledger.cursor('heap-1', 2), undefined)
  })

  row(
    'a reader that has cursors keeps them when it starts again, and gets no further ones',
    async ({ ledger }) => {
      await ledger.record(progress({ chunk: 5, index: 2 }))
      await ledger.start('heap-1', [START, START])
      assert.deepEqual(await ledger.cursor('heap-1', 0), { chunk: 5, index: 2 })
      assert.equal(await ledger.cursor('heap-1', 1), undefined)
    },
  )

  row('readers and lanes have cursors of their own', async ({ ledger }) => {
    await ledger.start('heap-1', [START, START])
    await ledger.start('indexer', [START])
    await ledger.record(progress({ chunk: 2, index: 1 }, { lane: 1 }))
    const { cursors } = await everything(ledger)
    assert.deepEqual(cursors, [
      { readerId: 'heap-1', lane: 0, cursor: START },
      { readerId: 'heap-1', lane: 1, cursor: { chunk: 2, index: 1 } },
      { readerId: 'indexer', lane: 0, cursor: START },
    ])
  })

  row('a cursor may go back, for a replay', async ({ ledger }) => {
    await ledger.record(progress({ chunk: 5, index: 2 }))
    await ledger.record(progress(START))
    assert.deepEqual(await ledger.cursor('heap-1', 0), START)
  })

  row('a forgotten reader starts anew; others and the history stay', async ({ ledger }) => {
    await ledger.start('indexer', [START])
    await ledger.record(progress({ chunk: 5, index: 2 }, { attempts: [attempt()], counts: [count(3)] }))
    await ledger.recordFailing('heap-1', 0, FAILING, [])
    await ledger.forget('heap-1')
    const { cursors, attempts, counts } = await everything(ledger)
    assert.deepEqual(cursors, [{ readerId: 'indexer', lane: 0, cursor: START }])
    assert.equal(await ledger.failing('heap-1', 0), undefined)
    assert.deepEqual([attempts.length, counts.length], [1, 1])
    await ledger.start('heap-1', [START])
    assert.deepEqual(await ledger.cursor('heap-1', 0), START)
  })
}

function countRows(row: Row): void {
  row('counts add up over records, by what they are of, part and name', async ({ ledger }) => {
    const others = [count(1, { of: 'site' }), count(1, { part: 'identify' }), count(1, { name: 'dead' })]
    await ledger.record(progress(START, { counts: [count(3), ...others] }))
    await ledger.record(progress(START, { counts: [count(4), count(5)] }))
    const { counts } = await everything(ledger)
    assert.deepEqual(counts, [
      sum(1, { part: 'identify' }),
      sum(1, { name: 'dead' }),
      sum(12),
      sum(1, { of: 'site' }),
    ])
  })
}

function failingRows(row: Row): void {
  row('a lane fails since a time, for the newest reason, until it does not', async ({ ledger }) => {
    assert.equal(await ledger.failing('heap-1', 0), undefined)
    await ledger.recordFailing('heap-1', 0, FAILING, [])
    assert.deepEqual(await ledger.failing('heap-1', 0), FAILING)
    const newer: Failing = { ...FAILING, reason: { code: 'DESTINATION_TIMEOUT', text: '30 s' } }
    await ledger.recordFailing('heap-1', 0, newer, [])
    assert.deepEqual(await ledger.failing('heap-1', 0), newer)
    await ledger.recordFailing('heap-1', 0, undefined, [])
    assert.equal(await ledger.failing('heap-1', 0), undefined)
  })

  row('other lanes and readers do not fail with it', async ({ ledger }) => {
    await ledger.recordFailing('heap-1', 0, FAILING, [])
    assert.equal(await ledger.failing('heap-1', 1), undefined)
    assert.equal(await ledger.failing('heap-2', 0), undefined)
  })

  row(
    'recordFailing stores the attempts and leaves the cursor, also where there is none',
    async ({ ledger }) => {
      await ledger.recordFailing('heap-1', 0, FAILING, [attempt({ outcome: 'retry' })])
      assert.equal(await ledger.cursor('heap-1', 0), undefined)
      await ledger.start('heap-1', [START])
      await ledger.recordFailing('heap-1', 0, FAILING, [attempt({ outcome: 'retry', attempt: 2 })])
      const { cursors, attempts } = await everything(ledger)
      assert.deepEqual(cursors, [{ readerId: 'heap-1', lane: 0, cursor: START }])
      assert.deepEqual(
        attempts.map((stored) => stored.attempt),
        [2, 1],
      )
    },
  )

  row('recordFailing is all or nothing', async ({ ledger }) => {
    const unstorable = attempt({ url: Symbol('url') as never })
    await assert.rejects(ledger.recordFailing('heap-1', 0, FAILING, [attempt(), unstorable]))
    assert.equal(await ledger.failing('heap-1', 0), undefined)
    assert.deepEqual((await everything(ledger)).attempts, [])
  })

  row('a lane that records no longer fails; others do', async ({ ledger }) => {
    await ledger.recordFailing('heap-1', 0, FAILING, [])
    await ledger.recordFailing('heap-1', 1, FAILING, [])
    await ledger.record(progress(START))
    assert.equal(await ledger.failing('heap-1', 0), undefined)
    assert.deepEqual(await ledger.failing('heap-1', 1), FAILING)
  })
}

function recordRows(row: Row): void {
  const bad = Symbol('bad') as never
  const unstorable: readonly { readonly part: string; readonly changes: Partial<Progress> }[] = [
    { part: 'the cursor', changes: { cursor: { chunk: bad, index: 0 } } },
    { part: 'a count', changes: { counts: [count(1), count(Number.NaN)] } },
    { part: 'an attempt', changes: { attempts: [attempt(), attempt({ method: bad })] } },
    { part: 'an address', changes: { attempts: [attempt({ addresses: [address(1), address(0.5)] })] } },
    { part: 'a body', changes: { attempts: [attempt(), attempt({ requestBody: bad })] } },
    { part: 'a dead letter', changes: { deadLetters: [deadLetter(), deadLetter({ messageId: bad })] } },
    { part: 'a time', changes: { deadLetters: [deadLetter({ at_ms: Number.NaN })] } },
    { part: 'a refusal', changes: { refusals: [refusal(), refusal({ reason: bad })] } },
  ]

  for (const { part, changes } of unstorable) {
    row(`record changes nothing when ${part} cannot be stored`, async ({ ledger }) => {
      const one = { counts: [count(1)], attempts: [attempt()], deadLetters: [deadLetter()] }
      await ledger.record(progress(START, one))
      await ledger.recordFailing('heap-1', 0, FAILING, [])
      const before = await everything(ledger)

      const more = {
        counts: [count(1)],
        attempts: [attempt()],
        deadLetters: [deadLetter({ address: address(8) })],
        refusals: [refusal()],
      }
      await assert.rejects(ledger.record(progress({ chunk: 9, index: 9 }, { ...more, ...changes })))
      assert.deepEqual(await everything(ledger), before)
      assert.deepEqual(await ledger.failing('heap-1', 0), FAILING)

      await ledger.record(progress({ chunk: 9, index: 9 }, more))
      assert.deepEqual(await ledger.cursor('heap-1', 0), { chunk: 9, index: 9 })
    })
  }

  row('what was handed over may change afterwards: the ledger holds its own', async ({ ledger }) => {
    const cursor = { chunk: 3, index: 0 }
    const carried = [address(3)]
    await ledger.record(progress(cursor, { attempts: [attempt({ addresses: carried })] }))
    cursor.chunk = 4
    carried.push(address(4))
    const { cursors, attempts } = await everything(ledger)
    assert.deepEqual(cursors[0]?.cursor, { chunk: 3, index: 0 })
    assert.deepEqual(attempts[0]?.addresses, [address(3)])
  })
}
