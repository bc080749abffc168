import type { TrackEvent } from '../core/event.ts'
import { compileInstance } from '../core/instance.ts'
import { parseCall } from '../core/parse-event.ts'
import { presetSubscriptions } from '../core/presets.ts'
import { compileTrigger } from '../core/trigger/trigger.ts'
import { heap } from '../destinations/heap/index.ts'
import { makeEvents } from './events.ts'
import { median, type Result, type Sizes } from './harness.ts'

/** As many as a batch has: they have just been parsed, as on the way to Heap. */
const EVENTS = 1_000

/** Triggers and mappings alone: Heap's two ready-made actions, and patterns that are slow elsewhere. */
export function languagesBench({ events, rounds }: Sizes): Result[] {
  return [matchAndMap(events * 10, rounds), ...hostilePatterns(rounds)]
}

function matchAndMap(count: number, rounds: number): Result {
  const lines = makeEvents(EVENTS).map((event) => JSON.stringify(event))
  const instance = heapInstance()
  const envelopes = lines.map((line) => envelopeOf(JSON.parse(line)))
  const runs = Math.ceil(count / EVENTS)
  const handle = () => envelopes.reduce((sum, envelope) => sum + instance.handle(envelope).length, 0)
  const parse = () => lines.reduce((sum, line) => sum + (JSON.parse(line) as { type: string }).type.length, 0)
  const [ours, parsed] = [[], []] as [number[], number[]]
  for (let round = 0; round <= rounds; round++) {
    const rates = [rateOf(handle, runs), rateOf(parse, Math.ceil(runs / 10))] as const
    if (round === 0) continue
    ours.push(rates[0])
    parsed.push(rates[1])
  }
  const rate = median(ours)
  return {
    name: 'languages: match and map, Heap’s two ready-made actions',
    perSecond: rate,
    cpu_us: 1_000_000 / rate,
    ratio: { to: 'JSON.parse of the same events', value: rate / median(parsed), floor: 1.5 },
  }
}

/** Events a second. */
function rateOf(run: () => number, runs: number): number {
  const start_ms = performance.now()
  let sum = 0
  for (let at = 0; at < runs; at++) sum += run()
  if (sum === 0) throw new Error('the work was optimised away')
  return (runs * EVENTS * 1_000) / (performance.now() - start_ms)
}

export function heapInstance() {
  const settings = { appId: '11' }
  const subscriptions = presetSubscriptions(heap)
  const instance = { id: 'heap', kind: 'heap', name: 'Heap', enabled: true, sources: ['bench'] }
  return compileInstance({ ...instance, settings, subscriptions }, heap)
}

export function envelopeOf(call: unknown) {
  const receivedAt = '2026-01-02T03:04:05.678Z'
  const around = { receivedAt_ms: Date.parse(receivedAt), receivedAt, newMessageId: () => 'none' }
  const parsed = parseCall(call, undefined, {}, around)
  if (!parsed.ok) throw new Error(parsed.reason)
  const address = { lane: 0, chunk: 0, index: 0 }
  return { kind: 'event', sourceId: 'bench', receivedAt, event: parsed.event, address } as const
}

/** Each makes a matcher that tries from every place again take the square of the text, or worse. */
const HOSTILE: Readonly<Record<string, { trigger: string; text: (size: number) => string }>> = {
  'a pattern of many stars': {
    trigger: `match(event, "${'*a'.repeat(20)}*${'a'.repeat(50)}b*")`,
    text: (size) => 'a'.repeat(size),
  },
  'a pattern of sets': {
    trigger: `match(event, "*${'[a-c]'.repeat(8)}d*")`,
    text: (size) => 'abc'.repeat(size / 3),
  },
  'a long part': {
    trigger: `contains(event, "${'a'.repeat(1_000)}b")`,
    text: (size) => 'a'.repeat(size),
  },
}
const SIZES = [1_024, 16_384, 131_072, 1_048_576] as const

/** The speed a character at each size, beside that at the smallest: a square would leave a thousandth. */
function hostilePatterns(rounds: number): Result[] {
  return Object.entries(HOSTILE).flatMap(([name, { trigger, text }]) => {
    const matches = compileTrigger(trigger)
    const times_ms = SIZES.map((size) => {
      const event = { type: 'track', event: text(size) } as TrackEvent
      const times = Array.from({ length: rounds + 1 }, () => timeOf_ms(() => matches(event), SIZES[3] / size))
      return median(times.slice(1))
    })
    return SIZES.map((size, index) => {
      const time_ms = times_ms[index] as number
      const speed = (times_ms[0] as number) / SIZES[0] / (time_ms / size)
      const isLast = index === SIZES.length - 1
      return {
        name: `languages: ${name}, text of ${size / 1_024} KB`,
        perSecond: 1_000 / time_ms,
        ...(isLast ? { ratio: { to: 'the speed a character at 1 KB', value: speed, floor: 0.25 } } : {}),
      }
    })
  })
}

/** Milliseconds for one match; short texts are matched more often, so that each size takes about as long. */
function timeOf_ms(matches: () => boolean, times: number): number {
  const count = Math.min(100, Math.ceil(times))
  const start_ms = performance.now()
  for (let at = 0; at < count; at++) if (matches()) throw new Error('a hostile text must not match')
  return (performance.now() - start_ms) / count
}
