import assert from 'node:assert/strict'
import type { Attempt, AttemptFilter, DeadLetterFilter, Ledger } from '../ledger.ts'
import { ALL, address, addressRange, attempt, deadLetter, progress, type Row, START } from './testing.ts'

/** As it was stored before an attempt said which actions it carried. */
function fromBefore({ subscriptionIds: _, ...attempt }: Attempt): Attempt {
  return attempt
}
const ATTEMPTS = [
  attempt({ startedAt_ms: 1_000, addresses: addressRange(7, 3) }),
  attempt({
    startedAt_ms: 2_000,
    addresses: [address(7, 5), address(9, 0, 3)],
    outcome: 'retry',
    status: 503,
    subscriptionIds: ['identify', 'track'],
  }),
  attempt({ startedAt_ms: 3_000, addresses: [address(9, 0, 3)], outcome: 'retry', status: undefined }),
  attempt({ startedAt_ms: 4_000, addresses: [address(9, 0, 3)], instanceId: 'heap-2', status: 207 }),
  attempt({
    startedAt_ms: 5_000,
    addresses: [address(9, 1, 3)],
    outcome: 'refused',
    status: 400,
    subscriptionIds: ['identify'],
  }),
  fromBefore(attempt({ startedAt_ms: 6_000, addresses: [address(11)] })),
]

/** The times of the attempts that are found, in seconds, newest first. */
const FILTERS: readonly (readonly [title: string, filter: AttemptFilter, seconds: readonly number[]])[] = [
  ['no filter', {}, [6, 5, 4, 3, 2, 1]],
  ['an outcome', { outcome: 'retry' }, [3, 2]],
  ['delivered', { outcome: 'delivered' }, [6, 4, 1]],
  ['an outcome of an instance', { instanceId: 'heap-2', outcome: 'retry' }, []],
  ['a status', { status: { first: 503, last: 503 } }, [2]],
  ['a kind of status', { status: { first: 200, last: 299 } }, [6, 4, 1]],
  ['no answer', { status: 'none' }, [3]],
  ['an action', { subscriptionId: 'track' }, [4, 3, 2, 1]],
  ['an action that came in one request with others', { subscriptionId: 'identify' }, [5, 2]],
  ['an action of an instance', { instanceId: 'heap-1', subscriptionId: 'track' }, [3, 2, 1]],
  ['an action and an outcome', { subscriptionId: 'identify', outcome: 'retry' }, [2]],
  [
    'an action and an outcome of another instance',
    { instanceId: 'heap-2', subscriptionId: 'identify', outcome: 'retry' },
    [],
  ],
  ['an action and a status', { subscriptionId: 'track', status: 'none' }, [3]],
  ['an action and an event', { subscriptionId: 'identify', carried: [address(9, 0, 3)] }, [2]],
  ['an action and a time', { subscriptionId: 'track', from_ms: 2_000, to_ms: 4_000 }, [3, 2]],
  ['an action that nobody has', { subscriptionId: 'purge' }, []],
  ['a time', { from_ms: 2_000, to_ms: 4_000 }, [3, 2]],
  ['an event', { carried: [address(9, 0, 3)] }, [4, 3, 2]],
  ['an event of another place in the same chunk', { carried: [address(7, 4)] }, []],
  ['a chunk that nobody carried', { carried: [address(8)] }, []],
  ['any of several events', { carried: [address(7, 2), address(9, 1, 3)] }, [5, 1]],
  ['no events', { carried: [] }, []],
  [
    'all at once',
    { instanceId: 'heap-1', outcome: 'retry', from_ms: 2_500, carried: [address(9, 0, 3)] },
    [3],
  ],
]

