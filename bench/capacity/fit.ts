import { PARTS, type Part } from './parts.ts'

export type CpuCosts = {
  /** For each event; for each chunk of the log, which is what a request's events of one lane make; for each request. */
  readonly event_us: number
  readonly chunk_us: number
  readonly request_us: number
}
export type Fit = Readonly<Record<Part, CpuCosts>>
export type Point = { readonly eventsPerRequest: number; readonly cpu_us: Readonly<Record<Part, number>> }

/** Enough for three costs to stand still to a thousandth. */
const STEPS = 20_000

/** How many chunks an event makes on the average: so many different lanes do a request's events come to, each by chance. */
export function chunksPerEvent(eventsPerRequest: number, lanes: number): number {
  return (lanes * (1 - (1 - 1 / lanes) ** eventsPerRequest)) / eventsPerRequest
}

/**
 * The costs of each part that come closest to what was measured under several loads, none below nothing whatever the noise says. Close is
 * meant in proportion: a cheap load counts as much as a dear one.
 */
export function fitParts(points: readonly Point[], lanes: number): Fit {
  return Object.fromEntries(PARTS.map((part) => [part, fitPart(part, points, lanes)])) as Fit
}

function fitPart(part: Part, points: readonly Point[], lanes: number): CpuCosts {
  const rows = points.map(({ eventsPerRequest, cpu_us }) =>
    termsOf(eventsPerRequest, lanes).map((term) => term / Math.max(1, cpu_us[part])),
  )
  const costs = [0, 0, 0]
  for (let step = 0; step < STEPS; step++) {
    const at = step % costs.length
    let [with_, squares] = [0, 0]
    for (const row of rows) {
      const term = row[at] as number
      const others = row.reduce(
        (sum, value, index) => (index === at ? sum : sum + value * (costs[index] as number)),
        0,
      )
      with_ += term * (1 - others)
      squares += term * term
    }
    costs[at] = Math.max(0, with_ / squares)
  }
  const [event_us = 0, chunk_us = 0, request_us = 0] = costs
  return { event_us, chunk_us, request_us }
}

/** Of one event: itself, its part of chunks, its part of a request. */
function termsOf(eventsPerRequest: number, lanes: number): readonly number[] {
  return [1, chunksPerEvent(eventsPerRequest, lanes), 1 / eventsPerRequest]
}

/** Processor time of one event, µs. */
export function predict(costs: CpuCosts, eventsPerRequest: number, lanes: number): number {
  const [event = 0, chunk = 0, request = 0] = termsOf(eventsPerRequest, lanes)
  return event * costs.event_us + chunk * costs.chunk_us + request * costs.request_us
}
