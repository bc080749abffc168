import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { afterEach, test } from 'node:test'
import { connect, type headers } from '@nats-io/transport-node'
import { laneOf } from '../../core/identity.ts'
import { jetstreamLog } from '../../server/log/jetstream.ts'
import { chunkHeaders } from '../../server/log/jetstream-head.ts'
import type { Chunk, EventLog, NewEntry } from '../../server/log/log.ts'
import { until } from '../e2e/server.ts'
import { withNats } from './cluster.fixtures.ts'
import { logOptions, newStream } from './jetstream-log.fixtures.ts'
import { NATS_LOGIN, type NatsServers } from './nats.ts'

const NO_LIMIT = { count_max: 1_000_000, bytes_max: 1_000_000_000 }
const START = { chunk: 0, index: 0 }
const LANES = 4
const entry = (key: string, value: unknown): NewEntry => ({ key, text: JSON.stringify(value) })
const values = (chunks: readonly Chunk[]) => chunks.flatMap(({ text }) => JSON.parse(text) as unknown[])

withNats('The log on three NATS servers', { servers: 3 }, (servers) => {
  const opened: EventLog[] = []
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((log) => log.close()))
  })
  async function open(stream: string, more: object = {}): Promise<EventLog> {
    const log = await jetstreamLog({ ...logOptions(await servers(), stream, 3), lanes: LANES, ...more })
    opened.push(log)
    return log
  }

  test('two processes write into one log, and each hears of what the other wrote', async () => {
    const stream = newStream()
    const [one, two] = await Promise.all([open(stream), open(stream)])
    assert.equal(one.seed, two.seed)
    const heard: number[] = []
    two.onAppend((lane) => heard.push(lane))
    const keys = Array.from({ length: 40 }, (_, n) => `k${n}`)
    const written = await Promise.all(
      keys.flatMap((key) => [one.append([entry(key, `${key} one`)]), two.append([entry(key, `${key} two`)])]),
    )
    await until('the other to hear of every lane', () => (new Set(heard).size === LANES ? true : undefined))
    for (const log of [one, two]) {
      const all = await everything(log)
      const found = written.map(([address]) => {
        const chunk = all.find(({ chunk }) => chunk === address?.chunk)
        return (JSON.parse(chunk?.text ?? '[]') as string[])[address?.index ?? 0]
      })
      assert.deepEqual(
        found,
        keys.flatMap((key) => [`${key} one`, `${key} two`]),
      )
    }
  })

  test('another process reads what was replaced, and never a gap', async () => {
    const stream = newStream()
    const [one, two] = await Promise.all([open(stream, { lanes: 1 }), open(stream, { lanes: 1 })])
    for (const value of ['a', 'b', 'c']) await one.append([entry('p', value)])
    await one.rewrite(2, '["-"]')
    assert.deepEqual(values(await two.read(0, START, NO_LIMIT)), ['a', '-', 'c'])
    await one.rewrite(2, '["="]')
    await one.rewrite(3, '["."]')
    assert.deepEqual(values(await two.after(0, NO_LIMIT)), ['a', '=', '.'])
    assert.deepEqual(values(await two.newest(2)), ['.', '='])
    assert.deepEqual(await two.end(0), { chunk: 3, index: 1 })
    assert.deepEqual(
      (await two.headsAfter(0, 9)).map(({ chunk, count }) => [chunk, count]),
      [
        [1, 1],
        [2, 1],
        [3, 1],
      ],
    )
    assert.equal(await two.trim({ before_ms: 0, bytes_max: 0, keepFrom: [3] }), 2)
    assert.deepEqual(values(await one.read(0, START, NO_LIMIT)), ['.'])
  })

  test('what was rewritten, trimmed or cleared is in no file of the streams any more, on any server', async () => {
    const stream = newStream()
    const log = await open(stream, { lanes: 1, now: () => 1_000 })
    for (let n = 1; n <= 6; n++) await log.append([entry('p', `marker-${n}-${'x'.repeat(9_000)}`)])
    await publishDamaged(await servers(), stream, 'marker-7-torn')
    assert.equal(await log.setAside(7), 3)
    assert.equal((await log.stats()).damaged_count, 3)
    assert.equal(await log.clearDamaged((text) => text.includes('marker-7')), 1)
    await log.rewrite(4, '["marker-8"]')
    await log.rewrite(4, '["-"]')
    await log.rewrite(5, '["-"]')
    assert.equal(await log.trim({ before_ms: 2_000, bytes_max: 1e12, keepFrom: [3] }), 2)
    assert.equal(await log.compact(), true)
    assert.deepEqual(inFiles(await servers(), 'marker'), ['marker-3', 'marker-6'])
    assert.deepEqual(
      values(await log.read(0, START, NO_LIMIT)).map((value) => String(value).slice(0, 8)),
      ['marker-3', '-', '-', 'marker-6'],
    )
  })

  test('a replacement whose original was left is finished by the next compaction, by whichever process', async () => {
    const stream = newStream()
    const log = await open(stream, { lanes: 1 })
    await log.append([entry('p', 'left-1')])
    const made = chunkHeaders({ count: 1, at_ms: 1, text: Buffer.from('["-"]'), prints: '' })
    await publish(await servers(), `${stream}_beside.instead.0.1`, Buffer.from('["-"]'), made)
    assert.deepEqual(values(await log.read(0, START, NO_LIMIT)), ['-'])
    assert.deepEqual(inFiles(await servers(), 'left'), ['left-1'])
    const other = await open(stream)
    assert.equal(await other.compact(), true)
    assert.deepEqual(inFiles(await servers(), 'left'), [])
    assert.deepEqual(values(await log.read(0, START, NO_LIMIT)), ['-'])
  })

  test('many old chunks go at once, and the lane goes on where it was', async () => {
    const log = await open(newStream(), { lanes: 1, now: () => 1_000 })
    for (let n = 1; n <= 300; n++) await log.append([entry('p', n)])
    await log.rewrite(7, '["-"]')
    assert.equal(await log.trim({ before_ms: 2_000, bytes_max: 1e12, keepFrom: [299] }), 298)
    assert.deepEqual(values(await log.read(0, START, NO_LIMIT)), [299, 300])
  })

  test('a damaged chunk is named, set aside and kept, and the lane goes on behind it', async () => {
    const stream = newStream()
    const log = await open(stream, { lanes: 1 })
    await log.append([entry('p', 'a')])
    await publishDamaged(await servers(), stream, 'b')
    await log.append([entry('p', 'c')])
    await assert.rejects(log.read(0, START, NO_LIMIT), {
      code: 'CHUNK_DAMAGED',
      details: { lane: 0, chunk: 2 },
    })
    assert.equal(await log.setAside(1), 0)
    assert.equal(await log.setAside(2), 3)
    assert.deepEqual(values(await log.read(0, START, NO_LIMIT)), ['a', 'c'])
  })
})

