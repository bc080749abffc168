import type { Source } from '../../core/configuration.ts'
import { planProblems } from '../../core/tracking-plan/check.ts'
import {
  PLANS_MAX,
  type PlanRule,
  type SourcePlan,
  type TrackingPlan,
  WHEN_UNPLANNED,
  WHEN_WRONG,
} from '../../core/tracking-plan/tracking-plan.ts'
import { type Path, pathText } from './problem.ts'
import { ID } from './read-sources.ts'
import {
  type Keys,
  type Reader,
  readList,
  readObject,
  readText,
  readWord,
  reportRepeats,
  reportUnknown,
} from './reader.ts'

const PLAN_KEYS: Keys = { required: ['id', 'name', 'rules'], optional: [] }
const SOURCE_PLAN_KEYS: Keys = {
  required: ['id'],
  optional: ['unplannedEvents', 'violations', 'unplannedProperties'],
}

/** The tracking plans of a configuration; none are none at all. */
export function readPlans(reader: Reader, value: unknown): readonly TrackingPlan[] {
  const plans = readList(reader, ['plans'], value, PLANS_MAX).map((item, index): TrackingPlan => {
    const at = ['plans', index]
    const { id, name, rules } = readObject(reader, at, item, PLAN_KEYS)
    return {
      id: readWord(reader, [...at, 'id'], id, ID),
      name: readText(reader, [...at, 'name'], name),
      rules: readRules(reader, [...at, 'rules'], rules),
    }
  })
  reportRepeats(
    reader,
    plans.map(({ id }, index) => ({ at: ['plans', index, 'id'], value: id })),
    (first) => `is also ${pathText(first)}; each plan needs an id of its own`,
  )
  return plans
}

function readRules(reader: Reader, at: Path, value: unknown): readonly PlanRule[] {
  if (value === undefined || value === null) return []
  const problems = planProblems(value)
  for (const problem of problems) reader.report([...at, ...problem.at], problem.problem)
  return problems.length > 0 ? [] : (value as readonly PlanRule[])
}

/** How a source holds to a plan. */
export function readSourcePlan(reader: Reader, at: Path, value: unknown): { readonly plan?: SourcePlan } {
  if (value === undefined || value === null) return {}
  const { id, ...given } = readObject(reader, at, value, SOURCE_PLAN_KEYS)
  const choice = <One extends string>(name: string, choices: readonly One[]): One | undefined => {
    const found = choices.find((one) => one === given[name])
    if (found === undefined && given[name] !== undefined)
      reader.report([...at, name], `must be one of ${choices.join(', ')}`)
    return found
  }
  const unplannedEvents = choice('unplannedEvents', WHEN_WRONG)
  const violations = choice('violations', WHEN_WRONG)
  const unplannedProperties = choice('unplannedProperties', WHEN_UNPLANNED)
  return {
    plan: {
      id: readWord(reader, [...at, 'id'], id, ID),
      // What is as it comes is not kept, so that a file that says it and one that does not are the same.
      ...(unplannedEvents === 'block' ? { unplannedEvents } : {}),
      ...(violations === 'block' ? { violations } : {}),
      ...(unplannedProperties === 'omit' ? { unplannedProperties } : {}),
    },
  }
}

/** A source may hold only to a plan that is there. */
export function reportMissingPlans(
  reader: Reader,
  sources: readonly Source[],
  plans: readonly TrackingPlan[],
): void {
  const known = plans.map(({ id }) => id)
  for (const [index, { plan }] of sources.entries()) {
    if (plan === undefined || plan.id === '' || known.includes(plan.id)) continue
    reportUnknown(reader, ['sources', index, 'plan', 'id'], {
      given: plan.id,
      what: 'a tracking plan',
      known,
    })
  }
}
