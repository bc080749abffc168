import type { Instance } from '../../core/configuration.ts'
import type { CloudDestination, HttpRequest, HttpResponse } from '../../core/destination.ts'
import type { Entry, Json, JsonObject } from '../../core/event.ts'
import { compileInstance } from '../../core/instance.ts'
import { presetSubscriptions } from '../../core/presets.ts'
import { heap } from '../../destinations/heap/index.ts'
import { memoryLedger } from '../ledger/memory.ts'
import { entryText } from '../log/envelope.ts'
import { memoryLog } from '../log/memory.ts'
import { decodedLog } from '../pipeline/decoded-log.ts'
import { type LaneSignals, laneSignals } from '../pipeline/lane-signal.ts'
import { skimmer } from '../pipeline/skimmer.ts'
import { heldBatches } from './held.ts'
import { runLane } from './lane.ts'
import { startRuntime } from './runtime.ts'
import type { Send, Sent } from './send.ts'
import { changeSign } from './sign.ts'

export type Call = { readonly request: HttpRequest; readonly body: Json }
/** What the receiver does with a request; `undefined` is 200. */
export type Receiver = (call: Call, number: number) => Partial<HttpResponse> | 'no answer' | undefined

/**
 * One lane of one instance on a memory log and ledger, with a receiver that the test writes and a clock that moves only
 * when something waits on it.
 */
export function laneUnderTest(
  receiver: Receiver,
  options: { destination?: CloudDestination; giveUpAfter_ms?: number; consent?: readonly string[] } = {},
) {
  const { destination = heap, giveUpAfter_ms = 72 * 3_600_000, consent } = options
  const clock = { now_ms: Date.parse('2026-01-01T00:00:00.000Z') }
  const log = memoryLog({ lanes: 1, now: () => clock.now_ms })
  const ledger = memoryLedger()
  const calls: Call[] = []
  const waits_ms: number[] = []
  let abort = new AbortController()

  const send: Send = async (request, text) => {
    const call = { request, body: JSON.parse(text) as Json }
    calls.push(call)
    const answer = receiver(call, calls.length)
    if (answer !== 'no answer') return answered(answer)
    return { answered: false, reason: { code: 'DESTINATION_UNREACHABLE', text: 'nobody there' } }
  }

  return {
    log,
    ledger,
    calls,
    waits_ms,
    clock,
    /** Appends track calls of one person, named by their event. */
    async track(...names: readonly string[]): Promise<void> {
      await log.append(
        names.map((name, index) => ({ key: 'ada', text: entryText(trackEntry(name, index, clock.now_ms)) })),
      )
    },
    /** Appends a call that no trigger wants. */
    async group(): Promise<void> {
      const entry = trackEntry('', 0, clock.now_ms) as { event: object }
      await log.append([
        { key: 'ada', text: JSON.stringify({ ...entry, event: { ...entry.event, type: 'group' } }) },
      ])
    },
    /** Appends a call with what its person allows. */
    async allowing(
      name: string,
      categoryPreferences: JsonObject,
      type: 'track' | 'alias' = 'track',
    ): Promise<void> {
      const entry = trackEntry(name, 0, clock.now_ms) as { event: object }
      const event = { ...entry.event, type, context: { consent: { categoryPreferences } } }
      await log.append([{ key: 'ada', text: JSON.stringify({ ...entry, event }) }])
    },
    /** Runs until the lane has nothing left to do, or until `until` says stop. */
    async run(until: () => boolean = () => false): Promise<void> {
      abort = new AbortController()
      const signals = laneSignals(log)
      const { stop } = { stop: abort.signal }
      let sleeping = 0
      const idle: LaneSignals = {
        ...signals,
        /** Nothing grows here: but for what sleeps and will wake it, the lane is at its end. */
        async grown(_lane, _version, _abort, onWait = () => {}) {
          if (sleeping === 0) abort.abort()
          else await new Promise<void>(onWait)
        },
      }
      const runtime = await startRuntime({
        instance: compileInstance({ ...instanceOf(destination), ...(consent && { consent }) }, destination),
        lanes: 1,
        ledger,
        send,
        now_ms: () => clock.now_ms,
        random: () => 0.999,
        stop,
        async sleep(ms) {
          waits_ms.push(ms)
          sleeping += 1
          clock.now_ms += ms
          await undefined
          sleeping -= 1
          if (until()) abort.abort()
          return !abort.signal.aborted
        },
        giveUpAfter_ms,
        batches: heldBatches(),
        replaying: changeSign(),
        onStateLost(error) {
          throw error
        },
      })
      const parts = { log: decodedLog(log), signals: idle }
      const { now_ms, sleep, held } = runtime
      const skimming = skimmer({ ...parts, now_ms, sleepUntil: sleep, room: held.room })
      await runLane({ ...parts, runtime, lane: 0, skimmer: skimming })
      signals.stop()
    },
    async counts(): Promise<Record<string, number>> {
      const sums: Record<string, number> = {}
      for (const { name, count } of await ledger.counts()) sums[name] = (sums[name] ?? 0) + count
      return sums
    },
    /** The names of the events in a request to Heap. */
    names: ({ body }: Call) =>
      ((body as { events?: { event: string }[] }).events ?? []).map(({ event }) => event),
  }
}

function answered(answer: Partial<HttpResponse> | undefined): Sent {
  return { answered: true, response: { status: 200, headers: {}, body: '{}', ...answer } }
}

export function trackEntry(name: string, index: number, now_ms: number): Entry {
  const receivedAt = new Date(now_ms).toISOString()
  const messageId = `${name}-${index}`
  return {
    kind: 'event',
    sourceId: 'app',
    receivedAt,
    event: { type: 'track', messageId, userId: 'ada', event: name, timestamp: receivedAt },
  }
}

function instanceOf(destination: CloudDestination): Instance {
  return {
    id: 'it',
    kind: destination.kind,
    name: 'It',
    enabled: true,
    sources: ['app'],
    settings: destination.kind === 'heap' ? { appId: '11' } : { url: 'https://example.com/hook' },
    subscriptions: presetSubscriptions(destination),
  }
}
