import type { Configuration } from '../configuration.ts'
import { AppError } from '../errors.ts'
import type { SourcePlan } from '../tracking-plan/tracking-plan.ts'

/** `null`: the source holds to no plan. @throws {AppError} CONFIG_INVALID for a plan that is not there */
export function sourcePlanPart(
  { plans = [] }: Configuration,
  next: SourcePlan | null | undefined,
): { readonly plan?: SourcePlan } {
  if (next === null || next === undefined) return {}
  if (!plans.some(({ id }) => id === next.id)) {
    const problem = `${JSON.stringify(next.id)} is no tracking plan`
    throw new AppError('CONFIG_INVALID', { problems: [{ at: ['plan', 'id'], problem }] })
  }
  const { id, unplannedEvents, violations, unplannedProperties } = next
  return {
    plan: {
      id,
      ...(unplannedEvents === 'block' ? { unplannedEvents } : {}),
      ...(violations === 'block' ? { violations } : {}),
      ...(unplannedProperties === 'omit' ? { unplannedProperties } : {}),
    },
  }
}
