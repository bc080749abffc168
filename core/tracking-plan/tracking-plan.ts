import type { CallType, JsonObject, SpecEvent } from '../event.ts'
import { nameOf } from '../event-name.ts'

/** The calls that a plan can say something of; an alias call carries nothing that could be planned. */
export const PLANNED_TYPES = ['track', 'identify', 'page', 'screen', 'group'] as const
export type PlannedType = (typeof PLANNED_TYPES)[number]

/** As much as Segment and RudderStack let a plan have. */
export const PLAN_RULES_MAX = 2_000
/** Of all rules of a plan, as JSON. */
export const PLAN_CHARS_MAX = 1_000_000
/** In one configuration: each is kept in memory. */
export const PLANS_MAX = 50
export const EVENT_CHARS_MAX = 255
export const DESCRIPTION_CHARS_MAX = 1_000

/** What calls of one type and name should look like. */
export type PlanRule = {
  readonly type: PlannedType
  /** Of a track call, a page or a screen; left out: all calls of the type that have no rule of their own. Never empty. */
  readonly event?: string
  readonly description?: string
  /** A JSON Schema of the call's `properties`, or of its `traits`: `docs/tracking-plans.md` has the part that counts. */
  readonly schema: JsonObject
  /** The same of its `context`; left out: anything. */
  readonly context?: JsonObject
}

export type TrackingPlan = {
  readonly id: string
  readonly name: string
  readonly rules: readonly PlanRule[]
}

export const WHEN_WRONG = ['allow', 'block'] as const
export const WHEN_UNPLANNED = ['keep', 'omit'] as const

/** How a source holds to a plan. */
export type SourcePlan = {
  /** The id of a tracking plan. */
  readonly id: string
  /** Events that the plan does not have. Left out: `allow`. */
  readonly unplannedEvents?: (typeof WHEN_WRONG)[number]
  /** Events that are not as the plan says. Left out: `allow`. */
  readonly violations?: (typeof WHEN_WRONG)[number]
  /** Properties that the plan does not name. Left out: `keep`. */
  readonly unplannedProperties?: (typeof WHEN_UNPLANNED)[number]
}

/** Where a rule's schema is looked for in a call. */
export function planPart(type: PlannedType): 'properties' | 'traits' {
  return type === 'identify' || type === 'group' ? 'traits' : 'properties'
}

export function isPlannedType(type: CallType): type is PlannedType {
  return type !== 'alias'
}

/** Finds the rule of an event. */
export type RuleOf<Rule> = (event: Pick<SpecEvent, 'type'>) => Rule | 'unplanned' | undefined

/**
 * Puts rules where events find them. Undefined stands for a type that the plan says nothing of, `unplanned` for an event
 * that is not among those which it has of the type.
 */
export function rulesByEvent<Rule extends Pick<PlanRule, 'type' | 'event'>>(
  rules: readonly Rule[],
): RuleOf<Rule> {
  const types = new Map<CallType, Map<string | undefined, Rule>>()
  for (const rule of rules) {
    const names = types.get(rule.type) ?? new Map<string | undefined, Rule>()
    types.set(rule.type, names.set(rule.event, rule))
  }
  return (event) => {
    const names = types.get(event.type)
    if (names === undefined) return undefined
    return names.get(nameOf(event as SpecEvent)) ?? names.get(undefined) ?? 'unplanned'
  }
}
