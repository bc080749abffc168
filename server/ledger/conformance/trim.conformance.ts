import assert from 'node:assert/strict'
import type { Ledger } from '../ledger.ts'
import {
  ALL,
  address,
  attempt,
  count,
  deadLetter,
  everything,
  progress,
  type Row,
  refusal,
  START,
} from './testing.ts'

const NO_LIMIT = { before_ms: 0, bytes_max: Number.MAX_SAFE_INTEGER }

export function trimRows(row: Row): void {
  ageRows(row)
  byteRows(row)
  deadLetterRows(row)
  durabilityRows(row)
}

function ageRows(row: Row): void {
  row('attempts from before a time go, in whatever order they came', async ({ ledger }) => {
    await recordAt(ledger, [3_000, 1_000, 2_000, 1_999.5])
    assert.equal(await ledger.trimAttempts({ ...NO_LIMIT, before_ms: 2_000 }), 2)
    assert.deepEqual(await times(ledger), [2_000, 3_000])
  })

  row('nothing goes when all are young and small enough', async ({ ledger }) => {
    await recordAt(ledger, [1_000, 2_000])
    assert.equal(await ledger.trimAttempts(NO_LIMIT), 0)
    assert.equal((await ledger.attempts({}, ALL)).length, 2)
  })

  row('only attempts go', async ({ ledger }) => {
    const kept = { counts: [count(1)], deadLetters: [deadLetter()], refusals: [refusal()] }
    await ledger.record(progress(START, { attempts: [attempt()], ...kept }))
    const before = await everything(ledger)
    assert.equal(await ledger.trimAttempts({ before_ms: 9_000, bytes_max: 0 }), 1)
    assert.deepEqual(await everything(ledger), { ...before, attempts: [] })
  })

  row('more go than one step takes', async ({ ledger }) => {
    const attempts = Array.from({ length: 1_001 }, (_, n) => attempt({ startedAt_ms: n }))
    await ledger.record(progress(START, { attempts }))
    assert.equal(await ledger.trimAttempts({ ...NO_LIMIT, before_ms: 900 }), 900)
    assert.equal((await times(ledger))[0], 900)
  })

  row('refusals from before a time go, and stay counted', async ({ ledger }) => {
    const refusals = [1_000, 1_999, 2_000].map((at_ms, index) =>
      refusal({ at_ms, address: { lane: 0, chunk: 1, index } }),
    )
    await ledger.record(progress(START, { refusals, counts: [count(3)] }))
    const counted = await ledger.counts()
    assert.equal(await ledger.trimRefusals(2_000), 2)
    assert.deepEqual(
      (await ledger.refusals({}, ALL)).map(({ at_ms }) => at_ms),
      [2_000],
    )
    assert.equal(await ledger.trimRefusals(2_000), 0)
    assert.deepEqual(await ledger.counts(), counted)
  })

  row('an id is never used again, so no page shows another attempt under it', async ({ ledger }) => {
    await recordAt(ledger, [1_000, 2_000])
    const [newest] = await ledger.attempts({}, ALL)
    await ledger.trimAttempts({ ...NO_LIMIT, before_ms: 9_000 })
    await recordAt(ledger, [3_000])
    const [next] = await ledger.attempts({}, ALL)
    assert.ok(newest && next && next.id > newest.id)
  })
}

function byteRows(row: Row): void {
  row('the oldest attempts go while all of them hold more bytes than the limit', async ({ ledger }) => {
    await recordAt(ledger, [5_000, 1_000, 4_000, 2_000, 3_000])
    const removed = await ledger.trimAttempts({ before_ms: 0, bytes_max: 3_000 })
    assert.ok(removed >= 1 && removed <= 4, `${removed} of 5 attempts of about 1,100 bytes went`)
    assert.deepEqual(await times(ledger), [1_000, 2_000, 3_000, 4_000, 5_000].slice(removed))
    assert.equal(await ledger.trimAttempts({ before_ms: 0, bytes_max: 3_000 }), 0)
  })

  row('a limit of 0 bytes keeps nothing', async ({ ledger }) => {
    await recordAt(ledger, [1_000, 2_000])
    assert.equal(await ledger.trimAttempts({ before_ms: 0, bytes_max: 0 }), 2)
    assert.deepEqual(await ledger.attempts({}, ALL), [])
  })

  row('both limits hold at once', async ({ ledger }) => {
    await recordAt(ledger, [1_000, 2_000, 3_000])
    assert.equal(await ledger.trimAttempts({ before_ms: 2_500, bytes_max: 0 }), 3)
  })
}