export function askedRows(row: Row): void {
  for (const [title, filter, seconds] of FILTERS) {
    row(`attempts: ${title}`, async ({ ledger }) => {
      await ledger.record(progress(START, { attempts: ATTEMPTS }))
      assert.deepEqual(await times(ledger, filter), seconds)
    })
  }

  row('attempts: filters are read page by page', async ({ ledger }) => {
    await ledger.record(progress(START, { attempts: ATTEMPTS }))
    const filter = { carried: [address(9, 0, 3)] }
    const first = await ledger.attempts(filter, { count_max: 2 })
    const rest = await ledger.attempts(filter, { count_max: 2, before: first.at(-1)?.id as number })
    assert.deepEqual(
      [...first, ...rest].map(({ startedAt_ms }) => startedAt_ms / 1_000),
      [4, 3, 2],
    )
  })

  row(
    'attempts: an action is read page by page, and those that are trimmed are not found',
    async ({ ledger }) => {
      await ledger.record(progress(START, { attempts: ATTEMPTS }))
      await ledger.trimAttempts({ before_ms: 2_000, bytes_max: Number.MAX_SAFE_INTEGER })
      const filter = { subscriptionId: 'track' }
      const first = await ledger.attempts(filter, { count_max: 2 })
      const rest = await ledger.attempts(filter, { count_max: 2, before: first.at(-1)?.id as number })
      assert.deepEqual(
        [...first, ...rest].map(({ startedAt_ms }) => startedAt_ms / 1_000),
        [4, 3, 2],
      )
    },
  )

  row('attempts: those that are trimmed are not found by their events', async ({ ledger }) => {
    await ledger.record(progress(START, { attempts: ATTEMPTS }))
    await ledger.trimAttempts({ before_ms: 3_000, bytes_max: Number.MAX_SAFE_INTEGER })
    assert.deepEqual(await times(ledger, { carried: [address(7, 5), address(9, 0, 3)] }), [4, 3])
  })

  row('attempts: one by its id', async ({ ledger }) => {
    await ledger.record(progress(START, { attempts: ATTEMPTS }))
    const [newest] = await ledger.attempts({}, ALL)
    assert.deepEqual(await ledger.attempt(newest?.id as number), newest)
    assert.equal(await ledger.attempt(999), undefined)
  })

  const letters: readonly (readonly [title: string, filter: DeadLetterFilter, ids: readonly string[]])[] = [
    ['of an event', { address: address(7, 1) }, ['m3', 'm2']],
    ['of an event and an instance', { address: address(7, 1), instanceId: 'heap-2' }, ['m3']],
    ['of an event in another lane', { address: address(7, 1, 1) }, []],
  ]
  for (const [title, filter, ids] of letters) {
    row(`dead letters: ${title}`, async ({ ledger }) => {
      const deadLetters = [
        deadLetter({ address: address(7, 0), messageId: 'm1' }),
        deadLetter({ address: address(7, 1), messageId: 'm2' }),
        deadLetter({ address: address(7, 1), messageId: 'm3', instanceId: 'heap-2' }),
      ]
      await ledger.record(progress(START, { deadLetters }))
      const found = await ledger.deadLetters(filter, ALL)
      assert.deepEqual(
        found.map(({ messageId }) => messageId),
        ids,
      )
    })
  }

  row('dead letters: how many an instance has', async ({ ledger }) => {
    const deadLetters = [
      deadLetter(),
      deadLetter({ address: address(8) }),
      deadLetter({ instanceId: 'heap-2' }),
    ]
    await ledger.record(progress(START, { deadLetters }))
    assert.deepEqual(
      [
        await ledger.deadLetterCount({ instanceId: 'heap-1' }),
        await ledger.deadLetterCount({ instanceId: 'none' }),
      ],
      [2, 0],
    )
  })

  row('what is parked of an event is found, for all instances', async ({ ledger }) => {
    const parkedOf = (subscriptionId: string, index: number) => ({
      added: [{ subject: 'ada', subscriptionId, address: address(7, index), due_ms: 5_000, state: 'begun' }],
    })
    await ledger.record(progress(START, { parked: parkedOf('track', 0) }))
    await ledger.record(progress(START, { parked: parkedOf('identify', 1) }))
    await ledger.record(progress(START, { readerId: 'heap-2', parked: parkedOf('track', 0) }))
    const found = await ledger.parkedAt(address(7, 0))
    assert.deepEqual(
      found.map(({ id: _, ...rest }) => rest),
      ['heap-1', 'heap-2'].map((instanceId) => ({
        instanceId,
        subject: 'ada',
        subscriptionId: 'track',
        address: address(7, 0),
        due_ms: 5_000,
        state: 'begun',
      })),
    )
    assert.deepEqual(await ledger.parkedAt(address(7, 2)), [])
  })
}

async function times(ledger: Ledger, filter: AttemptFilter): Promise<readonly number[]> {
  const found = await ledger.attempts(filter, ALL)
  return found.map(({ startedAt_ms }) => startedAt_ms / 1_000)
}
