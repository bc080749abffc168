import { compileInstance } from '../core/instance.ts'
import { parseCall } from '../core/parse-event.ts'
import { presetSubscriptions } from '../core/presets.ts'
import { compileGlob } from '../core/trigger/glob.ts'
import { heap } from '../destinations/heap/index.ts'
import { makeEvents } from './events.ts'
import { median, type Result } from './harness.ts'

/** As many as a batch has: they have just been parsed, as on the way to Heap. */
const EVENTS = 1_000

/** Triggers and mappings alone: Heap's two ready-made actions, and patterns that are slow elsewhere. */
export function languagesBench({ events, rounds }: { events: number; rounds: number }): Result[] {
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

/** Each makes a matcher that tries again and again take the square of the text, or worse. */
const HOSTILE: readonly (readonly [pattern: string, text: (size: number) => string])[] = [
  ['*a*a*a*a*a*b', (size) => 'a'.repeat(size)],
  ['*a?a?a?a?b*', (size) => 'a'.repeat(size)],
  [`*${'[a-c]'.repeat(8)}d*`, (size) => 'abc'.repeat(size / 3)],
]
const SIZES = [1_024, 16_384, 131_072, 1_048_576] as const

function hostilePatterns(rounds: number): Result[] {
  return HOSTILE.flatMap(([pattern, text]) => {
    const matches = compileGlob(pattern)
    const perByte = SIZES.map((size) => {
      const given = text(size)
      const times = Array.from({ length: rounds + 1 }, () =>
        timeOf(matches, given, Math.ceil(SIZES[3] / size)),
      )
      return median(times.slice(1)) / size
    })
    const [smallest = 0] = perByte
    return SIZES.map((size, index) => ({
      name: `languages: match(text, "${pattern}") of ${size / 1_024} KB`,
      perSecond: 1_000 / ((perByte[index] as number) * size),
      ...(index === SIZES.length - 1
        ? {
            ratio: {
              to: 'the speed a byte at 1 KB',
              value: smallest / (perByte[index] as number),
              floor: 0.25,
            },
          }
        : {}),
    }))
  })
}

/** Milliseconds for one match. */
function timeOf(matches: (text: string) => boolean, text: string, times: number): number {
  const start_ms = performance.now()
  for (let at = 0; at < times; at++) if (matches(text)) throw new Error('a hostile text must not match')
  return (performance.now() - start_ms) / times
}
