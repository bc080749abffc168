import type { Json, JsonObject } from '../event.ts'
import { own } from '../own.ts'
import { PLANNED_TYPES, type PlannedType, type PlanRule, type TrackingPlan } from './tracking-plan.ts'
import { CLIENTS } from './typescript-clients.ts'

const DEPTH_MAX = 32

/**
 * The calls of a plan as types of TypeScript, for a file `events.d.ts`: `Planned<Client>` is a client library whose calls take what
 * the plan has and nothing else. What JSON Schema says beyond types (patterns, limits) is left to the server.
 */
export function typescriptOf({ name, rules }: TrackingPlan): string {
  const planned = PLANNED_TYPES.filter((type) => rules.some((rule) => rule.type === type))
  const lines = [
    `// The events of the tracking plan ${JSON.stringify(name).replaceAll(/[\u2028\u2029]/g, ' ')}, as \`millrace types\` writes them. Do not edit it by hand.`,
    '',
    ...PLANNED_TYPES.flatMap((type) => tableOf(type, rules)),
    `/** The calls that the plan has rules for. */`,
    `export type PlannedCall = ${planned.map((type) => JSON.stringify(type)).join(' | ') || 'never'}`,
    '',
    CLIENTS,
  ]
  return lines.join('\n')
}

const TABLES: Readonly<Record<PlannedType, readonly [name: string, what: string]>> = {
  track: ['TrackEvents', 'The properties of track calls, by their events.'],
  page: ['PageNames', 'The properties of page calls, by their names.'],
  screen: ['ScreenNames', 'The properties of screen calls, by their names.'],
  identify: ['UserTraits', 'The traits of identify calls.'],
  group: ['GroupTraits', 'The traits of group calls.'],
}

/** By name where calls have names; `Other…` is what all the others must be: `never` where there may be none. */
function tableOf(type: PlannedType, rules: readonly PlanRule[]): readonly string[] {
  const [table, what] = TABLES[type]
  const mine = rules.filter((rule) => rule.type === type)
  const nameless = mine.find(({ event }) => event === undefined)
  if (type === 'identify' || type === 'group') {
    return [
      `/** ${what} */`,
      `export type ${table} = ${nameless === undefined ? OPEN : rootType(nameless)}`,
      '',
    ]
  }
  const named = mine.filter(({ event }) => event !== undefined)
  return [
    `/** ${what} */`,
    `export interface ${table} {`,
    ...named.flatMap((rule) => [
      ...noteLines(rule.description, '  '),
      `  ${JSON.stringify(rule.event)}: ${rootType(rule, '  ')}`,
    ]),
    '}',
    `/** Of those with other names. */`,
    `export type Other${table} = ${nameless === undefined ? (mine.length === 0 ? OPEN : 'never') : rootType(nameless)}`,
    '',
  ]
}
const OPEN = '{ [property: string]: unknown }'

/** Whatever a schema says of it, what carries properties is an object. */
function rootType({ schema }: PlanRule, indent = ''): string {
  return objectType(schema, indent, 0) ?? typeOf({ type: 'object', ...schema }, indent, 0)
}

function typeOf(schema: Json | undefined, indent: string, depth: number): string {
  if (schema === false) return 'never'
  if (!isObject(schema) || depth > DEPTH_MAX) return 'unknown'
  const choices = own(schema, 'enum')
  if (Object.hasOwn(schema, 'const')) return literal(schema['const'] as Json)
  if (Array.isArray(choices)) return union((choices as readonly Json[]).map(literal))
  const combined = combinedType(schema, indent, depth)
  const given = own(schema, 'type')
  const types = Array.isArray(given) ? (given as readonly Json[]) : given === undefined ? [] : [given]
  const plain = types.length > 0 || Object.hasOwn(schema, 'properties')
  if (!plain) return combined ?? 'unknown'
  const own_ = union(
    (types.length === 0 ? ['object'] : types).map((type) => ofType(String(type), schema, indent, depth)),
  )
  return combined === undefined ? own_ : `(${own_}) & (${combined})`
}

function combinedType(schema: JsonObject, indent: string, depth: number): string | undefined {
  const parts = ['anyOf', 'oneOf', 'allOf'].flatMap((name) => {
    const list = own(schema, name)
    if (!Array.isArray(list)) return []
    const types = (list as readonly Json[]).map((one) => typeOf(one, indent, depth + 1))
    return [name === 'allOf' ? types.map((type) => `(${type})`).join(' & ') : union(types)]
  })
  if (parts.length === 0) return undefined
  return parts.length === 1 ? parts[0] : parts.map((part) => `(${part})`).join(' & ')
}

function ofType(type: string, schema: JsonObject, indent: string, depth: number): string {
  switch (type) {
    case 'string':
      return own(schema, 'format') === 'date-time' ? 'string | Date' : 'string'
    case 'number':
    case 'integer':
      return 'number'
    case 'boolean':
    case 'null':
      return type
    case 'array': {
      const items = own(schema, 'items')
      const inner = Array.isArray(items) || items === undefined ? 'unknown' : typeOf(items, indent, depth + 1)
      return `readonly (${inner})[]`
    }
    default:
      return objectType(schema, indent, depth) ?? OPEN
  }
}

/** Names that are not there are mistakes, unless the schema says itself that there may be others. */
function objectType(schema: JsonObject, indent: string, depth: number): string | undefined {
  const properties = own(schema, 'properties')
  const named = isObject(properties) ? Object.entries(properties) : []
  const more = own(schema, 'additionalProperties')
  const isOpen = more === true || isObject(more) || Object.hasOwn(schema, 'patternProperties')
  if (named.length === 0) return more === false ? '{ [property: string]: never }' : undefined
  const required = own(schema, 'required')
  const isNeeded = (name: string) => Array.isArray(required) && required.includes(name)
  const inner = `${indent}  `
  const lines = named.flatMap(([name, one]) => [
    ...noteLines(own(one, 'description'), inner),
    `${inner}readonly ${JSON.stringify(name)}${isNeeded(name) ? '' : '?'}: ${typeOf(one, inner, depth + 1)}`,
  ])
  return [
    '{',
    ...lines,
    ...(isOpen ? [`${inner}readonly [property: string]: unknown`] : []),
    `${indent}}`,
  ].join('\n')
}

function noteLines(description: Json | undefined, indent: string): readonly string[] {
  if (typeof description !== 'string' || description.trim() === '') return []
  const text = description.replaceAll('*/', '* /').replaceAll(/\s+/g, ' ').trim()
  return [`${indent}/** ${text} */`]
}

function literal(value: Json): string {
  if (Array.isArray(value)) return `readonly [${(value as readonly Json[]).map(literal).join(', ')}]`
  if (!isObject(value)) return JSON.stringify(value)
  const parts = Object.entries(value).map(
    ([name, one]) => `readonly ${JSON.stringify(name)}: ${literal(one)}`,
  )
  return `{ ${parts.join('; ')} }`
}

function union(types: readonly string[]): string {
  return [...new Set(types)].join(' | ')
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
