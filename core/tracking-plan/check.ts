import { didYouMean } from '../did-you-mean.ts'
import type { PlacedProblem } from '../errors.ts'
import { PROBLEMS_MAX, schemaProblems } from './schema-check.ts'
import {
  DESCRIPTION_CHARS_MAX,
  EVENT_CHARS_MAX,
  PLAN_CHARS_MAX,
  PLAN_RULES_MAX,
  PLANNED_TYPES,
  type PlanRule,
} from './tracking-plan.ts'

const NAMES = ['type', 'event', 'description', 'schema', 'context'] as const
const EXAMPLE = '{type: track, event: Signed Up, schema: {type: object}}'

/** Everything that is wrong with the rules of a plan as a person wrote them, and where: `[0, 'schema', 'type']`. */
export function planProblems(rules: unknown): readonly PlacedProblem[] {
  if (!Array.isArray(rules)) return [{ at: [], problem: 'must be a list of rules' }]
  if (rules.length > PLAN_RULES_MAX) return [{ at: [], problem: `are over the limit of ${PLAN_RULES_MAX}` }]
  const chars = JSON.stringify(rules).length
  if (chars > PLAN_CHARS_MAX)
    return [{ at: [], problem: `have ${chars} characters as JSON; at most ${PLAN_CHARS_MAX} are allowed` }]
  const problems: PlacedProblem[] = []
  const first = new Map<string, number>()
  for (const [index, rule] of rules.entries()) {
    for (const { at, problem } of ruleProblems(rule)) problems.push({ at: [index, ...at], problem })
    const key = keyOf(rule)
    const before = first.get(key)
    if (before === undefined) first.set(key, index)
    else problems.push({ at: [index], problem: `is of the same events as rule ${before + 1}` })
    if (problems.length >= PROBLEMS_MAX) break
  }
  return problems.slice(0, PROBLEMS_MAX)
}

/** Which events a rule is of. */
function keyOf(rule: unknown): string {
  const { type, event } = (rule ?? {}) as Partial<PlanRule>
  return JSON.stringify([type, event])
}

function ruleProblems(rule: unknown): readonly PlacedProblem[] {
  if (typeof rule !== 'object' || rule === null || Array.isArray(rule))
    return [{ at: [], problem: `must be a rule, such as ${EXAMPLE}` }]
  const { type, event, description, schema, context } = rule as Partial<Record<keyof PlanRule, unknown>>
  const problems: PlacedProblem[] = Object.keys(rule)
    .filter((name) => !(NAMES as readonly string[]).includes(name))
    .map((name) => {
      const meant = didYouMean(name, NAMES)
      return {
        at: [name],
        problem: `is no part of a rule${meant === undefined ? '' : `; did you mean "${meant}"?`}`,
      }
    })
  const wrong = (name: keyof PlanRule, problem: string) => problems.push({ at: [name], problem })
  if (!PLANNED_TYPES.some((known) => known === type))
    wrong('type', `must be one of ${PLANNED_TYPES.join(', ')}`)
  if (event !== undefined && !isText(event, EVENT_CHARS_MAX))
    wrong('event', `must be a text of 1 to ${EVENT_CHARS_MAX} characters`)
  if (event !== undefined && (type === 'identify' || type === 'group'))
    wrong('event', `cannot stand here: ${type} calls have no name`)
  if (description !== undefined && !isText(description, DESCRIPTION_CHARS_MAX))
    wrong('description', `must be a text of 1 to ${DESCRIPTION_CHARS_MAX} characters`)
  if (!isObject(schema)) wrong('schema', 'must be a JSON Schema, such as {type: object}')
  else problems.push(...below('schema', schemaProblems(schema)))
  if (context !== undefined && !isObject(context)) wrong('context', 'must be a JSON Schema')
  else if (context !== undefined) problems.push(...below('context', schemaProblems(context)))
  return problems
}

function below(name: string, problems: readonly PlacedProblem[]): readonly PlacedProblem[] {
  return problems.map(({ at, problem }) => ({ at: [name, ...at], problem }))
}

function isText(value: unknown, chars_max: number): boolean {
  return typeof value === 'string' && value.trim() !== '' && value.length <= chars_max
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
