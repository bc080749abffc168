import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Entry } from '../../core/event.ts'
import { fingerprint } from '../../core/identity.ts'
import { randomFrom } from '../../verify/random.ts'
import { entryText } from '../log/envelope.ts'
import type { KeptPrints, LanePrints } from '../log/log.ts'
import { memoryLog } from '../log/memory.ts'
import { copies } from './copies.ts'
import { type DecodedLog, decodedLog } from './decoded-log.ts'

const WINDOW_MS = 3_000
const LANES = 2

function written() {
  let now_ms = 1_000_000
  const log = memoryLog({ lanes: LANES, now: () => now_ms })
  return {
    log,
    pass(ms: number): number {
      now_ms += ms
      return now_ms
    },
    async write(...ids: readonly string[]): Promise<void> {
      await log.append(
        ids.map((messageId) => {
          const event = { type: 'track', messageId, userId: 'ada', event: 'e', timestamp: '' } as const
          const entry: Entry = { kind: 'event', sourceId: 'app', receivedAt: '', event }
          return {
            key: `p${messageId}`,
            text: entryText(entry),
            fingerprint: fingerprint(`app\n${messageId}`, log.seed),
          }
        }),
      )
    },
    reader: (ids_max = 1_000_000) => decodedLog(log, copies({ log, window_ms: WINDOW_MS, ids_max })),
  }
}
type Place = { readonly chunk: number; readonly index: number }

/** What each entry of a lane is, read in pieces from a place on. */
async function read(log: DecodedLog, lane: number, from: Place, count_max: number) {
  const kinds = new Map<string, string>()
  let place = from
  for (;;) {
    const chunks = await log.read(lane, place, { count_max, bytes_max: 1_000_000 })
    const last = chunks.at(-1)
    if (last === undefined) return kinds
    for (const { chunk, open } of chunks)
      for (const [index, one] of open().entries()) kinds.set(`${chunk}/${index}`, one.kind)
    place = { chunk: last.chunk + 1, index: 0 }
  }
}
const BEGIN = { chunk: 0, index: 0 }

/** Which ones are events, in the order of the log. */
async function events(log: DecodedLog): Promise<readonly string[]> {
  const chunks = await log.after(0, { count_max: 10_000, bytes_max: 1_000_000 })
  return chunks.flatMap(({ open }) =>
    open().flatMap((one) => (one.kind === 'event' ? [one.event.messageId] : [])),
  )
}

describe('an event that stands in the log twice', () => {
  test('is a duplicate the second time, whoever wrote it, in the same chunk too', async () => {
    const it = written()
    await it.write('a', 'b', 'a')
    await it.write('c', 'b')
    assert.deepEqual((await events(it.reader())).toSorted(), ['a', 'b', 'c'])
  })

  test('is another event when the window has passed', async () => {
    const it = written()
    await it.write('a')
    it.pass(WINDOW_MS - 1)
    await it.write('b')
    await it.write('a')
    it.pass(2 * WINDOW_MS)
    await it.write('a')
    assert.deepEqual((await events(it.reader())).toSorted(), ['a', 'a', 'b'])
  })

  test('is another event when so many others have come that no window can hold them', async () => {
    const it = written()
    await it.write('a')
    for (let n = 0; n < 40; n++) await it.write(...Array.from({ length: 10 }, (_, m) => `${n}-${m}`))
    await it.write('a')
    assert.equal((await events(it.reader(100 * LANES))).filter((id) => id === 'a').length, 2)
    assert.equal((await events(it.reader())).filter((id) => id === 'a').length, 1)
  })

  test('is read as it was written by whoever asks for its place', async () => {
    const it = written()
    await it.write('a')
    await it.write('a')
    const [, second] = await it.log.headsAfter(0, 2)
    const found = await it.reader().at(second?.lane ?? 0, second?.chunk ?? 0)
    assert.equal(found?.open()[0]?.kind, 'event')
  })
})

