import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Instance } from '../core/configuration.ts'
import { numbered, postOffice } from './delivery/post.fixtures.ts'
import { UNDO_MS } from './running-instances.ts'

const changed = (change: Partial<Instance>) => (instance: Instance) => ({ ...instance, ...change })
const unpaused = ({ paused: _, ...instance }: Instance): Instance => instance

describe('a change of the configuration while the readers run', () => {
  test('a new trigger counts from then on: nothing before or after is lost or sent twice', async () => {
    const office = postOffice()
    await office.start()
    await office.write(numbered('ada', 12))
    await office.write(numbered('bob', 12))
    await office.pass(150) // some batches are on their way, others not
    const sent = office.letters().length
    assert.ok(sent > 0 && sent < 24, `${sent}`)
    office.configure(changed({ settings: {}, consent: ['Letters'] }))
    office.configure(unconsented)
    office.configure((instance) => ({
      ...instance,
      subscriptions: instance.subscriptions.map((one) => ({ ...one, trigger: 'true' })),
    }))
    await office.reconfigure()
    await office.write(numbered('ada', 5, 13))
    await office.pass(60_000)
    await office.stop()
    assert.deepEqual(office.letters('ada'), numbered('ada', 17))
    assert.deepEqual(office.letters('bob'), numbered('bob', 12))
    assert.equal((await office.counts()).delivered, 29)
    assert.equal(office.senders.made, 2)
  })

  test('a replay that was begun in the moment of switching off has failed soon, and the log is let go', async () => {
    const office = postOffice()
    await office.write(numbered('ada', 3))
    await office.start()
    await office.pass(10_000)
    office.configure(changed({ enabled: false }))
    await office.reconfigure()
    const range = { kind: 'events', from_ms: 0, to_ms: 1e15, ends: [], chunk_end: 99 } as const
    const id = await office.replay({ selection: range, place: { chunk: 0, index: 0 } })
    await office.pass(130_000)
    await office.stop()
    const { state, reason } = (await office.ledger.replay(id)) ?? {}
    assert.deepEqual([state, reason?.code], ['failed', 'REPLAY_IMPOSSIBLE'])
    assert.deepEqual(office.kept.at(-1), [0, 2], 'as far as the indexer needs it')
  })

  test('what is new is on the disk before it reads: a power cut cannot make it begin again, behind what came meanwhile', async () => {
    const office = postOffice()
    const { ledger } = office
    await office.start()
    office.configure(changed({ enabled: false }))
    await office.reconfigure()
    const done: string[] = []
    const { start, sync } = ledger
    ledger.start = async (...given) => {
      await start(...given)
      done.push('begun')
    }
    ledger.sync = async () => {
      await sync()
      done.push('on the disk')
    }
    office.configure(changed({ enabled: true }))
    await office.reconfigure()
    office.configure(changed({ settings: {}, consent: ['Letters'] }))
    await office.reconfigure()
    await office.stop()
    assert.deepEqual(done, ['begun', 'on the disk', 'begun'])
  })

  test('paused, it sends nothing and forgets nothing; then it goes on in order', async () => {
    const office = postOffice()
    await office.start()
    await office.write(numbered('ada', 3))
    await office.pass(10_000)
    office.configure(changed({ paused: true }))
    await office.reconfigure()
    await office.write(numbered('ada', 3, 4))
    await office.pass(200_000)
    assert.deepEqual(office.letters(), numbered('ada', 3))
    // The log keeps what it has not read.
    const [chunk] = office.kept.at(-1)?.filter((needed) => needed !== Number.MAX_SAFE_INTEGER) ?? []
    assert.ok(chunk !== undefined)
    office.configure(unpaused)
    await office.reconfigure()
    await office.pass(10_000)
    await office.stop()
    assert.deepEqual(office.letters(), numbered('ada', 6))
  })

  test('switched off, events pass it by; switched on, it begins with the next', async () => {
    const office = postOffice()
    await office.start()
    await office.write(['ada: one'])
    await office.pass(10_000)
    office.configure(changed({ enabled: false }))
    await office.reconfigure()
    await office.write(['ada: two'])
    await office.pass(10_000)
    office.configure(changed({ enabled: true }))
    await office.reconfigure()
    await office.write(['ada: three'])
    await office.pass(10_000)
    await office.stop()
    assert.deepEqual(office.letters(), ['ada: one', 'ada: three'])
  })

  const removals: readonly [title: string, away_ms: number, letters: readonly string[]][] = [
    ['taken back in time, it goes on as if nothing had been', UNDO_MS - 120_000, ['ada: one', 'ada: two']],
    ['taken back too late, it begins with the next event', UNDO_MS + 120_000, ['ada: one']],
  ]
  for (const [title, away_ms, letters] of removals) {
    test(`removed and ${title}`, async () => {
      const office = postOffice()
      await office.start()
      await office.write(['ada: one'])
      await office.pass(10_000)
      office.remove()
      await office.reconfigure()
      await office.write(['ada: two'])
      await office.pass(away_ms)
      assert.deepEqual(office.letters(), ['ada: one'])
      office.add('post')
      await office.reconfigure()
      await office.pass(10_000)
      await office.stop()
      assert.deepEqual(office.letters(), letters)
    })
  }

  test('one that is added begins with the next event, and the others go on undisturbed', async () => {
    const office = postOffice()
    await office.start()
    await office.write(['ada: one'])
    await office.pass(10_000)
    office.add('second')
    await office.reconfigure()
    await office.write(['ada: two'])
    await office.pass(10_000)
    await office.stop()
    assert.deepEqual(office.letters(), ['ada: one', 'ada: two', 'ada: two'])
    assert.deepEqual((await office.counts('second')).delivered, 1)
    assert.equal(office.senders.made, 2)
  })

  test('a ledger that fails for a moment leaves nobody standing', async () => {
    const office = postOffice()
    await office.start()
    office.configure(changed({ paused: true }))
    await office.reconfigure()
    await office.write(['ada: one'])
    const ledger = office.ledger as { cursor: typeof office.ledger.cursor }
    const cursor = ledger.cursor
    ledger.cursor = async () => {
      ledger.cursor = cursor
      throw new Error('disk I/O error')
    }
    office.configure(unpaused)
    await office.reconfigure()
    await office.pass(10_000)
    await office.stop()
    assert.deepEqual(office.letters(), ['ada: one'])
    assert.equal(office.troubles.length, 1)
  })

  test('another name is no reason to begin anew', async () => {
    const office = postOffice()
    await office.start()
    office.configure(changed({ name: 'Letters' }))
    office.configure((instance) => ({
      ...instance,
      subscriptions: instance.subscriptions.map((one) => ({ ...one, name: 'Other' })),
    }))
    await office.reconfigure()
    await office.stop()
    assert.equal(office.senders.made, 1)
  })

  test('changes that come while the old configuration ends are one change, the last', async () => {
    const office = postOffice()
    await office.start()
    await office.write(numbered('ada', 20))
    await office.pass(50)
    const first = office.reconfigure
    office.configure(changed({ paused: true }))
    const one = first()
    office.configure(unpaused)
    office.configure(changed({ consent: [] }))
    await Promise.all([one, office.reconfigure()])
    await office.pass(60_000)
    await office.stop()
    assert.deepEqual(office.letters(), numbered('ada', 20))
  })
})

function unconsented({ consent: _, ...instance }: Instance): Instance {
  return instance
}
