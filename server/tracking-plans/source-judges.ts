import type { Configuration } from '../../core/configuration.ts'
import type { Judge } from '../../core/tracking-plan/finding.ts'
import type { TrackingPlan } from '../../core/tracking-plan/tracking-plan.ts'
import { type CompiledPlan, compiledPlan, judgeFor } from './judge.ts'
import { schemaCompiler } from './validator.ts'

/**
 * The judges of the sources that hold to a plan. What is compiled stays over a change of the configuration that leaves the plan
 * as it is.
 */
export function sourceJudges(first: Configuration) {
  let compiled = new Map<string, { readonly text: string; readonly plan: CompiledPlan }>()
  let judges = new Map<string, Judge>()

  function planOf({ id, rules }: TrackingPlan): CompiledPlan {
    const text = JSON.stringify(rules)
    const before = compiled.get(id)
    if (before?.text === text) return before.plan
    const plan = compiledPlan({ rules }, schemaCompiler())
    compiled.set(id, { text, plan })
    return plan
  }

  function set({ sources, plans = [] }: Configuration): void {
    const held = new Set(sources.map(({ plan }) => plan?.id))
    const used = new Map(plans.filter(({ id }) => held.has(id)).map((plan) => [plan.id, plan]))
    compiled = new Map([...compiled].filter(([id]) => used.has(id)))
    judges = new Map(
      sources.flatMap(({ id, plan: source }) => {
        const plan = source === undefined ? undefined : used.get(source.id)
        return plan === undefined || source === undefined
          ? []
          : [[id, judgeFor(planOf(plan), source)] as const]
      }),
    )
  }

  set(first)
  return { of: (sourceId: string): Judge | undefined => judges.get(sourceId), set }
}

/** For rules that are being written. */
export function judgeOfRules(rules: TrackingPlan['rules']): Judge {
  return judgeFor(compiledPlan({ rules }, schemaCompiler()), { id: '' })
}