function deadLetterRows(row: Row): void {
  const letters = [3_000, 1_000, 2_000].map((at_ms, index) =>
    deadLetter({
      ...{ at_ms, address: address(7, index), instanceId: index === 1 ? 'heap-2' : 'heap-1' },
      reason: { code: 'DESTINATION_REFUSED', text: 'x'.repeat(1_000) },
    }),
  )
  const counted = [
    ...[count(2, { name: 'dead' }), count(2, { name: 'deliveries' })],
    ...[count(1, { of: 'heap-2', name: 'dead' }), count(1, { of: 'heap-2', name: 'deliveries' })],
  ]
  const places = async (ledger: Ledger) =>
    (await ledger.deadLetters({}, ALL)).map(({ address: { index } }) => index).toReversed()

  // Each is a little more than 1,300 bytes, with its request and answer.
  const limits: readonly (readonly [bytes_max: number, left: readonly number[]])[] = [
    [10_000, [0, 1, 2]],
    [3_000, [1, 2]],
    [1_500, [2]],
    [100, []],
  ]
  for (const [bytes_max, left] of limits) {
    row(`dead letters: the oldest are given up over ${bytes_max} bytes, and counted`, async ({ ledger }) => {
      await ledger.record(progress(START, { deadLetters: letters, counts: counted }))
      const gone = letters.length - left.length
      assert.equal(await ledger.trimDeadLetters(bytes_max, 120_000), gone)
      assert.deepEqual(await places(ledger), left)
      assert.equal(await ledger.trimDeadLetters(bytes_max, 120_000), 0)
      const sum = (name: string, counts: readonly { name: string; count: number }[]) =>
        counts.filter((one) => one.name === name).reduce((all, one) => all + one.count, 0)
      const counts = await ledger.counts()
      assert.deepEqual([sum('dead', counts), sum('givenUp', counts)], [left.length, gone])
      const range = { from_ms: 0, to_ms: 900_000, step: 'minute' } as const
      const points = [...(await ledger.series('heap-1', range)), ...(await ledger.series('heap-2', range))]
      assert.equal(sum('givenUp', points), gone)
    })
  }

  row('what holds their bytes follows what a person gives up and a replay delivers', async ({ ledger }) => {
    await ledger.record(progress(START, { deadLetters: letters, counts: counted }))
    await ledger.giveUpDeadLetters({ address: address(7, 0) })
    assert.equal(await ledger.trimDeadLetters(3_000, 0), 0)
    assert.deepEqual(await ledger.series('heap-1', { from_ms: 0, to_ms: 900_000, step: 'minute' }), [
      { at_ms: 60_000, part: 'track', name: 'dead', count: 2 },
      { at_ms: 60_000, part: 'track', name: 'deliveries', count: 2 },
    ])
  })

  row('dead letters: more go than one step takes', async ({ ledger }) => {
    const many = Array.from({ length: 2_500 }, (_, index) => deadLetter({ address: address(8, index) }))
    await ledger.record(progress(START, { deadLetters: many }))
    assert.equal(await ledger.trimDeadLetters(0, 0), 2_500)
  })
}

function durabilityRows(row: Row): void {
  row('everything is there after it is opened again', async (setting, t) => {
    if (!setting.harness.durable) return t.skip('forgets by design')
    const all = {
      counts: [count(2)],
      attempts: [attempt()],
      deadLetters: [deadLetter()],
      refusals: [refusal()],
    }
    const failing = { since_ms: 1, reason: { code: 'DESTINATION_FAILED', text: '503' } } as const
    await setting.ledger.record(progress({ chunk: 3, index: 1 }, all))
    await setting.ledger.recordFailing('heap-1', 0, failing, [])
    const before = await everything(setting.ledger)
    await setting.ledger.close()
    setting.ledger = await setting.harness.open()
    assert.deepEqual(await everything(setting.ledger), before)
    assert.deepEqual(await setting.ledger.failing('heap-1', 0), failing)
  })

  row('sync changes nothing that can be seen', async ({ ledger }) => {
    await ledger.sync()
    await ledger.record(progress(START, { attempts: [attempt()] }))
    const before = await everything(ledger)
    await ledger.sync()
    await ledger.sync()
    assert.deepEqual(await everything(ledger), before)
  })

  row(
    'a second connection sees what the first recorded, and each thing after it',
    async ({ ledger, harness }, t) => {
      if (harness.openReader === undefined) return t.skip('is one connection by design')
      await ledger.record(progress(START, { attempts: [attempt()] }))
      const reader = await harness.openReader()
      try {
        assert.deepEqual(await everything(reader), await everything(ledger))
        await ledger.record(
          progress({ chunk: 2, index: 0 }, { counts: [count(1)], deadLetters: [deadLetter()] }),
        )
        assert.deepEqual(await everything(reader), await everything(ledger))
        await ledger.sync()
      } finally {
        await reader.close()
      }
    },
  )
}

async function recordAt(ledger: Ledger, starts_ms: readonly number[]): Promise<void> {
  for (const startedAt_ms of starts_ms) {
    const body = { requestBody: 'q'.repeat(400), responseBody: 'a'.repeat(400) }
    await ledger.record(progress(START, { attempts: [attempt({ startedAt_ms, ...body })] }))
  }
}

async function times(ledger: Ledger): Promise<readonly number[]> {
  const attempts = await ledger.attempts({}, ALL)
  return attempts.map(({ startedAt_ms }) => startedAt_ms).toSorted((a, b) => a - b)
}
