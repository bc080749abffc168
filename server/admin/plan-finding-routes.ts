import { find } from '../../core/edit/sources.ts'
import { addressText, type CallType, type EventEnvelope } from '../../core/event.ts'
import { nameOf } from '../../core/event-name.ts'
import { planProblems } from '../../core/tracking-plan/check.ts'
import type { Finding, Judge } from '../../core/tracking-plan/finding.ts'
import type { PlanRule } from '../../core/tracking-plan/tracking-plan.ts'
import type { LogReader } from '../log/log.ts'
import type { Store } from '../store/store.ts'
import { recentEvents } from './recent-events.ts'
import type { AdminRouter } from './router.ts'

const HOUR_MS = 3_600_000
const HOURS_DEFAULT = 24
const TRIED_DEFAULT = 200
const ADDRESSES_MAX = 3
const FINDINGS_MAX = 1_000

/** A finding over the hours in which it was seen. */
type Seen = Finding & {
  readonly type: string
  readonly event: string
  readonly count: number
  readonly first_ms: number
  readonly last_ms: number
  readonly examples: readonly string[]
  readonly hours: readonly { readonly hour_ms: number; readonly count: number }[]
}
export type PlanFindingRouteDeps = {
  readonly store: Store
  readonly log: LogReader
  readonly now_ms: () => number
  /** What was found since the start of an hour, the most frequent first. */
  readonly findings: (sourceId: string, from_ms: number) => Promise<readonly Seen[]>
  /** Looks at events by rules that are right. */
  readonly judgeOf: (rules: readonly PlanRule[]) => Judge
}

/** What is not as a tracking plan says: of what came, and of what came last by rules that are being written. */
export function planFindingRoutes({ on }: AdminRouter, deps: PlanFindingRouteDeps): void {
  const { store, log, now_ms, findings, judgeOf } = deps
  on('GET /admin/v1/sources/:id/plan-findings', async ({ params: { id }, query }) => {
    const { hours = HOURS_DEFAULT, event, type } = query
    find('source', (await store.read()).sources, id)
    const from_ms = (Math.floor(now_ms() / HOUR_MS) - hours + 1) * HOUR_MS
    const all = await findings(id, from_ms)
    const wanted = all
      .filter((one) => one.type !== '')
      .filter((one) => event === undefined || one.event === event)
      .filter((one) => type === undefined || one.type === type)
    return {
      from: new Date(from_ms).toISOString(),
      findings: wanted.slice(0, FINDINGS_MAX).map((one) => shownSeen(one, from_ms, hours)),
      other: all.filter((one) => one.type === '').reduce((sum, one) => sum + one.count, 0),
    }
  })
  on('POST /admin/v1/tracking-plans/trial', async ({ body: { rules, sources, limit = TRIED_DEFAULT } }) => {
    const problems = planProblems(rules).map(({ at, problem }) => ({ at: [...at], problem }))
    if (problems.length > 0) return { problems, looked: 0, found: [] }
    const judge = judgeOf(rules as unknown as readonly PlanRule[])
    let looked = 0
    const found = new Map<string, Tried>()
    for await (const envelope of recentEvents(log, sources, limit)) {
      looked += 1
      for (const finding of judge(envelope.event)?.findings ?? []) addTried(found, finding, envelope)
    }
    return { problems, looked, found: [...found.values()].toSorted((a, b) => b.count - a.count) }
  })
}

function shownSeen({ hours, first_ms, last_ms, examples, ...one }: Seen, from_ms: number, count: number) {
  const counts = Array.from({ length: count }, (_, index) => from_ms + index * HOUR_MS).map(
    (hour_ms) => hours.find((hour) => hour.hour_ms === hour_ms)?.count ?? 0,
  )
  return {
    ...one,
    first: new Date(first_ms).toISOString(),
    last: new Date(last_ms).toISOString(),
    hours: counts,
    examples: [...examples],
  }
}

type Tried = Finding & { type: CallType; event: string; count: number; addresses: string[] }

function addTried(found: Map<string, Tried>, finding: Finding, { event, address }: EventEnvelope): void {
  const name = nameOf(event) ?? ''
  const key = JSON.stringify([event.type, name, finding.kind, finding.path, finding.rule])
  const tried = found.get(key) ?? { ...finding, type: event.type, event: name, count: 0, addresses: [] }
  found.set(key, tried)
  tried.count += 1
  if (tried.addresses.length < ADDRESSES_MAX) tried.addresses.push(addressText(address))
}
