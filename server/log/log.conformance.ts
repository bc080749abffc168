import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { fingerprint, laneOf } from '../../core/identity.ts'
import { CHUNK_CHARS_MAX, CHUNK_COUNT_MAX } from './gather.ts'
import type { Chunk, EventLog, NewEntry } from './log.ts'

/** How a suite opens an implementation. A durable one opens the same data again. */
export type LogHarness = {
  readonly durable: boolean
  readonly open: (options: { lanes: number; now: () => number }) => EventLog | Promise<EventLog>
  readonly cleanUp: () => void | Promise<void>
}

const LANES = 4
const NO_LIMIT = { count_max: 1_000_000, bytes_max: 1_000_000_000 }
const START = { chunk: 0, index: 0 }

/** What every event log does. Each implementation's test file is one call to this. */
export function eventLogConformance(name: string, makeHarness: () => LogHarness): void {
  describe(`${name} is an event log`, () => {
    let harness: LogHarness
    let log: EventLog
    let time_ms: number
    const open = () => harness.open({ lanes: LANES, now: () => time_ms })

    beforeEach(async () => {
      harness = makeHarness()
      time_ms = 1_000
      log = await open()
    })
    afterEach(async () => {
      await log.close()
      await harness.cleanUp()
    })

    test('reads back what was written, in the order given, under the addresses that it told', async () => {
      const addresses = await log.append([entry('p', 'a'), entry('p', 'b'), entry('p', 'é"\u2028😀')])
      const lane = laneOf('p', LANES)
      const [chunk] = await log.read(lane, START, NO_LIMIT)
      assert.deepEqual(values(chunk), ['a', 'b', 'é"\u2028😀'])
      assert.deepEqual(
        addresses,
        [0, 1, 2].map((index) => ({ lane, chunk: chunk?.chunk, index })),
      )
      assert.equal(chunk?.count, 3)
      assert.equal(chunk?.at_ms, 1_000)
    })

    test('the same key always lands in the same lane, and other lanes do not see it', async () => {
      await log.append([entry('p', '1'), entry('q', '2'), entry('r', '3'), entry('p', '4')])
      const found = await everything(log)
      for (const [lane, chunks] of found.entries()) {
        const expected = ['p 1', 'q 2', 'r 3', 'p 4']
          .filter((pair) => laneOf(pair.charAt(0), LANES) === lane)
          .map((pair) => pair.slice(2))
        assert.deepEqual(chunks.flatMap(values), expected)
      }
    })

    test('chunk numbers rise within a lane, and appends that come together share a chunk', async () => {
      const together = await Promise.all([log.append([entry('p', 'a')]), log.append([entry('p', 'b')])])
      const later = await log.append([entry('p', 'c')])
      assert.equal(together[0]?.[0]?.chunk, together[1]?.[0]?.chunk)
      assert.ok((later[0]?.chunk ?? 0) > (together[0]?.[0]?.chunk ?? 0))
    })

    test('reads on from a place, and is empty at the end', async () => {
      const [first] = await log.append([entry('p', 'a')])
      await log.append([entry('p', 'b')])
      const lane = laneOf('p', LANES)
      const rest = await log.read(lane, { chunk: (first?.chunk ?? 0) + 1, index: 0 }, NO_LIMIT)
      assert.deepEqual(rest.flatMap(values), ['b'])
      const end = await log.end(lane)
      const last = await log.read(lane, end, NO_LIMIT)
      assert.deepEqual(last.flatMap(values).slice(end.index), [])
      assert.deepEqual(await log.read(lane, { chunk: end.chunk + 1, index: 0 }, NO_LIMIT), [])
    })

    test('knows which chunk so many were written before', async () => {
      for (const name of ['a', 'b', 'c']) await log.append([entry('p', name)])
      const [first, second, third] = await log.headsAfter(0, 10)
      assert.deepEqual(
        [await log.chunkBehind(0), await log.chunkBehind(1), await log.chunkBehind(2)],
        [first?.chunk, second?.chunk, third?.chunk],
      )
      assert.equal(await log.chunkBehind(3), Number.MAX_SAFE_INTEGER)
    })

    test('sets nothing aside that is well, or is not there', async () => {
      const [address] = await log.append([entry('p', 'a')])
      assert.equal(await log.setAside(address?.chunk ?? 0), 0)
      assert.equal(await log.setAside(999), 0)
      assert.equal((await log.stats()).damaged_count, 0)
      assert.deepEqual((await everything(log)).flat().flatMap(values), ['a'])
    })

    test('a chunk gets another text, and every address stays', async () => {
      const [, second] = await log.append([entry('p', 'a'), entry('p', 'b')])
      await log.append([entry('p', 'c')])
      const { chunk, lane } = second as { chunk: number; lane: number }
      const end = await log.end(lane)
      assert.equal(await log.rewrite(chunk, '["a","-"]'), true)
      assert.equal(await log.rewrite(999, '["a"]'), false)
      assert.equal(await log.compact(), true)
      assert.deepEqual((await log.read(lane, START, NO_LIMIT)).flatMap(values), ['a', '-', 'c'])
      assert.deepEqual(await log.end(lane), end)
      assert.equal(await log.clearDamaged(() => true), 0)
    })

    test('the end of an empty lane is its start', async () => {
      assert.deepEqual(await log.end(0), START)
    })

    test('reads whole chunks up to the limit, and at least one', async () => {
      for (const value of ['a', 'b', 'c']) await log.append([entry('p', value), entry('p', value)])
      const lane = laneOf('p', LANES)
      const read = async (limits: object) =>
        (await log.read(lane, START, { ...NO_LIMIT, ...limits })).flatMap(values)
      assert.deepEqual(await read({ count_max: 1 }), ['a', 'a'])
      assert.deepEqual(await read({ count_max: 3 }), ['a', 'a', 'b', 'b'])
      assert.deepEqual(await read({ bytes_max: 1 }), ['a', 'a'])
    })

    test('a chunk never passes its limits', async () => {
      const many = Array.from({ length: CHUNK_COUNT_MAX + 1 }, (_, n) => entry('p', String(n)))
      const large = 'x'.repeat(CHUNK_CHARS_MAX * 0.6)
      await log.append(many)
      await log.append([entry('p', large), entry('p', large)])
      const chunks = await log.read(laneOf('p', LANES), START, NO_LIMIT)
      assert.deepEqual(
        chunks.map(({ count }) => count),
        [CHUNK_COUNT_MAX, 1, 1, 1],
      )
      assert.deepEqual(chunks.flatMap(values).slice(0, 3), ['0', '1', '2'])
    })

    test('tells listeners of the lanes that grew, until they stop', async () => {
      const heard: number[] = []
      const stop = log.onAppend((lane) => heard.push(lane))
      await log.append([entry('p', 'a'), entry('p', 'b')])
      stop()
      await log.append([entry('p', 'c')])
      assert.deepEqual(heard, [laneOf('p', LANES)])
    })

    test('the newest chunks of all lanes come newest first', async () => {
      for (const key of ['p', 'q', 'r']) await log.append([entry(key, key)])
      assert.deepEqual((await log.newest(2)).flatMap(values), ['r', 'q'])
    })

    test('the newest chunks before a number, and those after it, in the order of their numbers', async () => {
      const numbers: number[] = []
      for (const key of ['p', 'q', 'r', 's']) {
        const [address] = await log.append([entry(key, key)])
        numbers.push(address?.chunk as number)
      }
      assert.deepEqual(
        numbers,
        numbers.toSorted((a, b) => a - b),
      )
      const third = numbers[2] as number
      assert.deepEqual((await log.newest(9, third)).flatMap(values), ['q', 'p'])
      assert.deepEqual((await log.newest(1, third)).flatMap(values), ['q'])
      assert.deepEqual((await log.after(numbers[1] as number, NO_LIMIT)).flatMap(values), ['r', 's'])
      assert.deepEqual((await log.after(0, { ...NO_LIMIT, count_max: 2 })).flatMap(values), ['p', 'q'])
      assert.deepEqual(await log.after(numbers[3] as number, NO_LIMIT), [])
      const all = await log.after(0, NO_LIMIT)
      const heads = all.map(({ lane, chunk, count, at_ms }) => ({ lane, chunk, count, at_ms }))
      assert.deepEqual(await log.headsAfter(numbers[0] as number, 2), heads.slice(1, 3))
    })

    test('finds the first chunk of a time', async () => {
      assert.equal((await log.after((await log.firstAt(0)) - 1, NO_LIMIT)).length, 0)
      for (const at_ms of [1_000, 2_000, 2_000, 3_000, 5_000]) {
        time_ms = at_ms
        await log.append([entry('pqrst'.charAt(at_ms % 5), String(at_ms))])
      }
      for (const at_ms of [0, 1_000, 1_001, 2_000, 2_001, 4_000, 5_000, 5_001]) {
        const found = await log.after((await log.firstAt(at_ms)) - 1, NO_LIMIT)
        const expected = [1_000, 2_000, 2_000, 3_000, 5_000].filter((written_ms) => written_ms >= at_ms)
        assert.deepEqual(found.flatMap(values), expected.map(String), `from ${at_ms} on`)
      }
    })

    test('counts what a lane holds from a place on', async () => {
      const lane = laneOf('p', LANES)
      assert.deepEqual(await log.restFrom(lane, START), { count: 0, isEstimate: false, oldest_ms: undefined })
      const [first] = await log.append([entry('p', 'a'), entry('p', 'b')])
      time_ms = 2_000
      await log.append([entry('p', 'c'), entry('q', 'd')])
      const from = (index: number) => ({ chunk: first?.chunk as number, index })
      const rests: readonly [place: typeof START, count: number, oldest_ms: number | undefined][] = [
        [START, 3, 1_000],
        [from(1), 2, 1_000],
        [from(2), 1, 2_000],
        [{ chunk: from(0).chunk + 1, index: 0 }, 1, 2_000],
        [{ chunk: from(0).chunk + 9, index: 0 }, 0, undefined],
      ]
      for (const [place, count, oldest_ms] of rests) {
        assert.deepEqual(await log.restFrom(lane, place), { count, isEstimate: false, oldest_ms })
        assert.equal(await log.oldestFrom(lane, place), oldest_ms)
      }
      const many = Array.from({ length: CHUNK_COUNT_MAX }, (_, n) => entry('p', String(n)))
      await log.append(many)
      assert.equal((await log.restFrom(lane, START)).count, 3 + CHUNK_COUNT_MAX)
    })

    test('adds nothing of an append that cannot be stored, and goes on after it', async () => {
      await assert.rejects(log.append([entry('p', 'a'), { key: 'p', text: unstorable() }]))
      assert.deepEqual((await everything(log)).flat(), [])
      await log.append([entry('p', 'b')])
      assert.deepEqual((await everything(log)).flat().flatMap(values), ['b'])
    })

    test('gives back the newest fingerprints, oldest first', async () => {
      for (const [at_ms, id] of [
        [1_000, 'a'],
        [2_000, 'b'],
        [3_000, 'c'],
      ] as const) {
        time_ms = at_ms
        await log.append([{ ...entry('p', id), fingerprint: fingerprint(id, log.seed) }])
      }
      const read = async (since_ms: number, count_max: number) =>
        [...(await log.fingerprints(since_ms, count_max))].map(({ at_ms, halves }) => [at_ms, ...halves])
      const row = (at_ms: number, id: string) => {
        const { high, low } = fingerprint(id, log.seed)
        return [at_ms, high, low]
      }
      assert.deepEqual(await read(2_000, 100), [row(2_000, 'b'), row(3_000, 'c')])
      assert.deepEqual(await read(0, 1), [row(3_000, 'c')])
    })

    test('where it gives fingerprints of a lane, they are those before a chunk, without those of others', async () => {
      const lane = laneOf('p', LANES)
      const places = []
      for (const [at_ms, key, id] of [
        [1_000, 'p', 'a'],
        [2_000, 'p', 'b'],
        [2_500, 'q', 'x'],
        [3_000, 'p', 'c'],
        [4_000, 'p', 'd'],
      ] as const) {
        time_ms = at_ms
        places.push(...(await log.append([{ ...entry(key, id), fingerprint: fingerprint(id, log.seed) }])))
      }
      const range = { since_ms: 2_000, before: places.at(-1)?.chunk ?? 0, count_max: 100 }
      const found = await log.lanePrints?.(lane, range)
      if (found === undefined) return
      const wanted = [
        [2_000, 'b'] as const,
        ...(laneOf('q', LANES) === lane ? [[2_500, 'x'] as const] : []),
        [3_000, 'c'] as const,
      ]
      assert.deepEqual(
        found.map(({ at_ms, halves }) => [at_ms, ...halves]),
        wanted.map(([at_ms, id]) => {
          const { high, low } = fingerprint(id, log.seed)
          return [at_ms, high, low]
        }),
      )
    })

    test('trims what is old, but nothing that a reader still needs', async () => {
      for (const at_ms of [1_000, 2_000, 3_000, 4_000]) {
        time_ms = at_ms
        await log.append([entry('p', String(at_ms))])
      }
      const lane = laneOf('p', LANES)
      const chunks = await log.read(lane, START, NO_LIMIT)
      const keepFrom = Array.from({ length: LANES }, () => chunks[2]?.chunk ?? 0)
      assert.equal(await log.trim({ before_ms: 2_000, bytes_max: Infinity, keepFrom }), 1)
      assert.equal(await log.trim({ before_ms: 9_000, bytes_max: Infinity, keepFrom }), 1)
      assert.deepEqual((await log.read(lane, START, NO_LIMIT)).flatMap(values), ['3000', '4000'])
      assert.equal((await log.stats()).oldest_ms, 3_000)
    })

    test('a lane without need lets its chunks go though another lane holds on to older ones', async () => {
      await log.append([entry('p', 'held')])
      await log.append([entry('q', 'done')])
      const keepFrom = Array.from({ length: LANES }, () => 1_000)
      keepFrom[laneOf('p', LANES)] = 0
      assert.notEqual(laneOf('p', LANES), laneOf('q', LANES))
      assert.equal(await log.trim({ before_ms: 9_000, bytes_max: Infinity, keepFrom }), 1)
      assert.deepEqual((await everything(log)).flat().flatMap(values), ['held'])
    })

    test('trims the oldest while it is larger than allowed', async () => {
      const large = 'x'.repeat(200_000)
      for (let n = 0; n < 5; n++) await log.append([entry('p', `${n}${large}`)])
      const keepFrom = Array.from({ length: LANES }, () => 1_000)
      await log.trim({ before_ms: 0, bytes_max: 0, keepFrom })
      assert.deepEqual((await everything(log)).flat(), [])
    })

    test('keeps its entries, its lanes, its seed and its numbering over a restart', async (t) => {
      if (!harness.durable) return t.skip('forgets by design')
      const [before] = await log.append([entry('p', 'a')])
      const { seed } = log
      await log.close()
      log = await harness.open({ lanes: LANES * 2, now: () => time_ms })
      assert.equal(log.lanes, LANES)
      assert.equal(log.seed, seed)
      const [after] = await log.append([entry('p', 'b')])
      assert.ok((after?.chunk ?? 0) > (before?.chunk ?? 0))
      assert.deepEqual((await everything(log)).flat().flatMap(values), ['a', 'b'])
    })

    test('a number is not used again after its chunk was trimmed', async (t) => {
      if (!harness.durable) return t.skip('forgets by design')
      const [before] = await log.append([entry('p', 'a')])
      await log.trim({ before_ms: 9_000, bytes_max: 0, keepFrom: Array.from({ length: LANES }, () => 1_000) })
      await log.close()
      log = await open()
      const [after] = await log.append([entry('p', 'b')])
      assert.ok((after?.chunk ?? 0) > (before?.chunk ?? 0))
    })
  })
}

function entry(key: string, value: string): NewEntry {
  return { key, text: JSON.stringify(value) }
}

/** No log can keep this as text: joining it throws. */
function unstorable(): string {
  return {
    length: 1,
    toString() {
      throw new Error('cannot be stored')
    },
  } as unknown as string
}

function values(chunk: Chunk | undefined): string[] {
  return JSON.parse(chunk?.text ?? '[]') as string[]
}

async function everything(log: EventLog): Promise<readonly (readonly Chunk[])[]> {
  return Promise.all(Array.from({ length: log.lanes }, (_, lane) => log.read(lane, START, NO_LIMIT)))
}