async function everything(log: EventLog): Promise<readonly Chunk[]> {
  const lanes = Array.from({ length: log.lanes }, (_, lane) => log.read(lane, START, NO_LIMIT))
  return (await Promise.all(lanes)).flat()
}

/** A chunk of three entries with a checksum that is another text's. */
function publishDamaged(nats: NatsServers, stream: string, text: string): Promise<void> {
  const made = chunkHeaders({ count: 3, at_ms: 1_000, text: Buffer.from('another'), prints: '' })
  return publish(nats, `${stream}.lane.${laneOf('p', 1)}`, Buffer.from(text), made)
}

async function publish(
  nats: NatsServers,
  subject: string,
  data: Uint8Array,
  given: ReturnType<typeof headers>,
): Promise<void> {
  const nc = await connect({ servers: nats.urls, ...NATS_LOGIN })
  await nc.request(subject, data, { headers: given, timeout: 5_000 })
  await nc.close()
}

/** The markers that can be found in any file of any stream. The servers' log of what they agreed on is cut by them, some minutes later. */
function inFiles({ folder }: NatsServers, word: string): readonly string[] {
  const { stdout } = spawnSync('grep', ['-raoh', '--exclude-dir=SYSTEM', `${word}-[0-9]`, folder], {
    encoding: 'utf8',
  })
  return [...new Set(stdout.split('\n').filter(Boolean))].sort()
}
