import type { TrackEvent } from '../core/event.ts'
import { compileTrigger } from '../core/trigger/trigger.ts'
import { median, type Result } from './harness.ts'

const SHORT = 10_000
const MATCHES = 20
/** A pattern and a part that take the square of the length, or for ever, where they are tried from every place. */
const HARD: Readonly<Record<string, string>> = {
  'a hard pattern': `match(event, "${'*a'.repeat(20)}*${'a'.repeat(50)}b*")`,
  'a hard part': `contains(event, "${'a'.repeat(1_000)}b")`,
}

/** Twice the text takes twice the time: half as many events a second, where the square would leave a quarter. */
export function triggerBench({ rounds }: { rounds: number }): Result[] {
  return Object.entries(HARD).flatMap(([name, trigger]) => {
    const matches = compileTrigger(trigger)
    const rate = (chars: number) => {
      const event = { type: 'track', event: 'a'.repeat(chars), messageId: 'm', userId: 'u', timestamp: '' }
      const start_ms = performance.now()
      for (let done = 0; done < MATCHES; done++)
        if (matches(event as TrackEvent)) throw new Error('it must not match')
      return (MATCHES * 1_000) / (performance.now() - start_ms)
    }
    rate(SHORT)
    const pairs = Array.from({ length: rounds }, () => ({ short: rate(SHORT), long: rate(2 * SHORT) }))
    const of = `${name}, text of ${SHORT.toLocaleString('en-US')} characters`
    return [
      { name: `trigger: ${of}`, perSecond: median(pairs.map(({ short }) => short)) },
      {
        name: `trigger: ${name}, text twice as long`,
        perSecond: median(pairs.map(({ long }) => long)),
        ratio: { to: of, value: median(pairs.map(({ short, long }) => long / short)), floor: 0.33 },
      },
    ]
  })
}
