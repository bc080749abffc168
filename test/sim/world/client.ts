import type { Random } from '../../crash/random.ts'
import { crowdOf, type SentEvent } from './events.ts'
import type { SourceId } from './settings.ts'

export type ClientDeps = {
  readonly source: SourceId
  readonly random: Random
  /** For what is sent; the other is for when. */
  readonly events: Random
  readonly pause: (ms: number) => Promise<void>
  /** True for 200; false for another answer, and for none. */
  readonly post: (body: Uint8Array, writeKey: string) => Promise<boolean>
  readonly onSent: (event: SentEvent) => void
  readonly onAcknowledged: (events: readonly SentEvent[]) => void
}
export type Load = { readonly events: number; readonly batch_max: number; readonly pause_ms: number }

const RETRY_MS = { from: 200, to: 3_000 }
/** An answer that the client did not get, so that it sends once more what is there already. */
const UNHEARD_SHARE = 0.05

/** Sends batch after batch as the vendors' libraries do: the same one again until it is answered 200. */
export function simClient({
  source,
  random,
  events: drawn,
  pause,
  post,
  onSent,
  onAcknowledged,
}: ClientDeps) {
  const next = crowdOf(source, drawn)
  const loads: Load[] = []
  let isRunning = false

  async function run(): Promise<void> {
    for (let load = loads.shift(); load !== undefined; load = loads.shift()) {
      let left = load.events
      while (left > 0) {
        const events = Array.from({ length: Math.min(left, random.whole(1, load.batch_max)) }, next)
        left -= events.length
        for (const event of events) onSent(event)
        await sendUntilTaken(events)
        await pause(random.whole(0, load.pause_ms))
      }
    }
    isRunning = false
  }

  async function sendUntilTaken(events: readonly SentEvent[]): Promise<void> {
    const body = Buffer.from(JSON.stringify({ batch: events.map(({ call }) => call) }))
    let isUnheard = random.next() < UNHEARD_SHARE
    for (;;) {
      const isTaken = await post(body, `key-${source}`)
      if (isTaken) {
        onAcknowledged(events)
        if (!isUnheard) return
        isUnheard = false
      }
      await pause(random.whole(RETRY_MS.from, RETRY_MS.to))
    }
  }

  return {
    load(load: Load): void {
      loads.push(load)
      if (isRunning) return
      isRunning = true
      run()
    },
    isIdle: () => !isRunning,
  }
}