/** What each entry of all lanes is, read in their common order in pieces. */
async function readAll(log: DecodedLog, count_max: number): Promise<ReadonlyMap<string, string>> {
  const kinds = new Map<string, string>()
  for (let at = 0; ; ) {
    const chunks = await log.after(at, { count_max, bytes_max: 1_000_000 })
    const last = chunks.at(-1)
    if (last === undefined) return kinds
    for (const { lane, chunk, open } of chunks)
      for (const [index, one] of open().entries()) kinds.set(`${lane}/${chunk}/${index}`, one.kind)
    at = last.chunk
  }
}

test('who reads all lanes in small pieces looks back once for each lane', async () => {
  const it = written()
  for (let n = 0; n < 100; n++) await it.write(`m${n}`, `m${n % 7}`)
  let looks = 0
  const log = {
    ...it.log,
    firstAt: (at_ms: number) => {
      looks += 1
      return it.log.firstAt(at_ms)
    },
  }
  await readAll(decodedLog(log, copies({ log, window_ms: WINDOW_MS, ids_max: 1_000_000 })), 3)
  assert.equal(looks, LANES)
})

test('a log that gives fingerprints of a lane is not read for what came before', async () => {
  const it = written()
  for (let n = 0; n < 30; n++) await it.write(`m${n % 20}`)
  const reads: number[] = []
  const log = {
    ...it.log,
    read(...given: Parameters<typeof it.log.read>) {
      reads.push(given[1].chunk)
      return it.log.read(...given)
    },
    async lanePrints(lane: number, { before }: { readonly before: number }) {
      const chunks = await it.log.read(lane, BEGIN, { count_max: 1_000, bytes_max: 1_000_000 })
      return chunks
        .filter(({ chunk }) => chunk < before)
        .map(({ chunk, at_ms, text }) => {
          const [{ event }] = JSON.parse(text) as [{ event: { messageId: string } }]
          const { high, low } = fingerprint(`app\n${event.messageId}`, it.log.seed)
          return { from: chunk, to: chunk + 1, at_ms, halves: Uint32Array.of(high, low), isKept: false }
        })
    },
  }
  for (let lane = 0; lane < LANES; lane++) {
    const from = { chunk: 16, index: 0 }
    const whole = await read(it.reader(), lane, BEGIN, 1_000)
    const wanted = [...whole].filter(([place]) => Number(place.split('/')[0]) >= from.chunk)
    const decoded = decodedLog(log, copies({ log, window_ms: WINDOW_MS, ids_max: 1_000_000 }))
    assert.deepEqual([...(await read(decoded, lane, from, 1_000))], wanted)
  }
  assert.ok(reads.every((chunk) => chunk >= 16))
})

test('who keeps them takes fingerprints together, each once, without a gap, and none of two slices of time', async () => {
  const it = written()
  const kept: (KeptPrints & { readonly lane: number })[] = []
  const log = {
    ...it.log,
    keepPrints: async (lane: number, one: KeptPrints) => void kept.push({ lane, ...one }),
  }
  const times = new Map<number, number>()
  for (let n = 0; n < 3_000; n++) {
    const at_ms = it.pass(n % 1_300 === 1_299 ? WINDOW_MS : 0)
    await it.write(`m${n}`)
    times.set(n + 1, at_ms)
  }
  const reader = decodedLog(log, copies({ log, window_ms: WINDOW_MS, ids_max: 1_000_000, isKeeper: true }))
  await readAll(reader, 100)
  for (let lane = 0; lane < LANES; lane++) {
    const ofLane = kept.filter((one) => one.lane === lane)
    assert.ok(ofLane.length >= 3, `${ofLane.length} stretches`)
    assert.deepEqual(
      ofLane.slice(1).map(({ from }) => from),
      ofLane.slice(0, -1).map(({ to }) => to),
    )
    const heads = (await it.log.headsAfter(0, 10_000)).filter((head) => head.lane === lane)
    for (const { from, to, at_ms, halves } of ofLane) {
      const inside = heads.filter(({ chunk }) => chunk >= from && chunk < to)
      assert.equal(halves.length / 2, inside.length)
      assert.deepEqual([...new Set(inside.map(({ chunk }) => times.get(chunk)))], [at_ms])
    }
  }
  const others = decodedLog(log, copies({ log, window_ms: WINDOW_MS, ids_max: 1_000_000 }))
  const before = kept.length
  await readAll(others, 100)
  assert.equal(kept.length, before)
})

