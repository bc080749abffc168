import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { laneOf } from '../../core/identity.ts'
import { jetstreamLog } from '../../server/log/jetstream.ts'
import type { EventLog, FingerprintsOfChunk } from '../../server/log/log.ts'
import { withNats } from './cluster.fixtures.ts'
import { logOptions, newStream, removeStreams } from './jetstream-log.fixtures.ts'

const CHUNKS = 40
const LANES = 2
const LANE = laneOf('p', LANES)
const ALL = { since_ms: 0, count_max: 1_000 }

withNats('Fingerprints of a lane', { servers: 1 }, (start) => {
  const stream = newStream()
  const opened: EventLog[] = []
  async function open(): Promise<EventLog> {
    const log = await jetstreamLog({ ...logOptions(await start(), stream, 1), lanes: LANES })
    opened.push(log)
    return log
  }
  // Also after a failure: an open connection would keep the process from its end.
  afterEach(async () => {
    for (const log of opened.splice(0)) await log.close()
    await removeStreams(await start(), stream)
  })

  test('are those of the chunks, whatever of them was kept together', async () => {
    const log = await open()
    const chunks: number[] = []
    for (let n = 1; n <= CHUNKS; n++) chunks.push(await append(log, n))
    const at = (n: number) => chunks[n - 1] ?? 0
    const prints = (first: number, last: number) =>
      Uint32Array.from(Array.from({ length: last - first + 1 }, (_, n) => [first + n, 0]).flat())
    const keep = (first: number, last: number) =>
      log.keepPrints?.(LANE, {
        from: at(first),
        to: at(last) + 1,
        at_ms: Date.now(),
        halves: prints(first, last),
      })
    await keep(3, 10)
    await keep(11, 20)
    // A gap, an overlap, and what is not newer than what is there.
    await keep(25, 30)
    await keep(28, 34)
    await keep(21, 24)
    const other = await open()
    for (const [n, parts, together] of [
      [2, 1, 0],
      [11, 3, 1],
      [15, 7, 1],
      [CHUNKS, 15, 4],
    ] as const) {
      const found = (await other.lanePrints?.(LANE, { ...ALL, before: at(n) })) ?? []
      assert.deepEqual(
        numbersOf(found),
        Array.from({ length: n - 1 }, (_, index) => index + 1),
        `before ${n}`,
      )
      assert.equal(found.length, parts, `parts before ${n}`)
      assert.equal(found.filter(({ isKept }) => isKept).length, together, `taken together before ${n}`)
      assert.ok(found.every(({ from, to, isKept }) => isKept || to === from + 1))
    }
    const newest = (await other.lanePrints?.(LANE, { since_ms: 0, count_max: 8, before: at(CHUNKS) })) ?? []
    assert.deepEqual(
      numbersOf(newest),
      Array.from({ length: 15 }, (_, index) => index + 25),
    )
  })
})

async function append(log: EventLog, n: number): Promise<number> {
  const [address] = await log.append([{ key: 'p', text: `${n}`, fingerprint: { high: n, low: 0 } }])
  return address?.chunk ?? 0
}

/** Which ones they are, each once. */
function numbersOf(found: readonly FingerprintsOfChunk[]): readonly number[] {
  const all = found.flatMap(({ halves }) => [...halves].filter((_, index) => index % 2 === 0))
  return [...new Set(all)].toSorted((a, b) => a - b)
}
