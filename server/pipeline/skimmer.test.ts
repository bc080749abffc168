import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Position } from '../../core/event.ts'
import { type CompiledInstance, compileInstance } from '../../core/instance.ts'
import { presetSubscriptions } from '../../core/presets.ts'
import { webhook } from '../../destinations/webhook/index.ts'
import { virtualClock } from '../../test/sim/virtual-clock.ts'
import { memoryLog } from '../log/memory.ts'
import { readBatch } from './batch.ts'
import { type DecodedChunk, decodedLog } from './decoded-log.ts'
import { laneSignals } from './lane-signal.ts'
import { type PassedOn, type Passer, skimmer } from './skimmer.ts'

const GATHER_MS = 50
const BEGIN: Position = { chunk: 0, index: 0 }

/** An instance that wants the events of one name. */
function wanting(name: string, gather_ms = GATHER_MS): CompiledInstance {
  return compileInstance(
    {
      ...{ id: `hook ${name}`, kind: 'webhook', name: 'Hook', enabled: true, sources: ['app', 'site'] },
      ...{ consent: ['Ads'], settings: { url: 'https://example.com' } },
      subscriptions: presetSubscriptions(webhook).map((one) => ({ ...one, trigger: `event = "${name}"` })),
    },
    { ...webhook, batch: { ...webhook.batch, age_ms_max: gather_ms } },
  )
}

function textOf([name = '', sourceId = 'app', ads = 'true']: readonly string[]): string {
  const consent = { categoryPreferences: { Ads: ads === 'true' } }
  const event = { type: 'track', userId: 'ada', event: name, messageId: 'm', timestamp: '' }
  if (name === 'erased')
    return JSON.stringify({ kind: 'erased', sourceId, receivedAt: '', was: 'event', part: '' })
  if (name === 'refused') return JSON.stringify({ kind: 'refused', sourceId, receivedAt: '', refusal: {} })
  return JSON.stringify({
    kind: 'event',
    sourceId,
    receivedAt: '',
    event: { ...event, context: { consent } },
  })
}

/** A lane on a virtual clock. A read takes `read_ms`; `reads` has when each began and how many chunks it found. */
function skimmed({ read_ms = 0 } = {}) {
  const clock = virtualClock(0)
  const log = memoryLog({ lanes: 1, now: clock.now_ms })
  const decoded = decodedLog(log)
  const reads: [at_ms: number, chunks: number][] = []
  let broken: Error | undefined
  const skimming = skimmer({
    log: {
      async read(...given): Promise<readonly DecodedChunk[]> {
        const at_ms = clock.now_ms()
        const chunks = await decoded.read(...given)
        if (read_ms > 0) await clock.sleep(read_ms)
        if (broken !== undefined) throw broken
        if (chunks.length > 0) reads.push([at_ms, chunks.length])
        return chunks
      },
    },
    ...{
      signals: laneSignals(log),
      now_ms: clock.now_ms,
      sleepUntil: clock.sleep,
      room: async () => () => {},
    },
  })
  const ends: (PassedOn & { readonly who: number; readonly at_ms: number })[] = []
  const failures: unknown[] = []
  let count = 0

  return {
    clock,
    decoded,
    reads,
    ends,
    failures,
    breaks(error: Error): void {
      broken = error
    },
    /** One chunk. */
    write: (...events: readonly (string | readonly string[])[]) =>
      log.append(events.map((one) => ({ key: 'ada', text: textOf([one].flat()) }))),
    pass(instance: CompiledInstance, given: Partial<Passer> = {}): AbortController {
      const stop = new AbortController()
      const who = count++
      skimming.pass(0, { instance, cursor: BEGIN, stop: stop.signal, ...given }).then(
        (end) => ends.push({ ...end, who, at_ms: clock.now_ms() }),
        (error) => failures.push([who, error]),
      )
      return stop
    },
    async after(ms: number): Promise<void> {
      const until_ms = clock.now_ms() + ms
      clock.sleep(ms)
      await clock.runUntil(() => clock.now_ms() >= until_ms)
    },
  }
}
const passedOf = (ofSource: Readonly<Record<string, readonly [discarded: number, filtered: number]>>) =>
  new Map(Object.entries(ofSource).map(([id, [discarded, filtered]]) => [id, { discarded, filtered }]))

