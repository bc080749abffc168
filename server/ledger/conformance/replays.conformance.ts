import assert from 'node:assert/strict'
import type { DeadLetter, DeadLetterFilter, Ledger } from '../ledger.ts'
import type { NewReplay, ReplayEnd, ReplayStep } from '../replays.ts'
import { ALL, address, count, deadLetter, progress, type Row, START } from './testing.ts'

const reason = (text: string, code: DeadLetter['reason']['code'] = 'VALUES_INVALID') => ({
  reason: { code, text },
})
const LETTERS = [
  deadLetter({ address: address(7, 0), event: 'A', at_ms: 1_000, ...reason('"x" is 5 characters too long') }),
  deadLetter({
    address: address(7, 1),
    event: 'B',
    at_ms: 2_000,
    ...reason('"yy" is 17 characters too long'),
  }),
  deadLetter({ address: address(7, 2), at_ms: 3_000, ...reason('"x" is missing') }),
  deadLetter({
    address: address(7, 3),
    at_ms: 4_000,
    subscriptionId: 'identify',
    ...reason('"x" is missing'),
  }),
  deadLetter({ address: address(7, 4), at_ms: 5_000, instanceId: 'heap-2' }),
]
const DEAD = { deadLetters: LETTERS, counts: [count(4, { name: 'dead' }), count(4, { name: 'deliveries' })] }

/** The places of those that are found, newest first. */
const FILTERS: readonly (readonly [string, DeadLetterFilter, readonly number[]])[] = [
  ['an action', { subscriptionId: 'identify' }, [3]],
  ['a code of an instance', { instanceId: 'heap-1', code: 'VALUES_INVALID' }, [3, 2, 1, 0]],
  ['a text, but for numbers and what it quotes', { text: '"zzz" is 1 characters too long' }, [1, 0]],
  ['an event', { event: 'B' }, [1]],
  ['a time', { from_ms: 2_000, to_ms: 4_000 }, [2, 1]],
  ['an event of the log', { address: address(7, 2) }, [2]],
  ['no ids', { ids: [] }, []],
]

const REPLAY: NewReplay = {
  ...{ instanceId: 'heap-1', asked: { of: 'all' }, perSecond_max: 500, startedAt_ms: 1_000.5, total: 4 },
  selection: { kind: 'dead letters', filter: { instanceId: 'heap-1' }, id_max: 1_000 },
  place: { id: 0 },
}
const NEW = { ...REPLAY, selection: range(), place: START }
const DELIVERED: ReplayEnd = { status: 'delivered' }

function range() {
  return { kind: 'events', from_ms: 0, to_ms: 9, ends: [START], chunk_end: 99 } as const
}

function step(indexes: readonly number[], changes: Partial<ReplayStep> = {}): ReplayStep {
  const parked = indexes.map((index) => {
    return { subject: `person ${index}`, subscriptionId: 'track', address: address(7, index), due_ms: 0 }
  })
  const nothing = { isRead: true, looked: indexes.length, ended: [], skipped: 0, at_ms: 60_000 }
  return { place: { id: 9 }, parked, ...nothing, ...changes }
}

async function end(ledger: Ledger, id: number, isDead: boolean, index: number, end: ReplayEnd) {
  const [row] = await ledger.parked('heap-1', `person ${index}`, 1)
  assert.deepEqual(row?.replay, { id, isDead })
  const replay = { id, isDead }
  await ledger.record({
    ...progress(START, {
      parked: { ended: [row?.id ?? 0], subjects: [{ subject: `person ${index}`, due_ms: 0 }] },
      replayed: [{ replay, subscriptionId: 'track', address: address(7, index), end, at_ms: 60_000 }],
    }),
    cursor: undefined,
  })
}

async function sums(ledger: Ledger): Promise<Record<string, number>> {
  const all: Record<string, number> = {}
  for (const { of, name, count } of await ledger.counts())
    if (of === 'heap-1') all[name] = (all[name] ?? 0) + count
  return Object.fromEntries(Object.entries(all).filter(([, sum]) => sum !== 0))
}

export function replayRows(row: Row): void {
  letterRows(row)
  stateRows(row)
  endRows(row)
}

