import type { Configuration, Source } from '../configuration.ts'
import type { PlanRule, TrackingPlan } from '../tracking-plan/tracking-plan.ts'
import { find, newId } from './sources.ts'

export type NewPlan = {
  readonly name: string
  /** Left out: made from the name. */
  readonly id?: string | undefined
  readonly rules: readonly PlanRule[]
}

/** @throws {AppError} CONFIG_INVALID when the id is taken */
export function addPlan(
  configuration: Configuration,
  { name, id: wanted, rules }: NewPlan,
): { readonly configuration: Configuration; readonly id: string } {
  const plans = configuration.plans ?? []
  const id = newId(plans, wanted, name, 'plan')
  return { id, configuration: withPlans(configuration, [...plans, { id, name, rules }]) }
}

/** Rules take the place of all rules before. @throws {AppError} NOT_FOUND */
export function changePlan(
  configuration: Configuration,
  id: string,
  { name, rules }: { readonly name?: string | undefined; readonly rules?: readonly PlanRule[] | undefined },
): Configuration {
  const { plans = [] } = configuration
  find('plan', plans, id)
  const changed = plans.map((plan) =>
    plan.id === id ? { ...plan, name: name ?? plan.name, rules: rules ?? plan.rules } : plan,
  )
  return withPlans(configuration, changed)
}

/** Sources that held to it hold to none. @throws {AppError} NOT_FOUND */
export function removePlan(configuration: Configuration, id: string): Configuration {
  const { plans = [] } = configuration
  find('plan', plans, id)
  const left = plans.filter((plan) => plan.id !== id)
  return withPlans(withPlansThatAre(configuration, left), left)
}

/** Without what sources hold to and is not there. */
export function withPlansThatAre(
  configuration: Configuration,
  plans: readonly TrackingPlan[] = configuration.plans ?? [],
): Configuration {
  const here = new Set(plans.map(({ id }) => id))
  const sources = configuration.sources.map((source): Source => {
    const { plan, ...rest } = source
    return plan === undefined || here.has(plan.id) ? source : rest
  })
  return { ...configuration, sources }
}

/** No plans are none at all. */
export function withPlans(
  { plans: _, ...configuration }: Configuration,
  plans: readonly TrackingPlan[],
): Configuration {
  return plans.length === 0 ? configuration : { ...configuration, plans }
}
