import { isObject } from './check-fields.ts'
import { type FaultRule, faultRulesProblem } from './fault-rules.ts'

/** A rule, and how far it has come. */
export type ActiveRule = {
  readonly rule: FaultRule
  /** Requests that it was applied to. */
  readonly applied: number
  /** Requests that it could have been applied to: the place in its sequence of draws. */
  readonly drawn: number
}

/** What happens to a request. `process` and `lose` are processed; `answer` is not. */
export type Verdict =
  | { readonly action: 'process'; readonly latency_ms: number }
  | { readonly action: 'lose'; readonly latency_ms: number }
  | {
      readonly action: 'answer'
      readonly latency_ms: number
      readonly status: number
      readonly retryAfter_s: number | undefined
      readonly error: string
    }
export type FaultRequest = { readonly path: string; readonly body: unknown }

export type Faults = {
  /** @throws {RangeError} when a rule is not valid; the rules are then as they were. */
  readonly replace: (rules: readonly FaultRule[]) => void
  readonly clear: () => void
  readonly rules: () => readonly ActiveRule[]
  readonly decide: (request: FaultRequest) => Verdict
}

const PROCESS: Verdict = { action: 'process', latency_ms: 0 }

/** Holds the rules between requests. All that it decides, `decide` decides. */
export function makeFaults(rules: readonly FaultRule[] = []): Faults {
  let active: readonly ActiveRule[] = []
  function replace(next: readonly FaultRule[]): void {
    const problem = faultRulesProblem(next)
    if (problem !== undefined) throw new RangeError(problem)
    active = next.map((rule) => ({ rule, applied: 0, drawn: 0 }))
  }
  replace(rules)
  return {
    replace,
    clear: () => replace([]),
    rules: () => active,
    decide(request) {
      if (active.length === 0) return PROCESS
      const decided = decide(active, request)
      active = decided.active
      return decided.verdict
    },
  }
}

/**
 * The first rule that applies decides alone: put the special before the general. A rule that names only a `path` or a
 * share lets its requests pass, which takes them from the rules below it.
 */
export function decide(
  active: readonly ActiveRule[],
  request: FaultRequest,
): { readonly verdict: Verdict; readonly active: readonly ActiveRule[] } {
  const next = [...active]
  for (const [index, { rule, applied, drawn }] of active.entries()) {
    const isDone = rule.times !== undefined && applied >= rule.times
    if (isDone || !concerns(rule, request)) continue
    const applies = rule.share === undefined || draw(rule.seed ?? 0, drawn) < rule.share
    next[index] = { rule, applied: applied + (applies ? 1 : 0), drawn: drawn + 1 }
    if (applies) return { verdict: verdictOf(rule), active: next }
  }
  return { verdict: PROCESS, active: next }
}

function concerns(rule: FaultRule, { path, body }: FaultRequest): boolean {
  if (rule.path !== undefined && rule.path !== path) return false
  return rule.refuseEvents === undefined || carriesEvent(body, rule.refuseEvents)
}

function carriesEvent(body: unknown, name: string): boolean {
  if (!isObject(body)) return false
  const events = body['events']
  return Array.isArray(events)
    ? events.some((event) => isObject(event) && event['event'] === name)
    : body['event'] === name
}

function verdictOf({ status, refuseEvents, retryAfter_s, loseResponse, latency_ms = 0 }: FaultRule): Verdict {
  if (loseResponse === true) return { action: 'lose', latency_ms }
  if (status === undefined && refuseEvents === undefined) return { action: 'process', latency_ms }
  const error =
    refuseEvents === undefined
      ? 'a fault rule of the sandbox'
      : `a fault rule refuses the event ${refuseEvents}`
  return { action: 'answer', latency_ms, status: status ?? 400, retryAfter_s, error }
}

/** The n-th number of a seed, uniform in [0, 1): one step of splitmix32 at a place of its own, so no state is kept. */
function draw(seed: number, n: number): number {
  let z = (Math.imul(seed, 0x85ebca6b) + Math.imul(n + 1, 0x9e3779b9)) | 0
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
  return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32
}