function letterRows(row: Row): void {
  for (const [title, filter, indexes] of FILTERS) {
    row(`dead letters: ${title}`, async ({ ledger }) => {
      await ledger.record(progress(START, DEAD))
      const found = await ledger.deadLetters(filter, ALL)
      assert.deepEqual(
        found.map((letter) => letter.address.index),
        indexes,
      )
      assert.equal(await ledger.deadLetterCount(filter), indexes.length)
      const ids = found.map(({ id }) => id)
      assert.deepEqual((await ledger.deadLetters({ ids }, ALL)).length, indexes.length)
      const after = await ledger.deadLettersAfter(filter, { id: 0, id_max: 1_000, count_max: 2 })
      assert.deepEqual(
        after.map(({ id }) => id),
        ids.toReversed().slice(0, 2),
      )
    })
  }

  row('dead letters by reason, the newest group first', async ({ ledger }) => {
    await ledger.record(progress(START, DEAD))
    const groups = await ledger.deadLetterGroups({ instanceId: 'heap-1' })
    assert.deepEqual(
      groups.map(({ subscriptionId, text, count, first_ms, last_ms }) => {
        return [subscriptionId, text, count, first_ms, last_ms]
      }),
      [
        ['identify', '"x" is missing', 1, 4_000, 4_000],
        ['track', '"x" is missing', 1, 3_000, 3_000],
        ['track', '"yy" is 17 characters too long', 2, 1_000, 2_000],
      ],
    )
    assert.equal((await ledger.deadLetterGroups({})).length, 4)
  })

  row('what is given up is gone, and counted', async ({ ledger }) => {
    await ledger.record(progress(START, DEAD))
    assert.equal(await ledger.giveUpDeadLetters({ instanceId: 'heap-1', subscriptionId: 'track' }), 3)
    assert.equal(await ledger.deadLetterCount({}), 2)
    assert.deepEqual(await sums(ledger), { deliveries: 4, dead: 1, givenUp: 3 })
    assert.equal(await ledger.giveUpDeadLetters({ instanceId: 'heap-1', subscriptionId: 'track' }), 0)
  })
}

function stateRows(row: Row): void {
  row('a replay comes back whole, over a restart; the oldest that runs is next', async (setting) => {
    const first = await setting.ledger.addReplay(REPLAY)
    await setting.ledger.addReplay(NEW)
    if (setting.harness.durable) {
      await setting.ledger.close()
      setting.ledger = await setting.harness.open()
    }
    const { ledger } = setting
    const nothing = { looked: 0, fed: 0, ended: 0, sent: 0, refused: 0, skipped: 0, isRead: false }
    assert.deepEqual(await ledger.replay(first.id), { id: first.id, state: 'running', ...REPLAY, ...nothing })
    assert.deepEqual((await ledger.replays({}))[0]?.selection, NEW.selection)
    assert.equal((await ledger.nextReplay('heap-1'))?.id, first.id)
    assert.equal(await ledger.nextReplay('heap-2'), undefined)
    assert.deepEqual(await ledger.replays({ instanceId: 'heap-2' }), [])
  })

  row(
    'only one that runs is fed, and only from the states that are said is it changed',
    async ({ ledger }) => {
      await ledger.record(progress(START, DEAD))
      const { id } = await ledger.addReplay(REPLAY)
      assert.equal(await ledger.changeReplay(id, ['stopped'], { state: 'running', at_ms: 5 }), false)
      assert.ok(await ledger.changeReplay(id, ['running'], { state: 'stopped', at_ms: 5 }))
      assert.equal(await ledger.feedReplay(id, step([0])), false)
      assert.deepEqual([(await ledger.replay(id))?.endedAt_ms, await ledger.parkedAt(address(7, 0))], [5, []])
      const change = { state: 'running', at_ms: 6, perSecond_max: 9 } as const
      assert.ok(await ledger.changeReplay(id, ['stopped'], change))
      const { state, endedAt_ms, perSecond_max } = (await ledger.replay(id)) ?? {}
      assert.deepEqual([state, endedAt_ms, perSecond_max], ['running', undefined, 9])
      assert.equal(await ledger.changeReplay(77, ['running'], change), false)
    },
  )

  row('it is done when all that it parked has ended', async ({ ledger }) => {
    await ledger.record(progress(START, DEAD))
    const { id } = await ledger.addReplay(REPLAY)
    await ledger.feedReplay(id, step([0, 1]))
    await end(ledger, id, true, 0, DELIVERED)
    assert.equal((await ledger.replay(id))?.state, 'running')
    await end(ledger, id, true, 1, { status: 'unchanged' })
    const { state, looked, total, sent, skipped, endedAt_ms } = (await ledger.replay(id)) ?? {}
    assert.deepEqual([state, looked, total, sent, skipped, endedAt_ms], ['done', 2, 2, 1, 1, 60_000])
  })

  row('those that ended before a time go, and their ids are not used again', async ({ ledger }) => {
    const ids: number[] = []
    for (const startedAt_ms of [1_000, 1_000, 1_000, 5_000]) {
      ids.push((await ledger.addReplay({ ...REPLAY, startedAt_ms })).id)
    }
    const [done = 0, stopped = 0, running = 0, young = 0] = ids
    await ledger.feedReplay(done, step([], { at_ms: 3_000 }))
    await ledger.changeReplay(stopped, ['running'], { state: 'stopped', at_ms: 2_000 })
    await ledger.feedReplay(young, step([], { at_ms: 6_000 }))
    const left = async () => (await ledger.replays({})).map(({ id }) => id)
    assert.equal(await ledger.trimReplays(3_000), 0)
    assert.equal(await ledger.trimReplays(3_001), 1)
    assert.deepEqual(await left(), [young, running, stopped])
    await ledger.forget('heap-1')
    assert.equal(await ledger.trimReplays(4_000), 1, 'one that failed')
    assert.deepEqual(await left(), [young, stopped])
    assert.equal(await ledger.trimReplays(9_000), 1)
    assert.equal((await ledger.addReplay(REPLAY)).id, young + 1)
  })

  row(
    'forgetting its instance fails it; what it parked of dead letters are dead letters',
    async ({ ledger }) => {
      await ledger.record(progress(START, DEAD))
      const { id } = await ledger.addReplay(REPLAY)
      await ledger.feedReplay(id, step([0, 1]))
      await ledger.forget('heap-1')
      const { state, reason, fed, ended } = (await ledger.replay(id)) ?? {}
      assert.deepEqual([state, reason?.code, fed, ended], ['failed', 'REPLAY_IMPOSSIBLE', 2, 2])
      assert.deepEqual(await sums(ledger), { deliveries: 4, dead: 4 })
      assert.equal(await ledger.deadLetterCount({ instanceId: 'heap-1' }), 4)
    },
  )
}

