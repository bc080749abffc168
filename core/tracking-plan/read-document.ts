import type { Json, JsonObject } from '../event.ts'
import { own } from '../own.ts'
import { importedSchema } from './imported-schema.ts'
import { PLAN_RULES_MAX, PLANNED_TYPES, type PlannedType, type PlanRule, planPart } from './tracking-plan.ts'

/** A plan as another program wrote it, and what of it could not be taken. */
export type ReadPlan =
  | {
      readonly ok: true
      readonly format: ReadFormat
      readonly name: string | undefined
      readonly rules: readonly PlanRule[]
      /** What was left out, for people: `Order Completed: properties.total.$ref is not supported…` */
      readonly notes: readonly string[]
    }
  | { readonly ok: false; readonly problem: string }
export const PLAN_FORMATS = ['millrace', 'segment', 'rudderstack'] as const
/** Those that are read; a table has no place for all that a plan can say, so none is written. */
export const READ_FORMATS = [...PLAN_FORMATS, 'csv'] as const
export type ReadFormat = (typeof READ_FORMATS)[number]
export type PlanFormat = (typeof PLAN_FORMATS)[number]

const NOTES_MAX = 200

/** One rule as the others write it: a schema of the whole call. */
type Foreign = {
  readonly type: string
  readonly event: string | undefined
  readonly description: string | undefined
  readonly version: number
  readonly whole: JsonObject
}

/**
 * Reads an exported tracking plan, whichever it is: Millrace's own (`{name, rules: [{type, event, schema}]}`), that of Segment's
 * Public API (`rules: [{type: 'TRACK', key, jsonSchema}]`) and of its older Config API (`rules: {events: [{name, rules}]}`), and
 * RudderStack's (the same, with an `eventType`, or `data: [...]`). What the result holds has still to be checked by `planProblems`.
 *
 * @see https://docs.segmentapis.com/tag/Tracking-Plans https://www.rudderstack.com/docs/api/data-catalog-api/
 */
export function readPlanDocument(document: Json): ReadPlan {
  const body = unwrapped(document)
  const listed = Array.isArray(body) ? body : own(body, 'rules')
  const name = nameIn(body)
  if (Array.isArray(listed) && listed.some((rule) => isObject(own(rule, 'schema')))) {
    return { ok: true, format: 'millrace', name, rules: listed as readonly PlanRule[], notes: [] }
  }
  const foreign = Array.isArray(listed) ? publicRules(listed) : eventRules(body)
  if (foreign === undefined) return { ok: false, problem: NOT_KNOWN }
  if (foreign.rules.length > PLAN_RULES_MAX)
    return {
      ok: false,
      problem: `It has ${foreign.rules.length} rules; at most ${PLAN_RULES_MAX} are allowed.`,
    }
  return { ok: true, format: foreign.format, name, ...taken(foreign.rules, foreign.notes) }
}
const NOT_KNOWN =
  'This is no tracking plan that is known here: neither Millrace’s own, nor an export of Segment’s or RudderStack’s API.'

type ForeignRules = {
  readonly format: PlanFormat
  readonly rules: readonly Foreign[]
  readonly notes: readonly string[]
}

/** `{data: {trackingPlan: {…}}}`, `{tracking_plan: {…}}`, `{data: [...]}`. */
function unwrapped(document: Json): Json {
  for (const key of ['data', 'trackingPlan', 'tracking_plan']) {
    const inner = own(document, key)
    if (inner === undefined || own(document, 'rules') !== undefined) continue
    return unwrapped(inner)
  }
  return document
}

function nameIn(body: Json): string | undefined {
  const names = [own(body, 'display_name'), own(body, 'displayName'), own(body, 'name')]
  return names.find((name): name is string => typeof name === 'string' && name !== '')
}

/** A list: that of Segment's Public API, or of RudderStack's events. */
function publicRules(list: readonly Json[]): ForeignRules | undefined {
  if (list.some((rule) => own(rule, 'rules') !== undefined)) return eventRules({ events: list })
  const rules: Foreign[] = []
  const notes: string[] = []
  for (const rule of list) {
    const whole = own(rule, 'jsonSchema') ?? own(rule, 'json_schema')
    if (!isObject(whole)) return undefined
    const type = String(own(rule, 'type') ?? '').toLowerCase()
    if (type === 'common') notes.push(...commonNote(whole))
    else rules.push(foreignOf(rule, type, text(own(rule, 'key')), whole))
  }
  return { format: 'segment', rules, notes }
}

