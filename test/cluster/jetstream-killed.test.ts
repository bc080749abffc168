import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { connect } from '@nats-io/transport-node'
import type { Address } from '../../core/event.ts'
import { jetstreamLog } from '../../server/log/jetstream.ts'
import type { Chunk, EventLog } from '../../server/log/log.ts'
import { until } from '../e2e/server.ts'
import { withNats } from './cluster.fixtures.ts'
import { logOptions, newStream } from './jetstream-log.fixtures.ts'
import { NATS_LOGIN, type NatsServers } from './nats.ts'

const NO_LIMIT = { count_max: 1_000_000, bytes_max: 1_000_000_000 }
const SENDERS = 12
const LANES = 4

/** What was acknowledged: what was sent, and where it was said to stand. */
type Acked = { readonly value: string; readonly address: Address }

withNats('The log on three NATS servers that are killed', { servers: 3 }, (start) => {
  const opened: EventLog[] = []
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((log) => log.close()))
  })

  const kills: readonly [what: string, kill: (nats: NatsServers, stream: string) => Promise<void>][] = [
    [
      'the one that leads the stream',
      async (nats, stream) => {
        const leader = await leaderOf(nats, stream)
        await leader.kill()
        leader.start()
      },
    ],
    [
      'all at once',
      async (nats) => {
        await Promise.all(nats.servers.map((server) => server.kill()))
        for (const server of nats.servers) server.start()
      },
    ],
  ]
  for (const [what, kill] of kills) {
    test(`kill -9 of ${what}: nothing acknowledged is lost, doubled or out of order`, async () => {
      const nats = await start()
      const stream = newStream()
      const log = await jetstreamLog({ ...logOptions(nats, stream, 3), lanes: LANES })
      const other = await jetstreamLog(logOptions(nats, stream, 3))
      opened.push(log, other)
      const traffic = keepSending(log)
      const reading = keepReading(other)
      await until('some events', () => (traffic.acked.length > 500 ? true : undefined))
      await kill(nats, stream)
      const before = traffic.acked.length
      await nats.ready()
      await until('events after the kill', () => (traffic.acked.length > before + 500 ? true : undefined))
      await traffic.stop()
      const stored = await checkAll(log, traffic.acked)
      await until('the other process to read all', () => reading.found.length >= stored.length || undefined)
      reading.stop()
      assert.deepEqual(ofLanes(reading.found), ofLanes(stored))
    })
  }
})

/** Senders that send one thing after another, several lanes at a time. */
function keepSending(log: EventLog) {
  const acked: Acked[] = []
  let isOver = false
  const senders = Array.from({ length: SENDERS }, async (_, sender) => {
    for (let n = 0; !isOver; n++) {
      const values = [0, 1, 2].map((part) => `${sender}.${part} ${n}`)
      const entries = values.map((value) => ({ key: value.split(' ')[0] ?? '', text: JSON.stringify(value) }))
      const addresses = await log.append(entries)
      addresses.forEach((address, index) => {
        acked.push({ value: values[index] ?? '', address })
      })
    }
  })
  return {
    acked,
    async stop() {
      isOver = true
      await Promise.all(senders)
    },
  }
}

/** A reader as the server has them: it reads on when it is told that a lane has grown, and after a failure. */
function keepReading(log: EventLog) {
  const found: Acked[] = []
  let isOver = false
  async function readOn(lane: number): Promise<void> {
    for (let from = { chunk: 0, index: 0 }; !isOver; ) {
      const grown = new Promise<void>((resolve) => {
        const stop = log.onAppend((told) => {
          if (told !== lane) return
          stop()
          resolve()
        })
      })
      const chunks = await log
        .read(lane, from, { count_max: 500, bytes_max: 1_000_000 })
        .catch(() => undefined)
      found.push(...(chunks ?? []).flatMap(entriesOf))
      from = { chunk: (chunks?.at(-1)?.chunk ?? from.chunk - 1) + 1, index: 0 }
      if (chunks?.length === 0) await grown
      else await new Promise(setImmediate)
    }
  }
  for (let lane = 0; lane < LANES; lane++) void readOn(lane)
  return {
    found,
    stop() {
      isOver = true
    },
  }
}

function entriesOf({ lane, chunk, text }: Chunk): readonly Acked[] {
  return (JSON.parse(text) as string[]).map((value, index) => ({ value, address: { lane, chunk, index } }))
}

const ofLanes = (all: readonly Acked[]) =>
  Array.from({ length: LANES }, (_, lane) => all.filter(({ address }) => address.lane === lane))

async function checkAll(log: EventLog, acked: readonly Acked[]): Promise<readonly Acked[]> {
  const stored: Acked[] = []
  for (let lane = 0; lane < LANES; lane++) {
    for (let from = 0; ; ) {
      const chunks = await log.read(lane, { chunk: from, index: 0 }, { ...NO_LIMIT, count_max: 5_000 })
      stored.push(...chunks.flatMap(entriesOf))
      const last = chunks.at(-1)
      if (last === undefined) break
      from = last.chunk + 1
    }
  }
  const byValue = (a: Acked, b: Acked) => (a.value < b.value ? -1 : 1)
  assert.deepEqual(stored.toSorted(byValue), [...acked].sort(byValue))
  const newest = new Map<string, number>()
  for (const { value } of stored) {
    const [key = '', n] = value.split(' ')
    assert.equal(Number(n), (newest.get(key) ?? -1) + 1, `${value} in its place`)
    newest.set(key, Number(n))
  }
  return stored
}

async function leaderOf(nats: NatsServers, stream: string) {
  const nc = await connect({ servers: nats.urls, ...NATS_LOGIN })
  const answer = await nc.request(`$JS.API.STREAM.INFO.${stream}`)
  const { cluster } = answer.json<{ cluster: { leader: string } }>()
  await nc.close()
  const leader = nats.servers.find(({ name }) => name === cluster.leader)
  assert.ok(leader !== undefined)
  return leader
}