test('who takes a lane over takes together what nobody has taken of before, without a gap', async () => {
  const it = written()
  for (let n = 0; n < 3_000; n++) await it.write(`m${n}`)
  const lane = 0
  const heads = (await it.log.headsAfter(0, 10_000)).filter((head) => head.lane === lane)
  const numberOf = (index: number) => heads[index]?.chunk ?? 0
  const [end, begin] = [numberOf(20), numberOf(50)]
  const before: readonly LanePrints[] = [
    { from: 0, to: end, at_ms: 0, halves: Uint32Array.of(1, 1), isKept: true },
    ...heads.slice(20, 50).map(({ chunk, at_ms }) => ({
      ...{ from: chunk, to: chunk + 1, at_ms, halves: Uint32Array.of(chunk, 7), isKept: false },
    })),
  ]
  const kept: KeptPrints[] = []
  const log = {
    ...it.log,
    lanePrints: async () => before,
    keepPrints: async (_lane: number, one: KeptPrints) => void kept.push(one),
  }
  const reader = decodedLog(log, copies({ log, window_ms: WINDOW_MS, ids_max: 1_000_000, isKeeper: true }))
  await read(reader, lane, { chunk: begin, index: 0 }, 1_000)
  const [first] = kept
  assert.equal(first?.from, end)
  assert.deepEqual(
    [...(first?.halves ?? [])].filter((_, index) => index % 2 === 0).slice(0, 30),
    heads.slice(20, 50).map(({ chunk }) => chunk),
  )
  assert.ok((first?.to ?? 0) > begin)
  assert.ok(kept.length >= 2, `${kept.length} stretches`)
  for (const { from, to, halves } of kept.slice(1)) {
    assert.equal(halves.length / 2, heads.filter(({ chunk }) => chunk >= from && chunk < to).length)
  }
  assert.deepEqual(
    kept.slice(1).map(({ from }) => from),
    kept.slice(0, -1).map(({ to }) => to),
  )
})

for (const seed of [1, 2, 3, 4, 5]) {
  test(`seed ${seed}: every reader drops the same ones, wherever it begins and however it reads`, async () => {
    const random = randomFrom(seed)
    const pick = (below: number) => Math.floor(random.next() * below)
    const it = written()
    for (let n = 0; n < 200; n++) {
      await it.write(...Array.from({ length: 1 + pick(5) }, () => `m${pick(60)}`))
      it.pass(pick(200))
    }
    const whole = await Promise.all([0, 1].map((lane) => read(it.reader(), lane, BEGIN, 3)))
    assert.ok([...(whole[0]?.values() ?? [])].includes('duplicate'))
    const shared = it.reader()
    for (const reader of [it.reader(), shared]) {
      const found = await readAll(reader, 1 + pick(20))
      for (const [lane, ones] of whole.entries())
        for (const [place, kind] of ones) assert.equal(found.get(`${lane}/${place}`), kind, place)
    }
    for (let n = 0; n < 40; n++) {
      const lane = pick(LANES)
      const reader = n % 2 === 0 ? it.reader() : shared
      const found = await read(reader, lane, { chunk: pick(300), index: 0 }, 1 + pick(20))
      for (const [place, kind] of found) assert.equal(kind, whole[lane]?.get(place), place)
    }
  })
}
