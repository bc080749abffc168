import type { Json, JsonObject, SpecEvent } from '../../core/event.ts'
import { nameOf } from '../../core/event-name.ts'
import type { Finding, Judge, Judged } from '../../core/tracking-plan/finding.ts'
import {
  type KnownNames,
  knownNames,
  unplannedIn,
  withoutUnplanned,
} from '../../core/tracking-plan/known-names.ts'
import {
  type PlanRule,
  planPart,
  rulesByEvent,
  type SourcePlan,
  type TrackingPlan,
} from '../../core/tracking-plan/tracking-plan.ts'
import { placeText, violationsOf } from './error-findings.ts'
import type { Validate } from './validator.ts'

/** A refused call is told so much. */
const REASONS_MAX = 5

type Ready = {
  readonly validate: Validate
  readonly validateContext: Validate | undefined
  readonly known: KnownNames | undefined
}
type Kept = PlanRule & { readonly part: 'properties' | 'traits'; ready?: Ready }

/**
 * A plan for events to be looked at. A rule is compiled when its first event comes, for a plan may have thousands that no source
 * sends. Give the result to `judgeFor` as often as sources hold to the plan.
 */
export function compiledPlan(
  { rules }: Pick<TrackingPlan, 'rules'>,
  compile: (schema: JsonObject) => Validate,
) {
  const find = rulesByEvent<Kept>(rules.map((rule) => ({ ...rule, part: planPart(rule.type) })))
  const readyOf = (rule: Kept): Ready => ({
    validate: compile(rule.schema),
    validateContext: rule.context === undefined ? undefined : compile(rule.context),
    known: knownNames(rule.schema),
  })
  return (event: SpecEvent) => {
    const rule = find(event)
    if (typeof rule === 'object') rule.ready ??= readyOf(rule)
    return rule as (Kept & { readonly ready: Ready }) | 'unplanned' | undefined
  }
}
export type CompiledPlan = ReturnType<typeof compiledPlan>

/** How a source's events are looked at. */
export function judgeFor(plan: CompiledPlan, source: SourcePlan): Judge {
  return (event) => {
    const rule = plan(event)
    if (rule === undefined) return undefined
    return rule === 'unplanned' ? unplanned(event, source) : judged(event, rule, source)
  }
}

function unplanned(event: SpecEvent, { unplannedEvents }: SourcePlan): Judged {
  const finding: Finding = {
    kind: 'unplanned event',
    path: '',
    rule: '',
    text: 'is not in the tracking plan',
  }
  if (unplannedEvents !== 'block') return { event, findings: [finding] }
  const name = nameOf(event)
  const which = name === undefined || name === '' ? '' : ` ${JSON.stringify(name.slice(0, 100))}`
  const reason = `The tracking plan has no ${event.type} call${which}.`
  return { event, findings: [finding], refused: { code: 'EVENT_UNPLANNED', reason } }
}

function judged(
  event: SpecEvent,
  { part, ready: { validate, validateContext, known } }: Kept & { readonly ready: Ready },
  { violations, unplannedProperties }: SourcePlan,
): Judged | undefined {
  const given = (event as unknown as JsonObject)[part]
  const { value, places } = names(given, known, unplannedProperties === 'omit')
  // Nothing given holds to a rule that asks for nothing.
  const looked = value ?? {}
  const errors = validate(looked)
  const inContext = validateContext?.(event.context ?? {}) ?? []
  if (errors.length + inContext.length + places.length === 0) return undefined
  const wrong = [
    ...violationsOf(errors, part, looked),
    ...violationsOf(inContext, 'context', event.context ?? {}),
  ]
  const others = places.map((place): Finding => {
    const path = placeText([part, ...place])
    return { kind: 'unplanned property', path, rule: '', text: 'is not in the tracking plan' }
  })
  const left = value === given ? event : ({ ...event, [part]: value } as unknown as SpecEvent)
  const findings = [...wrong, ...others]
  if (wrong.length === 0 || violations !== 'block') return { event: left, findings }
  return { event: left, findings, refused: { code: 'PLAN_VIOLATION', reason: reasonOf(wrong) } }
}

function names(given: Json | undefined, known: KnownNames | undefined, isOmitted: boolean) {
  if (!isOmitted) return { value: given, places: unplannedIn(given, known) }
  const { value, omitted } = withoutUnplanned(given, known)
  return { value, places: omitted }
}

function reasonOf(findings: readonly Finding[]): string {
  const shown = findings.slice(0, REASONS_MAX).map(({ path, text }) => `${path} ${text}`)
  const more = findings.length - shown.length
  return `The call is not as the tracking plan says: ${shown.join('; ')}${more > 0 ? `; and ${more} more` : ''}.`
}
