import { bodyOf, NO_CONTEXT, requestsOf } from '../core/destination.ts'
import { heap } from '../destinations/heap/index.ts'
import { letsGo } from '../server/pipeline/let-go.ts'
import { makeEvents } from './events.ts'
import { median, type Result, type Sizes } from './harness.ts'
import { envelopeOf, heapInstance } from './languages.ts'
import { plainTransform } from './plain.ts'

const BATCH = 1_000

/** Parse, validate, match, map, flatten, build, bytes: ours beside the same work written out by hand, in turn. */
export function transformBench({ events, rounds }: Sizes): Result[] {
  const lines = makeEvents(events).map((event) => JSON.stringify(event))
  const ours = ourTransform()
  const contenders = { ours, plain: plainTransform, 'JSON.parse alone': parseAlone }
  for (const run of Object.values(contenders)) run(lines.slice(0, 5_000))

  const rates: Record<string, number[]> = {}
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of Object.entries(contenders)) {
      const start_ms = performance.now()
      if (run(lines) === 0) throw new Error('the work was optimised away')
      const rate = (events * 1_000) / (performance.now() - start_ms)
      rates[name] = [...(rates[name] ?? []), rate]
    }
  }
  const plain = median(rates['plain'] ?? [])
  return Object.entries(rates).map(([name, values]) => ({
    name: `transform: ${name}`,
    perSecond: median(values),
    cpu_us: 1_000_000 / median(values),
    ...(name === 'ours'
      ? { ratio: { to: 'plain', value: median(values) / plain, floor: 0.4, goal: 0.85 } }
      : {}),
  }))
}

export function ourTransform(): (lines: readonly string[]) => number {
  const instance = heapInstance()
  const letGo = letsGo(instance)

  return function run(lines) {
    let bytes = 0
    for (let at = 0; at < lines.length; at += BATCH) {
      const deliveries = []
      for (const line of lines.slice(at, at + BATCH)) {
        const envelope = envelopeOf(JSON.parse(line))
        for (const one of letGo(envelope, instance.handle(envelope)).handled) {
          if (one.status === 'ready') deliveries.push(one.delivery)
        }
      }
      for (const { request } of requestsOf(heap.plan(deliveries, instance.settings as never, NO_CONTEXT))) {
        bytes += bodyOf(request).length
      }
    }
    return bytes
  }
}

function parseAlone(lines: readonly string[]): number {
  let characters = 0
  for (const line of lines) characters += (JSON.parse(line) as { type: string }).type.length
  return characters
}
