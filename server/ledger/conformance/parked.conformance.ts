import assert from 'node:assert/strict'
import type { Ledger, NewParked } from '../ledger.ts'
import { ALL, address, count, everything, progress, type Row, START, sum } from './testing.ts'

export function parkedRows(row: Row): void {
  orderRows(row)
  turnRows(row)
  asideRows(row)
  endRows(row)
}

function parked(subject: string, index: number, changes: Partial<NewParked> = {}): NewParked {
  return { subject, subscriptionId: 'track', address: address(7, index), due_ms: 1_000, ...changes }
}

const DOWN = { code: 'DESTINATION_FAILED', text: 'It answered 503.' } as const
const aside = (failures: number, since_ms: number) => ({ aside: { failures, since_ms, reason: DOWN } })

async function park(ledger: Ledger, ...added: readonly NewParked[]): Promise<void> {
  await ledger.record(progress(START, { parked: { added } }))
}

const indexes = async (ledger: Ledger, subject: string, count_max = 100) =>
  (await ledger.parked('heap-1', subject, count_max)).map(({ address: { index } }) => index)

function orderRows(row: Row): void {
  row('a subject has its parked deliveries in the order in which they were parked', async ({ ledger }) => {
    await park(ledger, parked('ada', 3), parked('bob', 1), parked('ada', 2))
    await park(ledger, parked('ada', 9))
    assert.deepEqual(await indexes(ledger, 'ada'), [3, 2, 9])
    assert.deepEqual(await indexes(ledger, 'ada', 2), [3, 2])
    assert.deepEqual(await indexes(ledger, 'bob'), [1])
    assert.deepEqual(await ledger.parked('heap-2', 'ada', 100), [])
  })

  row('a parked delivery comes back whole, over a restart', async (setting) => {
    const { harness } = setting
    const one = parked('ada', 3, {
      subscriptionId: 'delete',
      due_ms: 1_500.5,
      state: { id: 'd1', polls: [1, null] },
      aside: { failures: 3, since_ms: 900.5, reason: DOWN },
    })
    await park(setting.ledger, one)
    if (harness.durable) {
      await setting.ledger.close()
      setting.ledger = await harness.open()
    }
    const [found] = await setting.ledger.parked('heap-1', 'ada', 10)
    assert.deepEqual({ ...found, id: 0 }, { ...one, id: 0 })
  })

  row('which of some subjects are waiting', async ({ ledger }) => {
    await park(ledger, parked('ada', 1), parked('__proto__', 2))
    const found = await ledger.parkedSubjects('heap-1', ['bob', 'ada', '__proto__'])
    assert.deepEqual([...found].sort(), ['__proto__', 'ada'])
    assert.equal((await ledger.parkedSubjects('heap-2', ['ada'])).size, 0)
  })

  row('where several processes use it, who has something parked comes in one answer', async ({ ledger }) => {
    if (ledger.atWork === undefined) return
    assert.deepEqual(await ledger.atWork(), { parked: new Set(), isReplaying: false })
    await park(ledger, parked('ada', 1), parked('bob', 1))
    await ledger.record(progress(START, { readerId: 'heap-2', parked: { added: [parked('eve', 1)] } }))
    assert.deepEqual((await ledger.atWork()).parked, new Set(['heap-1', 'heap-2']))
  })

  row('the first chunk of each lane that a parked delivery needs', async ({ ledger }) => {
    assert.equal((await ledger.parkedChunks()).size, 0)
    await park(
      ledger,
      parked('ada', 1, { address: address(9, 1, 0) }),
      parked('bob', 1, { address: address(8, 1, 3) }),
    )
    await ledger.record(
      progress(START, {
        readerId: 'heap-2',
        parked: { added: [parked('eve', 1, { address: address(4, 0, 0) })] },
      }),
    )
    assert.deepEqual(
      [...(await ledger.parkedChunks())].sort((a, b) => a[0] - b[0]),
      [
        [0, 4],
        [3, 8],
      ],
    )
  })
}

function turnRows(row: Row): void {
  row('subjects come by the time of their turn, and a turn that is known is kept', async ({ ledger }) => {
    await park(ledger, parked('ada', 1, { due_ms: 3_000 }), parked('bob', 2, { due_ms: 2_000 }))
    await park(ledger, parked('ada', 3, { due_ms: 1_000 }))
    assert.deepEqual(await ledger.nextSubjects('heap-1', 10), [
      { subject: 'bob', due_ms: 2_000 },
      { subject: 'ada', due_ms: 3_000 },
    ])
    assert.equal((await ledger.nextSubjects('heap-1', 1)).length, 1)
    assert.deepEqual(await ledger.nextSubjects('heap-2', 10), [])
  })

  row(
    'a subject is looked at again at the time given, and never before its first one is due',
    async ({ ledger }) => {
      await park(ledger, parked('ada', 1, { due_ms: 5_000 }), parked('bob', 2, { due_ms: 2_000 }))
      const subjects = [
        { subject: 'ada', due_ms: 4_000 },
        { subject: 'bob', due_ms: 4_000 },
        { subject: 'nobody', due_ms: 1 },
      ]
      await ledger.record(progress(START, { cursor: undefined, parked: { subjects } }))
      assert.deepEqual(await ledger.nextSubjects('heap-1', 10), [
        { subject: 'bob', due_ms: 4_000 },
        { subject: 'ada', due_ms: 5_000 },
      ])
    },
  )

  row('one that is put off keeps its place, with its new time and state', async ({ ledger }) => {
    await park(ledger, parked('ada', 1), parked('ada', 2))
    const [first] = await ledger.parked('heap-1', 'ada', 1)
    const postponed = [{ id: first?.id ?? 0, due_ms: 9_000, state: 'asked' }]
    await ledger.record(
      progress(START, { parked: { postponed, subjects: [{ subject: 'ada', due_ms: 2_000 }] } }),
    )
    const rows = await ledger.parked('heap-1', 'ada', 10)
    assert.deepEqual(
      rows.map(({ due_ms, state }) => [due_ms, state]),
      [
        [9_000, 'asked'],
        [1_000, undefined],
      ],
    )
    assert.deepEqual(await ledger.nextSubjects('heap-1', 10), [{ subject: 'ada', due_ms: 9_000 }])
  })
}

