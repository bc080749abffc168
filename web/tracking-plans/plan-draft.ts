import type { JsonObject } from '../../core/event.ts'
import { PLANNED_TYPES, type PlannedType, type PlanRule } from '../../core/tracking-plan/tracking-plan.ts'

/** A rule while it is being written: its schemas are texts that may be no JSON yet. */
export type RuleDraft = {
  /** Tells it from the others while its name changes. */
  readonly key: number
  readonly type: PlannedType
  readonly event: string
  readonly description: string
  readonly schema: string
  readonly context: string
}

export function draftsOf(rules: readonly PlanRule[], firstKey = 0): readonly RuleDraft[] {
  return rules.map(({ type, event = '', description = '', schema, context }, index) => ({
    ...{ key: firstKey + index, type, event, description },
    schema: jsonText(schema),
    context: context === undefined ? '' : jsonText(context),
  }))
}

export function newDraft(key: number, type: PlannedType = 'track'): RuleDraft {
  return { key, type, event: '', description: '', schema: jsonText(BEGINNING), context: '' }
}
const BEGINNING: JsonObject = { type: 'object', properties: {}, required: [] }

export type DraftProblem = { readonly at: readonly (string | number)[]; readonly problem: string }
/** The rules, or the places at which a text is no JSON: `[3, 'schema']`. */
export type Written =
  | { readonly ok: true; readonly rules: readonly PlanRule[] }
  | { readonly ok: false; readonly problems: readonly DraftProblem[] }

export function rulesOf(drafts: readonly RuleDraft[]): Written {
  const problems: DraftProblem[] = []
  const rules = drafts.map(({ type, event, description, schema, context }, index): PlanRule => {
    const read = (name: 'schema' | 'context', text: string): JsonObject => {
      const value = readObject(text)
      if (value === undefined) problems.push({ at: [index, name], problem: 'is no JSON object' })
      return value ?? {}
    }
    const hasName = event.trim() !== '' && hasNames(type)
    return {
      type,
      ...(hasName ? { event: event.trim() } : {}),
      ...(description.trim() === '' ? {} : { description: description.trim() }),
      schema: read('schema', schema),
      ...(context.trim() === '' ? {} : { context: read('context', context) }),
    }
  })
  return problems.length === 0 ? { ok: true, rules } : { ok: false, problems }
}

export function hasNames(type: PlannedType): boolean {
  return type !== 'identify' && type !== 'group'
}

/** What people know a rule by. */
export function ruleName({ type, event }: Pick<PlanRule, 'type' | 'event'>): string {
  if (event !== undefined && event !== '') return event
  return hasNames(type) ? `All other ${type} calls` : `All ${type} calls`
}

/** In the order of the calls, then of the names. */
export function inOrder<Rule extends Pick<PlanRule, 'type' | 'event'>>(
  rules: readonly Rule[],
): readonly Rule[] {
  return rules.toSorted(
    (a, b) =>
      PLANNED_TYPES.indexOf(a.type) - PLANNED_TYPES.indexOf(b.type) ||
      (a.event ?? '').localeCompare(b.event ?? ''),
  )
}

export type RuleChange = {
  readonly name: string
  readonly type: PlannedType
  readonly change: 'added' | 'removed' | 'changed'
  readonly before: PlanRule | undefined
  readonly after: PlanRule | undefined
}

/** What is different between two versions of a plan, rule by rule. */
export function ruleChanges(before: readonly PlanRule[], after: readonly PlanRule[]): readonly RuleChange[] {
  const [old, now] = [byKey(before), byKey(after)]
  const keys = [...new Set([...old.keys(), ...now.keys()])]
  return keys.flatMap((key): readonly RuleChange[] => {
    const [was, is] = [old.get(key), now.get(key)]
    const rule = is ?? was
    if (rule === undefined || JSON.stringify(was) === JSON.stringify(is)) return []
    const change = was === undefined ? 'added' : is === undefined ? 'removed' : 'changed'
    return [{ name: ruleName(rule), type: rule.type, change, before: was, after: is }]
  })
}

/** The rules of one plan over those of another: what both have is as the upper one says. */
export function mergedRules(below: readonly PlanRule[], above: readonly PlanRule[]): readonly PlanRule[] {
  return [...new Map([...byKey(below), ...byKey(above)]).values()]
}

function byKey(rules: readonly PlanRule[]): ReadonlyMap<string, PlanRule> {
  return new Map(rules.map((rule) => [JSON.stringify([rule.type, rule.event]), rule]))
}

function readObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as JsonObject) : undefined
  } catch {
    return undefined
  }
}

function jsonText(value: JsonObject): string {
  return JSON.stringify(value, undefined, 2)
}
