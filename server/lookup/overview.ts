import type { AnswerOf } from '../../contract/route.ts'
import type { Routes } from '../../contract/routes.ts'
import { adviceFor } from '../../core/advice.ts'
import type { Instance } from '../../core/configuration.ts'
import type { Destination } from '../../core/destination.ts'
import { readInstanceSettings } from '../../core/instance.ts'
import type { Reason } from '../../core/outcome.ts'
import type { Count, Ledger, StoredUse } from '../ledger/ledger.ts'
import type { LogReader } from '../log/log.ts'
import { lagOf } from './lag.ts'
import { isoTime } from './shown.ts'

/** The newest are looked through for those that ended for the same reason. */
const DEAD_LETTERS_LOOKED = 100

export type OverviewDeps = {
  readonly ledger: Ledger
  readonly log: LogReader
  readonly catalogue: ReadonlyMap<string, Destination>
}
type Answer = AnswerOf<Routes['GET /admin/v1/destinations/:id/overview']>
/** Without what the instance does now, which whoever shows instances knows. */
export type Overview = Omit<Answer, 'state' | 'since' | 'reason'>

/** What a person wants to know first: what has become of events, what waits and for how long, and the last problem. */
export async function overviewOf(
  deps: OverviewDeps,
  instance: Instance,
  giveUpAfter_ms: number,
  now_ms: number,
): Promise<Overview> {
  const { ledger } = deps
  const { id } = instance
  const counts = (await ledger.counts()).filter(({ of }) => of === id)
  const { lag_ms, oldest_ms, lane, pending, isEstimate } = await lagOf(deps, id, now_ms)
  const failing = lane === undefined ? undefined : await ledger.failing(id, lane)
  const since_ms = failing === undefined || oldest_ms === undefined ? undefined : failing.since_ms
  const lastProblem = await lastProblemOf(ledger, id)
  return {
    delivered: sum(counts, 'delivered'),
    dead: await ledger.deadLetterCount({ instanceId: id }),
    discarded: sum(counts, 'discarded'),
    filtered: sum(counts, 'filtered'),
    parked: Math.max(0, sum(counts, 'parked')),
    ...{ pending, pending_exact: !isEstimate, lag_ms },
    ...(oldest_ms === undefined ? {} : { oldest: isoTime(oldest_ms) }),
    // Only when its lane has failed for so long, and the event has waited for so long.
    ...(since_ms === undefined || oldest_ms === undefined
      ? {}
      : { givesUp: isoTime(Math.max(since_ms, oldest_ms) + giveUpAfter_ms) }),
    budgets: await budgetsOf(deps, instance, now_ms),
    ...(lastProblem === undefined ? {} : { lastProblem }),
  }
}

function sum(counts: readonly Count[], name: Count['name']): number {
  return counts.reduce((total, count) => total + (count.name === name ? count.count : 0), 0)
}

/** Those of the whole instance: how much of them has been used within the window that ends now. */
export async function budgetsOf(
  { ledger, catalogue }: OverviewDeps,
  instance: Instance,
  now_ms: number,
): Promise<Answer['budgets']> {
  const destination = catalogue.get(instance.kind)
  if (destination?.mode !== 'cloud' || destination.budgets === undefined) return []
  const rules = Object.entries(destination.budgets(settingsOf(instance, destination) as never))
  const uses = await ledger.budgetUses(instance.id)
  return rules
    .filter(([, { scope }]) => scope === 'instance')
    .map(([name, { label, units_max: max, window_ms }]) => {
      const within = uses.filter(({ at_ms = now_ms }) => at_ms > now_ms - window_ms)
      return { name, label, used: within.reduce((used, use) => used + unitsOf(use, name), 0), max, window_ms }
    })
}

/** An instance that cannot run has no settings to read: it uses nothing. */
function settingsOf(instance: Instance, destination: Destination): object {
  try {
    return readInstanceSettings(instance, destination)
  } catch {
    return {}
  }
}

function unitsOf({ units }: StoredUse, name: string): number {
  let total = 0
  for (const count of units.get(name)?.values() ?? []) total += count
  return total
}

/** The newest attempt that did not deliver, or the newest dead letter. */
async function lastProblemOf(ledger: Ledger, instanceId: string): Promise<Answer['lastProblem']> {
  const one = { count_max: 1 }
  const [retried] = await ledger.attempts({ instanceId, outcome: 'retry' }, one)
  const letters = await ledger.deadLetters({ instanceId }, { count_max: DEAD_LETTERS_LOOKED })
  const [letter] = letters
  const problems = [
    ...(retried?.reason === undefined
      ? []
      : [problem(retried.startedAt_ms, retried.reason, retried.addresses.length)]),
    ...(letter === undefined
      ? []
      : [
          problem(
            letter.at_ms,
            letter.reason,
            letters.filter(({ reason }) => reason.code === letter.reason.code).length,
          ),
        ]),
  ]
  return problems.sort((a, b) => (a.at < b.at ? 1 : -1))[0]
}

function problem(at_ms: number, { code, text }: Reason, events: number) {
  return { at: isoTime(at_ms), code, text, events, advice: adviceFor(code) }
}