function asideRows(row: Row): void {
  row(
    'subjects whose first delivery is set aside are asked for apart from the others',
    async ({ ledger }) => {
      await park(ledger, parked('ada', 1, aside(1, 500)), parked('ada', 2), parked('bob', 3))
      await park(ledger, parked('bob', 4, aside(1, 600)), parked('eve', 5, { due_ms: 900 }))
      const subjects = async (kind?: 'turn' | 'aside') =>
        (await ledger.nextSubjects('heap-1', 10, kind)).map(({ subject }) => subject)
      assert.deepEqual(await subjects(), ['eve', 'ada', 'bob'])
      assert.deepEqual(await subjects('turn'), ['eve', 'bob'])
      assert.deepEqual(await subjects('aside'), ['ada'])
      assert.equal((await ledger.nextSubjects('heap-1', 1, 'turn')).length, 1)
    },
  )

  row('a subject changes its kind with its first delivery', async ({ ledger }) => {
    await park(ledger, parked('ada', 1), parked('ada', 2))
    const [first] = await ledger.parked('heap-1', 'ada', 1)
    const id = first?.id ?? 0
    const turn = { subjects: [{ subject: 'ada', due_ms: 1_000 }] }
    await ledger.record(
      progress(START, { parked: { postponed: [{ id, due_ms: 9_000, ...aside(1, 500) }], ...turn } }),
    )
    assert.deepEqual(await ledger.nextSubjects('heap-1', 10, 'aside'), [{ subject: 'ada', due_ms: 9_000 }])
    assert.deepEqual(await ledger.nextSubjects('heap-1', 10, 'turn'), [])
    await ledger.record(progress(START, { parked: { ended: [id], ...turn } }))
    assert.deepEqual(await ledger.nextSubjects('heap-1', 10, 'turn'), [{ subject: 'ada', due_ms: 1_000 }])
    assert.deepEqual(await ledger.nextSubjects('heap-1', 10, 'aside'), [])
  })

  row('what is set aside is summed up by instance', async ({ ledger }) => {
    assert.equal((await ledger.aside()).size, 0)
    await park(ledger, parked('ada', 1, aside(1, 700)), parked('bob', 2, aside(4, 500)), parked('eve', 3))
    assert.deepEqual([...(await ledger.aside())], [['heap-1', { count: 2, since_ms: 500, reason: DOWN }]])
    await ledger.forget('heap-1')
    assert.equal((await ledger.aside()).size, 0)
  })
}

function endRows(row: Row): void {
  row('what has ended is gone, and a subject with it when nothing else waits', async ({ ledger }) => {
    await park(ledger, parked('ada', 1), parked('ada', 2), parked('bob', 3))
    const [first] = await ledger.parked('heap-1', 'ada', 1)
    const [bob] = await ledger.parked('heap-1', 'bob', 1)
    const ended = [first?.id ?? 0, bob?.id ?? 0]
    const subjects = [
      { subject: 'ada', due_ms: 7_000 },
      { subject: 'bob', due_ms: 7_000 },
    ]
    await ledger.record(progress(START, { cursor: undefined, parked: { ended, subjects } }))
    assert.deepEqual(await indexes(ledger, 'ada'), [2])
    assert.deepEqual(await ledger.nextSubjects('heap-1', 10), [{ subject: 'ada', due_ms: 7_000 }])
  })

  row('a record without a cursor leaves the cursor, and stores the rest', async ({ ledger }) => {
    await ledger.start('heap-1', [START])
    await ledger.record(progress(START, { cursor: undefined, counts: [count(2)] }))
    assert.deepEqual(await ledger.cursor('heap-1', 0), START)
    assert.deepEqual(await ledger.counts(), [sum(2)])
  })

  row('parking is all or nothing with the rest of a record', async ({ ledger }) => {
    const bad = parked('ada', 1, { due_ms: Number.NaN })
    await assert.rejects(
      ledger.record(progress(START, { counts: [count(1)], parked: { added: [parked('ada', 2), bad] } })),
    )
    assert.deepEqual(await ledger.parked('heap-1', 'ada', 10), [])
    assert.deepEqual((await everything(ledger)).counts, [])
  })

  row('forgetting a reader ends what is parked for it, counted as forgotten', async ({ ledger }) => {
    const counts = [count(3, { name: 'parked' })]
    const added = [parked('ada', 1), parked('ada', 2), parked('bob', 3)]
    await ledger.record(progress(START, { counts, parked: { added } }))
    await ledger.record(progress(START, { readerId: 'heap-2', parked: { added: [parked('ada', 4)] } }))
    await ledger.forget('heap-1')
    assert.deepEqual(await ledger.nextSubjects('heap-1', 10), [])
    assert.deepEqual(await ledger.parked('heap-1', 'ada', 10), [])
    assert.equal((await ledger.parked('heap-2', 'ada', 10)).length, 1)
    const sums = Object.fromEntries((await ledger.counts()).map(({ name, count }) => [name, count]))
    assert.deepEqual(sums, { parked: 0, forgotten: 3 })
    assert.equal((await ledger.attempts({}, ALL)).length, 0)
  })
}
