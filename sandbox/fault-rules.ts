import { isObject, type Unchecked } from './check-fields.ts'

/** One thing that goes wrong. Rules are data, so a test, a file and a curl command write them alike. */
export type FaultRule = {
  /** Only requests to this path, such as `/api/track`. Absent: to every path. */
  readonly path?: string
  /** Only requests that carry an event of this name; they are refused as a whole, with 400 or `status`. */
  readonly refuseEvents?: string
  /** Answer with this, and do not process the request. */
  readonly status?: number
  /** Adds a Retry-After header, in seconds. Needs a `status`. */
  readonly retryAfter_s?: number
  /** Process the request, then destroy the socket: the sender cannot know that it arrived. */
  readonly loseResponse?: boolean
  /** Answer this much later. What there is to process is processed at once. */
  readonly latency_ms?: number
  /** How many requests it applies to; absent, until the rules are replaced. */
  readonly times?: number
  /** Applies to this share of the requests, 0 to 1, drawn from `seed`, so the same requests meet the same faults. */
  readonly share?: number
  readonly seed?: number
}

export const RULES_MAX = 100
export const LATENCY_MS_MAX = 600_000
/** A day: more than any sender should be willing to wait. */
const RETRY_AFTER_S_MAX = 86_400

const isIntegerIn = (min: number, max: number) => (value: unknown) =>
  Number.isInteger(value) && (value as number) >= min && (value as number) <= max
const isText = (value: unknown) => typeof value === 'string' && value !== ''

const FIELDS: {
  readonly [name in keyof Required<FaultRule>]: readonly [(value: unknown) => boolean, string]
} = {
  path: [(value) => isText(value) && (value as string).startsWith('/api/'), 'a path that starts with /api/'],
  refuseEvents: [isText, 'the name of an event'],
  status: [isIntegerIn(200, 599), 'a status from 200 to 599'],
  retryAfter_s: [isIntegerIn(0, RETRY_AFTER_S_MAX), `whole seconds, at most ${RETRY_AFTER_S_MAX}`],
  loseResponse: [(value) => typeof value === 'boolean', 'true or false'],
  latency_ms: [isIntegerIn(0, LATENCY_MS_MAX), `whole milliseconds, at most ${LATENCY_MS_MAX}`],
  times: [isIntegerIn(1, Number.MAX_SAFE_INTEGER), 'a whole number, 1 or more'],
  share: [(value) => typeof value === 'number' && value >= 0 && value <= 1, 'a number from 0 to 1'],
  seed: [isIntegerIn(0, 2 ** 32 - 1), 'a whole number below 2^32'],
}

/** Says what is wrong with a set of rules, or nothing. A misspelt knob is wrong: it would silently do nothing. */
export function faultRulesProblem(rules: unknown): string | undefined {
  if (!Array.isArray(rules)) return 'rules must be a list'
  if (rules.length > RULES_MAX) return `there are ${rules.length} rules; the limit is ${RULES_MAX}`
  for (let index = 0; index < rules.length; index++) {
    const problem = isObject(rules[index]) ? ruleProblem(rules[index]) : 'must be an object'
    if (problem !== undefined) return `rules[${index}]: ${problem}`
  }
  return undefined
}

function ruleProblem(rule: Unchecked): string | undefined {
  for (const [name, value] of Object.entries(rule)) {
    const field = Object.hasOwn(FIELDS, name) ? FIELDS[name as keyof FaultRule] : undefined
    if (field === undefined) return `there is no knob ${JSON.stringify(name)}`
    const [isRight, wanted] = field
    if (value !== undefined && !isRight(value)) return `${name} must be ${wanted}`
  }
  const answers = rule['status'] !== undefined || rule['refuseEvents'] !== undefined
  if (rule['loseResponse'] === true && answers)
    return 'loseResponse leaves no answer, so no status and no refuseEvents'
  if (rule['retryAfter_s'] !== undefined && !answers) return 'retryAfter_s needs a status'
  if (rule['seed'] !== undefined && rule['share'] === undefined) return 'seed needs a share'
  return undefined
}
