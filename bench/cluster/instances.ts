import { setTimeout as wait } from 'node:timers/promises'
import { connectPostgres } from '../../server/postgres/connect.ts'
import type { NatsBinary } from '../../test/cluster/nats-binary.ts'
import { type SmallCluster, startCluster } from '../capacity/cluster.ts'
import { measureIdle } from '../capacity/measure.ts'
import { PARTS, type Part } from '../capacity/parts.ts'
import { WRITE_KEY } from '../load.ts'

const SHARED_WITHIN_MS = 60_000
const LOOK_EVERY_MS = 100
/** What begins after a start has settled by then. */
const SETTLES_MS = 10_000

export type InstancesFigures = {
  readonly instances: number
  readonly lanes: number
  /** Until the last of the processes was ready, one after the other. */
  readonly start_ms: number
  readonly resident_mb: Readonly<Record<Part, number>>
  /** Cores while nothing comes in. */
  readonly idle: Readonly<Record<Part, number>>
  /** From the start of one more process that delivers, and from when it was ready, until it had its share of lanes. */
  readonly share: { readonly sinceStart_ms: number; readonly sinceReady_ms: number }
}

/** A cluster with many instances and lanes: what it takes to start it, what it takes while nothing happens, how fast it is shared out anew. */
export async function measureInstances(
  nats: NatsBinary,
  { instances, lanes }: { readonly instances: number; readonly lanes: number },
): Promise<InstancesFigures> {
  const began_ms = performance.now()
  const cluster = await startCluster({
    ...{ nats, lanes },
    configuration: (heapUrl) => manyHeaps(heapUrl, instances),
  })
  try {
    const start_ms = performance.now() - began_ms
    await wait(SETTLES_MS)
    const idle = await measureIdle(cluster)
    const resident = PARTS.map((part) => [part, cluster.resident_mb(part)] as const)
    return {
      ...{ instances, lanes, start_ms, idle },
      resident_mb: Object.fromEntries(resident) as Record<Part, number>,
      share: await measureShare(cluster, lanes),
    }
  } finally {
    await cluster.stop()
  }
}

/** Whoever is given a lane claims it in the ledger, under a number that rises: so many claims, so many lanes. */
async function measureShare(cluster: SmallCluster, lanes: number): Promise<InstancesFigures['share']> {
  const url = cluster.ledgerUrl
  const db = connectPostgres({ url, connections_max: 1, waitsForDisk: false, name: 'bench' })
  const claims = async () => {
    const sql = "select coalesce(sum(epoch), 0)::int as sum from lane_owners where reader_id = 'delivery'"
    const [row] = await db.rows<{ sum: number }>(sql)
    return row?.sum ?? 0
  }
  try {
    const before = await claims()
    const owners = cluster.deliveryUrls().length + 1
    const wanted = Math.floor(lanes / owners)
    const began_ms = performance.now()
    const adding = cluster.add('delivery').then(() => performance.now())
    while ((await claims()) < before + wanted) {
      if (performance.now() - began_ms > SHARED_WITHIN_MS) throw new Error('the new process got no share')
      await wait(LOOK_EVERY_MS)
    }
    const shared_ms = performance.now()
    const ready_ms = await adding
    return { sinceStart_ms: shared_ms - began_ms, sinceReady_ms: Math.max(0, shared_ms - ready_ms) }
  } finally {
    await db.close()
  }
}

function manyHeaps(heapUrl: string, instances: number): string {
  const one = (n: number) =>
    `  - { id: heap${n}, kind: heap, name: Heap ${n}, sources: [bench], settings: { appId: "${11 + n}", apiUrl: "${heapUrl}" } }`
  return `sources:
  - { id: bench, name: Bench, kind: http, writeKey: ${WRITE_KEY} }
destinations:
${Array.from({ length: instances }, (_, n) => one(n)).join('\n')}
`
}
