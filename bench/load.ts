import { setTimeout as wait } from 'node:timers/promises'
import { Pool } from 'undici'
import { makeEvents } from './events.ts'
import { percentile } from './harness.ts'

export const WRITE_KEY = 'bench-write-key'

export type Post = {
  readonly path: string
  readonly body: Buffer
  /** Of its track calls. */
  readonly tracked: readonly string[]
}

/** Requests of `size` events each, made before the clock starts; of so many sources in turn. */
export function makePosts(events: number, size: number, first: number, sources = 1): readonly Post[] {
  const calls = makeEvents(events, first)
  return Array.from({ length: Math.ceil(events / size) }, (_, n) => {
    const some = calls.slice(n * size, (n + 1) * size)
    const path = size === 1 ? `/v1/${some[0]?.type}` : '/v1/batch'
    const writeKey = n % sources === 0 ? WRITE_KEY : `${WRITE_KEY}-${n % sources}`
    const body = size === 1 ? { ...some[0], writeKey } : { writeKey, batch: some }
    const tracked = some.flatMap(({ type, messageId }) => (type === 'track' ? [String(messageId)] : []))
    return { path, body: Buffer.from(JSON.stringify(body)), tracked }
  })
}

/**
 * Sends everything at an even rate, however long the answers take. Tells when each was answered, and how long that took, in ms;
 * `onAnswer` hears of each as it comes.
 */
export async function sendEvenly(
  url: string,
  posts: readonly Post[],
  { perSecond, connections }: { readonly perSecond: number; readonly connections: number },
  onAnswer: (post: Post, at_ms: number) => void = () => {},
) {
  const pool = new Pool(url, { connections, pipelining: 1 })
  const latencies_ms: number[] = []
  const answers: Promise<void>[] = []
  const start_ms = performance.now()
  for (const [n, post] of posts.entries()) {
    const early_ms = start_ms + (n * 1_000) / perSecond - performance.now()
    if (early_ms > 0) await wait(early_ms)
    const sent_ms = performance.now()
    answers.push(
      postOne(pool, post).then(() => {
        const at_ms = performance.now()
        latencies_ms.push(at_ms - sent_ms)
        onAnswer(post, at_ms)
      }),
    )
  }
  await Promise.all(answers)
  const perSecondReached = (posts.length * 1_000) / (performance.now() - start_ms)
  await pool.close()
  return {
    perSecondReached,
    p50_ms: percentile(latencies_ms, 0.5),
    p99_ms: percentile(latencies_ms, 0.99),
  }
}

async function postOne(pool: Pool, { path, body }: Post): Promise<void> {
  const answer = await pool.request({ path, body, method: 'POST' })
  const text = await answer.body.text()
  if (answer.statusCode !== 200) throw new Error(`answered ${answer.statusCode}: ${text}`)
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
      await postOne(pool, post)
      latencies_ms.push(performance.now() - sent_ms)
    }
  }
  await Promise.all(Array.from({ length: connections }, connection))
  const duration_ms = performance.now() - start_ms
  await pool.close()
  return { duration_ms, p99_ms: percentile(latencies_ms, 0.99) }
}
