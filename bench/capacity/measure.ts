import { setTimeout as wait } from 'node:timers/promises'
import { Pool } from 'undici'
import { connectPostgres } from '../../server/postgres/connect.ts'
import { makePosts, type Post } from '../load.ts'
import { APP_ID, type SmallCluster } from './cluster.ts'
import { PARTS, type Part } from './parts.ts'

const DONE_WITHIN_MS = 300_000
const LOOK_EVERY_MS = 100
/** What is indexed last is stored within this. */
const SETTLES_MS = 1_000
const ARRIVES_SHARE = 0.68
const CONNECTIONS = 8
const IDLE_MS = 10_000

export type Load = {
  readonly events: number
  readonly eventsPerRequest: number
  /** The number of its first event: loads must not repeat each other's. */
  readonly first: number
}
export type Measured = {
  readonly perSecond: number
  /** Of the body that brought it. */
  readonly event_bytes: number
  readonly cpu_us: Readonly<Record<Part, number>>
  /** Of one event: what clients gave the NATS servers, got from them, what these gave each other, and what one of them keeps. */
  readonly nats: {
    readonly in_bytes: number
    readonly out_bytes: number
    readonly routes_bytes: number
    readonly disk_bytes: number
  }
  /** Of one event: what PostgreSQL wrote ahead, and by what its database grew. */
  readonly postgres: { readonly wal_bytes: number; readonly disk_bytes: number }
}

/** Processor seconds a second of each part while nothing happens. */
export async function measureIdle(cluster: SmallCluster): Promise<Readonly<Record<Part, number>>> {
  const before = cluster.cpu_s()
  const start_ms = performance.now()
  await wait(IDLE_MS)
  const after = cluster.cpu_s()
  return byPart((part) => ((after[part] - before[part]) * 1_000) / (performance.now() - start_ms))
}

/**
 * Sends a load, waits until all of it has been delivered and counted, and tells what each event cost beyond what an idle cluster
 * costs in that time.
 */
export async function measureLoad(
  cluster: SmallCluster,
  load: Load,
  idle: Readonly<Record<Part, number>>,
): Promise<Measured> {
  const posts = makePosts(load.events, load.eventsPerRequest, load.first)
  const bytes = posts.reduce((sum, { body }) => sum + body.length, 0)
  const facts = await watch(cluster)
  cluster.sandbox.heap.reset()
  const [cpu, before, start_ms] = [cluster.cpu_s(), await facts.read(), performance.now()]
  await sendAll(cluster.urls(), posts)
  await drained(cluster, load.events)
  await wait(SETTLES_MS)
  const [now, after, end_ms] = [cluster.cpu_s(), await facts.read(), performance.now()]
  await facts.close()
  const seconds = (end_ms - start_ms) / 1_000
  const each = (from: number, to: number) => (to - from) / load.events
  return {
    perSecond: load.events / seconds,
    event_bytes: bytes / load.events,
    cpu_us: byPart((part) => each(cpu[part] + idle[part] * seconds, now[part]) * 1e6),
    nats: {
      in_bytes: each(before.in_bytes, after.in_bytes),
      out_bytes: each(before.out_bytes, after.out_bytes),
      routes_bytes: each(before.routes_bytes, after.routes_bytes),
      disk_bytes: each(before.stored_bytes, after.stored_bytes),
    },
    postgres: {
      wal_bytes: each(before.wal_bytes, after.wal_bytes),
      disk_bytes: each(before.database_bytes, after.database_bytes),
    },
  }
}

/** To each process in turn, over some connections each, as fast as they are taken. */
async function sendAll(urls: readonly string[], posts: readonly Post[]): Promise<void> {
  const pools = urls.map((url) => new Pool(url, { connections: CONNECTIONS, pipelining: 1 }))
  await Promise.all(posts.map((post, n) => send(pools[n % pools.length] as Pool, post)))
  await Promise.all(pools.map((pool) => pool.close()))
}

async function send(pool: Pool, post: Post): Promise<void> {
  const { statusCode, body } = await pool.request({ ...post, method: 'POST' })
  const text = await body.text()
  if (statusCode !== 200) throw new Error(`answered ${statusCode}: ${text}`)
}

function byPart(of: (part: Part) => number): Readonly<Record<Part, number>> {
  return Object.fromEntries(PARTS.map((part) => [part, of(part)])) as Record<Part, number>
}

/**
 * Nobody has anything before it: neither destinations nor those that count. What asks for that reads the log for each lane, so the
 * sandbox is asked first, which costs the cluster nothing: 70 % of the events are of the kind that arrives one by one.
 */
async function drained({ sandbox, healthUrl }: SmallCluster, events: number): Promise<void> {
  const until_ms = performance.now() + DONE_WITHIN_MS
  const arrived = () => sandbox.heap.counts(APP_ID)?.accepted ?? 0
  while (performance.now() < until_ms) {
    await wait(LOOK_EVERY_MS)
    if (arrived() < ARRIVES_SHARE * events) continue
    const { lag_ms } = (await (await fetch(`${healthUrl}/readyz`)).json()) as {
      lag_ms: Record<string, number>
    }
    if (Object.values(lag_ms).every((lag) => lag === 0)) return
  }
  throw new Error(`${arrived()} of ${events} events arrived`)
}

type Facts = Readonly<
  Record<'in_bytes' | 'out_bytes' | 'routes_bytes' | 'stored_bytes' | 'wal_bytes' | 'database_bytes', number>
>

/** What the servers say of themselves. */
async function watch({ nats, postgres }: SmallCluster) {
  const options = { url: postgres.url('facts'), connections_max: 1, waitsForDisk: false, name: 'bench' }
  const db = connectPostgres(options)
  const ask = async (port: number, path: string) =>
    (await fetch(`http://127.0.0.1:${port}/${path}`)).json() as Promise<Record<string, unknown>>
  const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0)
  return {
    close: db.close,
    async read(): Promise<Facts> {
      const ports = nats.servers.map(({ monitorPort }) => monitorPort)
      const servers = await Promise.all(ports.map((port) => ask(port, 'varz')))
      const routes = await Promise.all(ports.map((port) => ask(port, 'routez')))
      const stores = await Promise.all(ports.map((port) => ask(port, 'jsz')))
      const [row] = await db.rows<{ wal: string; size: string }>(
        "select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') as wal, pg_database_size(current_database()) as size",
      )
      const between = routes.flatMap(({ routes: all }) => all as readonly { out_bytes: number }[])
      return {
        in_bytes: sum(servers.map(({ in_bytes }) => in_bytes as number)),
        out_bytes: sum(servers.map(({ out_bytes }) => out_bytes as number)),
        routes_bytes: sum(between.map(({ out_bytes }) => out_bytes)),
        stored_bytes: Math.max(...stores.map(({ bytes }) => bytes as number)),
        wal_bytes: Number(row?.wal),
        database_bytes: Number(row?.size),
      }
    },
  }
}
