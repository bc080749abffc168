import { Pool } from 'undici'
import { makeEvents } from './events.ts'
import { percentile } from './harness.ts'

export const WRITE_KEY = 'bench-write-key'

export type Post = { readonly path: string; readonly body: Buffer }

/** Requests of `size` events each, made before the clock starts. */
export function makePosts(events: number, size: number, first: number): readonly Post[] {
  const calls = makeEvents(events, first)
  return Array.from({ length: Math.ceil(events / size) }, (_, n) => {
    const some = calls.slice(n * size, (n + 1) * size)
    const path = size === 1 ? `/v1/${some[0]?.type}` : '/v1/batch'
    const body = size === 1 ? { ...some[0], writeKey: WRITE_KEY } : { writeKey: WRITE_KEY, batch: some }
    return { path, body: Buffer.from(JSON.stringify(body)) }
  })
}

/** Sends everything over some connections, each waiting for its answer. Returns how long it took, in ms. */
export async function sendAll(url: string, posts: readonly Post[], connections: number) {
  const pool = new Pool(url, { connections, pipelining: 1 })
  const latencies_ms: number[] = []
  let next = 0
  const start_ms = performance.now()
  async function connection(): Promise<void> {
    for (let post = posts[next++]; post !== undefined; post = posts[next++]) {
      const sent_ms = performance.now()
      const answer = await pool.request({ ...post, method: 'POST' })
      const text = await answer.body.text()
      if (answer.statusCode !== 200) throw new Error(`answered ${answer.statusCode}: ${text}`)
      latencies_ms.push(performance.now() - sent_ms)
    }
  }
  await Promise.all(Array.from({ length: connections }, connection))
  const duration_ms = performance.now() - start_ms
  await pool.close()
  return { duration_ms, p99_ms: percentile(latencies_ms, 0.99) }
}
