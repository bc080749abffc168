import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { AppError } from '../../core/errors.ts'
import type { Address } from '../../core/event.ts'
import type { Attempt } from '../ledger/ledger.ts'
import { attemptDetail, attemptList } from './attempts.ts'
import { type LookupWorld, lookupWorld, NOON_MS } from './testing.ts'

const attempt = (
  startedAt_ms: number,
  addresses: readonly Address[],
  more: Partial<Attempt> = {},
): Attempt => ({
  ...{ instanceId: 'heap', lane: 0, startedAt_ms, duration_ms: 5, attempt: 1, outcome: 'delivered' },
  ...{ status: 200, reason: undefined, method: 'POST', url: 'https://example.com', addresses },
  ...{ requestBody: '{"a":1}', responseBody: 'ok' },
  ...more,
})

describe('attempts', () => {
  let world: LookupWorld
  beforeEach(() => {
    world = lookupWorld()
  })
  afterEach(() => world.close())

  /** Eight events of ada and bob in turns, a chunk each; an attempt for each pair, and one more for the last of all. */
  async function fill(): Promise<void> {
    const addresses: Address[] = []
    for (let n = 0; n < 8; n++) {
      const userId = n % 2 === 0 ? 'ada' : 'bob'
      const [address] = await world.append([world.event({ userId, event: n < 4 ? 'Seen' : 'Bought' })])
      addresses.push(address as Address)
    }
    await world.indexAll()
    const attempts = [0, 2, 4, 6].map((n) =>
      attempt(NOON_MS + n * 1_000, addresses.slice(n, n + 2), {
        subscriptionIds: n % 4 === 0 ? ['track', 'identify'] : ['track'],
      }),
    )
    const failed = { outcome: 'retry', status: 503, instanceId: 'hook' } as const
    await world.record('heap', {
      attempts: [...attempts, attempt(NOON_MS + 8_000, addresses.slice(7), failed)],
    })
  }
  const ids = async (query: Parameters<typeof attemptList>[1]) =>
    (await attemptList(world.deps, query)).attempts.map(({ id }) => id)

  const rows: readonly [title: string, query: Parameters<typeof attemptList>[1], ids: readonly number[]][] = [
    ['all, newest first', {}, [5, 4, 3, 2, 1]],
    ['of a destination', { destination: 'heap' }, [4, 3, 2, 1]],
    ['of an action', { destination: 'heap', action: 'identify' }, [3, 1]],
    ['of an action and a person', { action: 'identify', person: 'ada' }, [3, 1]],
    ['of an outcome', { outcome: 'retry' }, [5]],
    ['of a status', { status: '503' }, [5]],
    ['of a kind of status', { status: '2xx' }, [4, 3, 2, 1]],
    ['without an answer', { status: 'none' }, []],
    [
      'of a time',
      { from: new Date(NOON_MS + 2_000).toISOString(), to: new Date(NOON_MS + 6_000).toISOString() },
      [3, 2],
    ],
    ['of a person', { person: 'bob' }, [5, 4, 3, 2, 1]],
    ['of an event', { event: 'Seen' }, [2, 1]],
    ['of a person and an event', { person: 'ada', event: 'Bought' }, [4, 3]],
    ['of a person and a destination', { person: 'bob', destination: 'hook' }, [5]],
    ['of nobody', { person: 'eve' }, []],
  ]
  for (const [title, query, expected] of rows) {
    test(title, async () => {
      await fill()
      assert.deepEqual(await ids(query), expected)
      // Page by page the same.
      const paged: number[] = []
      for (let before: string | undefined; ; ) {
        const page = await attemptList(world.deps, { ...query, limit: 1, ...(before && { before }) })
        paged.push(...page.attempts.map(({ id }) => id))
        if (page.next === undefined) break
        before = page.next
      }
      assert.deepEqual(paged, expected)
    })
  }

  test('those of more events than are looked up at once come window by window, each once', async () => {
    const addresses: Address[] = []
    for (let n = 0; n < 1_201; n++) {
      addresses.push(...(await world.append([world.event({ userId: n % 3 === 0 ? 'ada' : 'bob' })])))
    }
    await world.indexAll()
    // 1,201 events in attempts of 20: one of them lies on the edge of two windows.
    const attempts = Array.from({ length: 61 }, (_, n) =>
      attempt(NOON_MS + n, addresses.slice(n * 20, n * 20 + 20)),
    )
    await world.record('heap', { attempts })
    const seen: number[] = []
    for (let before: string | undefined; ; ) {
      const page = await attemptList(world.deps, { person: 'bob', limit: 7, ...(before && { before }) })
      seen.push(...page.attempts.map(({ id }) => id))
      if (page.next === undefined) break
      before = page.next
    }
    assert.deepEqual(
      seen,
      Array.from({ length: 60 }, (_, n) => 60 - n),
    )
  })

  test('each says with which event it began, and whose it is', async () => {
    await fill()
    const { attempts } = await attemptList(world.deps, {})
    assert.deepEqual(
      attempts.map(({ first }) => [first?.name, first?.person]),
      [
        ['Bought', 'bob'],
        ['Bought', 'ada'],
        ['Bought', 'ada'],
        ['Seen', 'ada'],
        ['Seen', 'ada'],
      ],
    )
    const [address] = await world.append([world.event({ type: 'identify', userId: 'eve' })])
    const gone = { lane: 0, chunk: 9_999, index: 0 }
    await world.record('heap', {
      attempts: [attempt(NOON_MS, [address as Address]), attempt(NOON_MS, [gone])],
    })
    const [lost, unnamed] = (await attemptList(world.deps, { limit: 2 })).attempts
    assert.deepEqual(
      [lost?.first, unnamed?.first?.name, unnamed?.first?.person],
      [undefined, 'identify', 'eve'],
    )
  })

  test('one, with request and answer', async () => {
    await fill()
    const one = await attemptDetail(world.ledger, '2')
    assert.deepEqual([one.requestBody, one.responseBody, one.addresses.length], ['{"a":1}', 'ok', 2])
    for (const id of ['99', 'x', '-1', '1e3']) {
      await assert.rejects(
        attemptDetail(world.ledger, id),
        (error) => (error as AppError).code === 'NOT_FOUND',
      )
    }
  })

  for (const [query, parameter] of [
    [{ before: 'x' }, 'before'],
    [{ before: '0' }, 'before'],
    [{ person: 'ada', before: '1-2.3' }, 'before'],
    [{ from: 'yesterday' }, 'from'],
  ] as const) {
    test(`refuses ${JSON.stringify(query)} and names ${parameter}`, async () => {
      await assert.rejects(
        attemptList(world.deps, query),
        (error) => error instanceof AppError && error.details['parameter'] === parameter,
      )
    })
  }
})