/** `{events: [{name, rules}], identify, group, global}`, by itself or behind `rules`. */
function eventRules(body: Json): ForeignRules | undefined {
  const rules = own(body, 'rules') ?? body
  const events = own(rules, 'events')
  if (!Array.isArray(events)) return undefined
  const list = events as readonly Json[]
  const format = list.some((event) => own(event, 'eventType') !== undefined) ? 'rudderstack' : 'segment'
  const found: Foreign[] = []
  for (const event of list) {
    const whole = own(event, 'rules')
    if (!isObject(whole)) return undefined
    const type = text(own(event, 'eventType')) ?? 'track'
    found.push(foreignOf(event, type, text(own(event, 'name')), whole))
  }
  for (const type of ['identify', 'group'] as const) {
    const whole = own(rules, type) ?? ofTraits(own(rules, `${type}_traits`))
    if (isObject(whole) && Object.keys(whole).length > 0) found.push(foreignOf({}, type, undefined, whole))
  }
  return { format, rules: found, notes: commonNote(own(rules, 'global')) }
}

/** What Segment's older API says trait by trait: `[{name: 'email', rules: {…}}]`. */
function ofTraits(list: Json | undefined): JsonObject | undefined {
  if (!Array.isArray(list) || list.length === 0) return undefined
  const traits = (list as readonly Json[]).map((one) => [String(own(one, 'name')), own(one, 'rules') ?? {}])
  const schema: JsonObject = { type: 'object', properties: Object.fromEntries(traits) }
  return { properties: { traits: schema } }
}

function foreignOf(rule: Json, type: string, event: string | undefined, whole: JsonObject): Foreign {
  const description = text(own(rule, 'description')) ?? text(own(whole, 'description'))
  const version = Number(own(rule, 'version') ?? 1)
  return { type, event, description, version: Number.isFinite(version) ? version : 1, whole }
}

function commonNote(whole: Json | undefined): readonly string[] {
  const parts = Object.values(own(whole, 'properties') ?? {}).filter(
    (part) => isObject(part) && Object.keys(part).some((key) => key !== 'type'),
  )
  return parts.length === 0 ? [] : ['What it asks of all events alike is left out: write it into the rules.']
}

/** Of several versions of a rule, the newest. */
function taken(all: readonly Foreign[], before: readonly string[]) {
  const notes = [...before]
  const newest = new Map<string, Foreign>()
  for (const one of all) {
    const title = titleOf(one)
    if (!isPlanned(one.type)) {
      notes.push(`${title}: ${one.type || 'a rule without a type'} is left out.`)
      continue
    }
    const other = newest.get(title)
    if (other !== undefined) notes.push(`${title}: only the newest of its versions is taken.`)
    if (other === undefined || one.version >= other.version) newest.set(title, one)
  }
  const rules = [...newest].map(([title, one]) => {
    const { rule, left } = ruleOf(one)
    notes.push(...left.map((note) => `${title}: ${note}`))
    return rule
  })
  const shown = [...new Set(notes)]
  const more = shown.length - NOTES_MAX
  return { rules, notes: more > 0 ? [...shown.slice(0, NOTES_MAX), `And ${more} more.`] : shown }
}

function titleOf({ type, event }: Foreign): string {
  return event === undefined ? type : `${type} ${event}`
}

function ruleOf({ type, event, description, whole }: Foreign) {
  const planned = type as PlannedType
  const hasName = planned !== 'identify' && planned !== 'group' && event !== undefined
  const { schema, context } = partsOf(planned, whole)
  const [main, around] = [importedSchema(schema), importedSchema(context)]
  const isBare = Object.keys(around.schema).every((key) => key === 'type')
  const rule: PlanRule = {
    type: planned,
    ...(hasName ? { event } : {}),
    ...(description === undefined ? {} : { description: description.slice(0, 1_000) }),
    schema: { type: 'object', ...main.schema },
    ...(isBare ? {} : { context: around.schema }),
  }
  return { rule, left: [...main.left, ...around.left.map((note) => `context: ${note}`)] }
}

/** Of a schema of the whole call, what is of its properties or traits, and what of its context. */
function partsOf(type: PlannedType, whole: JsonObject): { readonly schema: Json; readonly context: Json } {
  const parts = own(whole, 'properties') ?? {}
  if (!['properties', 'traits', 'context'].some((part) => isObject(own(parts, part))))
    return { schema: whole, context: {} }
  const given = own(parts, planPart(type)) ?? {}
  const context = own(parts, 'context') ?? {}
  // RudderStack may look for traits in the context, where its libraries put them.
  const traits = own(own(context, 'properties'), 'traits')
  if (planPart(type) !== 'traits' || traits === undefined || Object.keys(given as object).length > 0)
    return { schema: given, context }
  const { traits: _, ...properties } = own(context, 'properties') as JsonObject
  const isAll = Object.keys(properties).length === 0
  return { schema: traits, context: isAll ? {} : { ...(context as JsonObject), properties } }
}

function isPlanned(type: string): boolean {
  return PLANNED_TYPES.some((known) => known === type)
}

function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
