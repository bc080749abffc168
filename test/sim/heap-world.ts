import type { Instance } from '../../core/configuration.ts'
import type { JsonObject, SpecEvent } from '../../core/event.ts'
import { presetSubscriptions } from '../../core/presets.ts'
import { heap as heapDestination } from '../../destinations/heap/index.ts'
import { catalogue } from '../../destinations/index.ts'
import { makeHeap } from '../../sandbox/heap.ts'
import type { Sender } from '../../server/delivery/send.ts'
import { memoryLedger } from '../../server/ledger/memory.ts'
import { entryText } from '../../server/log/envelope.ts'
import { memoryLog } from '../../server/log/memory.ts'
import { startReaders } from '../../server/readers.ts'
import { type Random, randomFrom } from '../crash/random.ts'
import { virtualClock } from './virtual-clock.ts'

export const APP_ID = '11'
export const START_MS = Date.parse('2026-01-01T00:00:00Z')
const LANES = 8
const SOURCE = 'app'
const APPEND_COUNT = 8_000
/** There and back, each way. */
const LATENCY_MS = { min: 30, max: 120 }
const HISTORY = { age_ms_max: 60_000, bytes_max: 5_000_000 }

export type Sent = {
  readonly path: string
  readonly body: JsonObject
  readonly at_ms: number
  readonly status: number
}
export type HeapWorld = Awaited<ReturnType<typeof heapWorld>>

/**
 * The real readers, delivery and Heap destination, on memory and a virtual clock, with a sandbox Heap that refuses what
 * is over its limits, and a network that takes its time.
 */
export async function heapWorld(seed: number, settings: JsonObject, onSent: (sent: Sent) => void) {
  const random = randomFrom(seed)
  const clock = virtualClock(START_MS)
  const sandbox = makeHeap({ now_ms: clock.now_ms, limits: 'refuse', events_max: 1_000 })
  const log = memoryLog({ lanes: LANES, now: clock.now_ms })
  const ledger = memoryLedger()
  const instance = heapInstance(settings)
  const troubles: unknown[] = []

  const makeSender = (): Sender => ({ send, close: async () => {} })
  async function send(request: { url: string; method: string }, text: string) {
    await clock.sleep(random.whole(LATENCY_MS.min, LATENCY_MS.max))
    const body = JSON.parse(text) as JsonObject
    const path = new URL(request.url).pathname
    const answer = sandbox.handle({ method: request.method, path, body })
    onSent({ path, body, at_ms: clock.now_ms(), status: answer.status })
    await clock.sleep(random.whole(LATENCY_MS.min, LATENCY_MS.max))
    const response = { status: answer.status, headers: {}, body: JSON.stringify(answer.json) }
    return { answered: true as const, response }
  }

  return {
    random,
    clock,
    sandbox,
    ledger,
    troubles,
    /** Everything that is to be delivered is in the log before the instance begins. */
    async fill(count: number, event: (index: number, random: Random) => SpecEvent): Promise<void> {
      const receivedAt = new Date(START_MS).toISOString()
      for (let from = 0; from < count; from += APPEND_COUNT) {
        const some = Array.from({ length: Math.min(APPEND_COUNT, count - from) }, (_, at) => {
          const one = event(from + at, random)
          return {
            key: `${SOURCE} ${one.userId}`,
            text: entryText({ kind: 'event', sourceId: SOURCE, receivedAt, event: one }),
          }
        })
        await log.append(some)
      }
      await ledger.start(
        instance.id,
        Array.from({ length: LANES }, () => ({ chunk: 0, index: 0 })),
      )
    },
    /**
     * Runs until the ledger says that so many deliveries have come to their end. Returns when the last lane had been
     * read to its end: what is left then is parked, and may not be sent yet.
     */
    async run(deliveries: number): Promise<number> {
      let [ended, read_ms] = [0, START_MS]
      const counting = {
        ...ledger,
        async record(progress: Parameters<typeof ledger.record>[0]) {
          await ledger.record(progress)
          if (progress.readerId === instance.id && progress.cursor !== undefined) read_ms = clock.now_ms()
          for (const { name, count } of progress.counts) if (ENDS.has(name)) ended += count
        },
      }
      const readers = await startReaders({
        log,
        ledger: counting,
        catalogue,
        instances: [instance],
        giveUpAfter_ms: 72 * 3_600_000,
        history: HISTORY,
        trimEvery_ms: 15_000,
        onTrim: (keepFrom) => log.trim({ before_ms: Number.MAX_SAFE_INTEGER, bytes_max: 0, keepFrom }),
        onTrouble: (_reader, _lane, error) => troubles.push(error),
        world: { now_ms: clock.now_ms, random: random.next, sleep: clock.sleep, makeSender },
      })
      await clock.runUntil(() => ended >= deliveries || troubles.length > 0)
      await readers.stop()
      return read_ms
    },
    async counts(): Promise<Record<string, number>> {
      const sums: Record<string, number> = {}
      for (const { of, name, count } of await ledger.counts()) {
        if (of === instance.id) sums[name] = (sums[name] ?? 0) + count
      }
      return sums
    },
  }
}

const ENDS: ReadonlySet<string> = new Set(['delivered', 'unchanged', 'dead'])

function heapInstance(settings: JsonObject): Instance {
  return {
    id: 'heap',
    kind: 'heap',
    name: 'Heap',
    enabled: true,
    sources: [SOURCE],
    settings: { appId: APP_ID, ...settings },
    subscriptions: presetSubscriptions(heapDestination),
  }
}
