import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ReplaySelection } from '../ledger/replays.ts'
import { numbered, postOffice } from './post.fixtures.ts'
import { assertBalanced, type Office, page, refused, replayOf } from './replays.fixtures.ts'

describe('a replay of the log', () => {
  const range = async (
    office: Office,
    changes: Partial<Extract<ReplaySelection, { kind: 'events' }>> = {},
  ) => {
    const ends = await Promise.all([0, 1].map(async (lane) => office.ledger.cursor('post', lane)))
    const selection: ReplaySelection = {
      ...{ kind: 'events', from_ms: 0, to_ms: Number.MAX_SAFE_INTEGER, chunk_end: 1_000_000 },
      ends: ends.map((end) => end ?? assert.fail()),
      ...changes,
    }
    return { selection, place: { chunk: 0, index: 0 } }
  }

  test('sends events again, in order for each person, counted as replayed', async () => {
    const office = postOffice()
    await office.write([...numbered('ada', 4), ...numbered('bob', 2)])
    await office.start()
    await office.pass(10_000)
    const id = await office.replay(await range(office))
    await office.pass(20_000)
    await office.stop()
    assert.deepEqual(office.letters('ada'), [...numbered('ada', 4), ...numbered('ada', 4)])
    assert.deepEqual(await replayOf(office, id), {
      state: 'done',
      looked: 6,
      sent: 6,
      refused: 0,
      skipped: 0,
    })
    assert.deepEqual(await office.counts(), {
      ...{ read: 6, matched: 6, deliveries: 12, replayed: 6, delivered: 12 },
    })
  })

  test('sends only what its trigger, time and action say, and nothing that the instance has not come to', async () => {
    const office = postOffice()
    await office.write(numbered('ada', 3))
    await office.start()
    await office.pass(10_000)
    const from_ms = office.clock.now_ms()
    const narrow = await range(office, { from_ms, trigger: 'event = "5"' })
    await office.write(numbered('ada', 3, 4))
    await office.pass(20_000)
    const before = await office.replay(narrow)
    await office.pass(20_000)
    assert.deepEqual((await replayOf(office, before)).sent, 0)
    const id = await office.replay({
      ...narrow,
      ...(await range(office, { from_ms, trigger: 'event = "5"' })),
    })
    await office.pass(20_000)
    const none = await office.replay(await range(office, { from_ms, subscriptionId: 'another' }))
    await office.pass(20_000)
    await office.stop()
    assert.deepEqual((await replayOf(office, id)).sent, 1)
    assert.deepEqual(await replayOf(office, none), {
      state: 'done',
      looked: 6,
      sent: 0,
      refused: 0,
      skipped: 3,
    })
    assert.deepEqual(office.letters(), [...numbered('ada', 6), 'ada: 5'])
  })

  test('an event that has a dead letter is that dead letter', async () => {
    const office = postOffice()
    await refused(office, ['ada: 1'])
    await office.write(['ada: 2'])
    await office.pass(10_000)
    const id = await office.replay(await range(office))
    await office.pass(20_000)
    await office.stop()
    assert.equal((await replayOf(office, id)).sent, 2)
    assert.deepEqual(await office.ledger.deadLetters({}, page), [])
    assert.deepEqual(await office.counts(), {
      ...{ read: 2, matched: 2, deliveries: 3, replayed: 1, delivered: 3 },
    })
  })

  test('what is on its way already is left alone', async () => {
    const office = postOffice()
    await office.write(numbered('ada', 12))
    await office.start()
    await office.pass(1_000)
    const delivered = office.letters().length
    assert.equal((await office.counts())['parked'], 12 - delivered)
    const id = await office.replay(await range(office))
    await office.pass(60_000)
    await office.stop()
    const { sent, skipped } = await replayOf(office, id)
    assert.deepEqual([sent, skipped], [delivered, 12 - delivered])
    assert.equal(office.letters().length, 12 + delivered)
    assertBalanced(await office.counts())
  })
})
