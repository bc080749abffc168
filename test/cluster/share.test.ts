import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { connectPostgres } from '../../server/postgres/connect.ts'
import { findNats, NO_NATS } from './nats-binary.ts'
import { POSTGRES_MISSING } from './postgres.ts'
import { startCluster } from './processes.ts'

const LANES = 16
const INSTANCES = 10
/** From when it is ready. */
const SHARE_WITHIN_MS = 10_000
const SETTLES_WITHIN_MS = 60_000
/** Lanes that were lost are given on within three seconds. */
const STILL_MS = 4_000
const LOOK_EVERY_MS = 50

/** Nobody listens there: nothing is sent. */
const CONFIGURATION = `sources:
  - { id: app, name: App, kind: http, writeKey: share-write-key }
destinations:
${Array.from({ length: INSTANCES }, (_, n) => `  - { id: heap${n}, kind: heap, name: Heap ${n}, sources: [app], settings: { appId: "${11 + n}", apiUrl: "http://127.0.0.1:9" } }`).join('\n')}
`

const nats = findNats()
const missing = nats === undefined ? NO_NATS : POSTGRES_MISSING

test('a new process that delivers has its share of the lanes within 10 s', { skip: missing }, async () => {
  if (nats === undefined) return
  const cluster = await startCluster({
    ...{ nats, configuration: CONFIGURATION, roles: ['ingest,indexer,admin', 'delivery', 'delivery'] },
    flags: ['--lanes', String(LANES)],
  })
  // The schema that the processes were given: the first one.
  const url = cluster.postgres.url('scratch_1')
  const db = connectPostgres({ url, connections_max: 1, waitsForDisk: false, name: 'test' })
  /** Whoever is given a lane claims it, under a number that rises. */
  async function claims(): Promise<number> {
    const sql = "select coalesce(sum(epoch), 0)::int as sum from lane_owners where reader_id = 'delivery'"
    return (await db.rows<{ sum: number }>(sql))[0]?.sum ?? 0
  }
  async function settled(): Promise<number> {
    const end_ms = performance.now() + SETTLES_WITHIN_MS
    let [last, since_ms] = [await claims(), performance.now()]
    while (performance.now() < end_ms) {
      await wait(LOOK_EVERY_MS)
      const now = await claims()
      if (now !== last) since_ms = performance.now()
      last = now
      if (last >= LANES && performance.now() - since_ms >= STILL_MS) return last
    }
    throw new Error(`lanes are still given on: ${last} claims`)
  }
  try {
    const [, second] = cluster.of('delivery')
    await settled()
    await second?.end('SIGTERM')
    const before = await settled()
    await second?.start()
    const end_ms = performance.now() + SHARE_WITHIN_MS
    while ((await claims()) < before + LANES / 2 && performance.now() < end_ms) await wait(LOOK_EVERY_MS)
    assert.equal(await claims(), before + LANES / 2)
  } finally {
    await db.close()
    await cluster.stop()
  }
})