describe('who passes a lane', () => {
  test('is told at once of the event that it may want, with the count of what came before it', async () => {
    const lane = skimmed()
    lane.pass(wanting('Buy'))
    lane.pass(wanting('Other'))
    await lane.write('See', 'See', ['See', 'site', 'false'], 'Buy', 'See')
    await lane.after(GATHER_MS)
    const skipped = passedOf({ app: [2, 0], site: [0, 1] })
    assert.deepEqual(lane.ends, [
      { who: 0, at_ms: 0, why: 'wanted', cursor: { chunk: 1, index: 3 }, passed: { skipped, due_ms: 1_000 } },
    ])
  })

  test('is read for together with others, once in so many milliseconds as their destinations gather', async () => {
    const lane = skimmed()
    for (let n = 0; n < 20; n++) lane.pass(wanting(`Never ${n}`))
    for (let n = 0; n < 10; n++) {
      await lane.write('See')
      await lane.after(10)
    }
    await lane.after(100)
    assert.deepEqual(lane.reads, [
      [0, 1],
      [50, 4],
      [100, 5],
    ])
  })

  test('with those who gather for as long alone', async () => {
    const lane = skimmed()
    lane.pass(wanting('Never', 0))
    lane.pass(wanting('Never', 20))
    for (let n = 0; n < 4; n++) {
      await lane.write('See')
      await lane.after(10)
    }
    assert.deepEqual(
      lane.reads.map(([at_ms]) => at_ms),
      [0, 0, 10, 20, 20, 30, 40],
    )
  })

  test('stores with the first whose second is over, and only what has passed', async () => {
    const lane = skimmed()
    await lane.write('See')
    lane.pass(wanting('Never'))
    await lane.after(600)
    lane.pass(wanting('Never'), { cursor: { chunk: 1, index: 1 } })
    await lane.write('See', 'See')
    await lane.after(200)
    lane.pass(wanting('Never'), { cursor: { chunk: 3, index: 0 } })
    await lane.after(400)
    const [cursor, at_ms] = [{ chunk: 3, index: 0 }, 1_000]
    assert.deepEqual(lane.ends, [
      { who: 0, at_ms, why: 'due', cursor, passed: { skipped: passedOf({ app: [3, 0] }), due_ms: 1_000 } },
      { who: 1, at_ms, why: 'due', cursor, passed: { skipped: passedOf({ app: [2, 0] }), due_ms: 1_600 } },
    ])
  })

  test('goes on counting what was passed before, and is due when that is', async () => {
    const lane = skimmed()
    lane.pass(wanting('Never'), { passed: { skipped: passedOf({ app: [7, 1] }), due_ms: 300 } })
    await lane.write('See')
    await lane.after(500)
    const [end] = lane.ends
    assert.deepEqual([end?.why, end?.at_ms, end?.passed?.skipped], ['due', 300, passedOf({ app: [8, 1] })])
  })

  test('is let go when it is to stop, with what it has passed; the others go on', async () => {
    const lane = skimmed()
    const stop = lane.pass(wanting('Never'))
    lane.pass(wanting('Buy'))
    await lane.write('See')
    await lane.after(10)
    stop.abort()
    await lane.write('Buy')
    await lane.after(100)
    assert.deepEqual(
      lane.ends.map(({ who, why, cursor, passed }) => [who, why, cursor, passed?.skipped]),
      [
        [0, 'stopped', { chunk: 2, index: 0 }, passedOf({ app: [1, 0] })],
        [1, 'wanted', { chunk: 2, index: 0 }, passedOf({ app: [1, 0] })],
      ],
    )
  })

  test('misses nothing of what was written while it came, and while the lane is read for others', async () => {
    const lane = skimmed({ read_ms: 10 })
    await lane.write('Buy', 'See')
    lane.pass(wanting('Never'), { cursor: { chunk: 2, index: 0 } })
    await lane.after(15)
    await lane.write('See')
    await lane.after(5)
    lane.pass(wanting('Buy'))
    await lane.after(200)
    assert.deepEqual(
      lane.ends.map(({ who, why, cursor }) => [who, why, cursor]),
      [[1, 'wanted', { chunk: 1, index: 0 }]],
    )
  })

  test('is failed by a log that cannot be read, like everybody; by itself alone when it throws', async () => {
    const lane = skimmed()
    const bug = new Error('a bug')
    const throwing: CompiledInstance = {
      ...wanting('Buy'),
      wants() {
        throw bug
      },
    }
    lane.pass(throwing)
    for (const _ of [1, 2]) lane.pass(wanting('Never'))
    await lane.write('See')
    await lane.after(100)
    assert.deepEqual(lane.failures, [[0, bug]])
    const damaged = new Error('damaged')
    lane.breaks(damaged)
    await lane.write('See')
    await lane.after(100)
    assert.deepEqual(lane.failures.slice(1), [
      [1, damaged],
      [2, damaged],
    ])
    assert.deepEqual(lane.ends, [])
  })

  test('passes and counts what a batch of its own would', async () => {
    const lane = skimmed()
    await lane.write('See', ['See', 'site'], 'erased', ['erased', 'elsewhere'], 'refused', [
      'See',
      'elsewhere',
    ])
    await lane.write(['See', 'app', 'false'], ['Never', 'app', 'false'], ['See', 'site'], 'See')
    const instance = wanting('Never')
    const batch = await readBatch(lane.decoded, instance, 0, BEGIN)
    lane.pass(instance)
    await lane.after(1_000)
    const [end] = lane.ends
    assert.deepEqual([end?.cursor, end?.passed?.skipped], [batch.end, batch.skippedAtEnd])
    assert.deepEqual(batch.skippedAtEnd, passedOf({ app: [2, 3], site: [2, 0] }))
  })
})

test('an instance is quiet while every lane of it is given over; those that gather for as long have one reader', () => {
  const skimming = skimmer({
    log: { read: async () => [] },
    signals: { version: () => 0, grown: async () => {} },
    now_ms: () => 0,
    sleepUntil: async () => false,
    room: async () => undefined,
  })
  const quiet = () => Object.values(skimming.quiet(2))
  const [heap, hook, slow] = [wanting('Heap'), wanting('Hook'), wanting('Slow', 0)]
  assert.deepEqual(quiet(), [0, 0])
  const takeBack = skimming.giveOver(heap)
  skimming.giveOver(hook)
  assert.deepEqual(quiet(), [0, 0])
  const takeBackOther = skimming.giveOver(heap)
  assert.deepEqual(quiet(), [1, 1])
  skimming.giveOver(hook)
  assert.deepEqual(quiet(), [2, 1])
  for (let lane = 0; lane < 2; lane++) skimming.giveOver(slow)
  assert.deepEqual(quiet(), [3, 2])
  takeBackOther()
  assert.deepEqual(quiet(), [2, 2])
  takeBack()
  assert.deepEqual(quiet(), [2, 2])
})