function endRows(row: Row): void {
  const again = deadLetter({ address: address(7, 0), at_ms: 9_000, ...reason('still no') })
  const refused: ReplayEnd = { status: 'refused', letter: again }
  type Case = readonly [end: ReplayEnd, counts: Record<string, number>, letters: number, newest: string]
  const ofDead: readonly Case[] = [
    [DELIVERED, { deliveries: 4, dead: 3, delivered: 1 }, 3, '"x" is missing'],
    [{ status: 'unchanged' }, { deliveries: 4, dead: 3, unchanged: 1 }, 3, '"x" is missing'],
    [{ status: 'skipped' }, { deliveries: 4, dead: 4 }, 4, '"x" is missing'],
    [refused, { deliveries: 4, dead: 4 }, 4, 'still no'],
  ]
  for (const [how, counts, letters, newest] of ofDead) {
    row(`a dead letter that is replayed and ${how.status}`, async ({ ledger }) => {
      await ledger.record(progress(START, DEAD))
      const { id } = await ledger.addReplay(REPLAY)
      await ledger.feedReplay(id, step([0]))
      assert.deepEqual(await sums(ledger), { deliveries: 4, dead: 4 }, 'on its way it is one still')
      await end(ledger, id, true, 0, how)
      assert.deepEqual(await sums(ledger), counts)
      const left = await ledger.deadLetters({ instanceId: 'heap-1' }, ALL)
      assert.deepEqual([left.length, left[0]?.reason.text], [letters, newest])
    })
  }

  const ofEvents: readonly (readonly [ReplayEnd, Record<string, number>])[] = [
    [DELIVERED, { deliveries: 1, replayed: 1, delivered: 1 }],
    [{ status: 'skipped' }, { deliveries: 1, replayed: 1, forgotten: 1 }],
    [refused, { deliveries: 1, replayed: 1, dead: 1 }],
  ]
  for (const [how, counts] of ofEvents) {
    row(`an event without a dead letter that is replayed and ${how.status}`, async ({ ledger }) => {
      const { id } = await ledger.addReplay(NEW)
      await ledger.feedReplay(id, step([0], { place: START }))
      assert.deepEqual(await sums(ledger), { deliveries: 1, replayed: 1, parked: 1 })
      await end(ledger, id, false, 0, how)
      assert.deepEqual(await sums(ledger), counts)
    })
  }

  row('what is parked already, or given up meanwhile, is not parked', async ({ ledger }) => {
    await ledger.record(progress(START, DEAD))
    const { id } = await ledger.addReplay(REPLAY)
    await ledger.feedReplay(id, step([0], { isRead: false }))
    await ledger.giveUpDeadLetters({ address: address(7, 1) })
    await ledger.feedReplay(id, step([0, 1]))
    const { fed, skipped } = (await ledger.replay(id)) ?? {}
    assert.deepEqual([fed, skipped], [1, 1])
  })

  row('what ends before it is parked', async ({ ledger }) => {
    await ledger.record(progress(START, DEAD))
    const { id } = await ledger.addReplay(REPLAY)
    const of = (index: number, end: ReplayEnd) => ({
      subscriptionId: 'track',
      address: address(7, index),
      end,
    })
    await ledger.feedReplay(
      id,
      step([], { ended: [of(0, refused), of(1, { status: 'skipped' }), of(8, refused)] }),
    )
    const { state, refused: count, skipped } = (await ledger.replay(id)) ?? {}
    assert.deepEqual([state, count, skipped], ['done', 1, 1])
    assert.deepEqual(await sums(ledger), { deliveries: 4, dead: 4 })
  })

  row('what it delivers has a series; what falls has none', async ({ ledger }) => {
    await ledger.record(progress(START, DEAD))
    const { id } = await ledger.addReplay(REPLAY)
    await ledger.feedReplay(id, step([0]))
    await end(ledger, id, true, 0, DELIVERED)
    const points = await ledger.series('heap-1', { from_ms: 0, to_ms: 900_000, step: 'minute' })
    assert.deepEqual(points.map(({ name, count }) => [name, count]).sort(), [
      ['dead', 4],
      ['delivered', 1],
      ['deliveries', 4],
    ])
  })
}
