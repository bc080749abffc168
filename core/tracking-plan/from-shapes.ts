import type { CallType, Json, JsonObject } from '../event.ts'
import type { JsonKind } from '../json-kind.ts'
import { setOwn } from '../own.ts'
import { pathKeys } from '../path.ts'
import { EVENT_CHARS_MAX, isPlannedType, type PlanRule, planPart } from './tracking-plan.ts'

/** What events of a type and name have looked like, as the schema of a source tells it. */
export type SeenShape = {
  readonly type: CallType
  /** Empty for calls that have none. */
  readonly name: string
  /** How many of them were looked at. */
  readonly sampled?: number
  readonly properties?: readonly SeenPlace[]
}
export type SeenPlace = {
  /** `properties.ship.city` */
  readonly path: string
  readonly count: number
  readonly types: Readonly<Record<string, number>>
}

/** Of fewer events nobody can say what is always there. */
const SAMPLED_MIN = 10

/**
 * The rules of a plan that takes what came so far for right: types as they were seen, and as required what every one of at
 * least ten events had. A beginning that people go on with, not a judgement.
 */
export function rulesFromShapes(shapes: readonly SeenShape[]): readonly PlanRule[] {
  return shapes.flatMap((shape): readonly PlanRule[] => {
    const { type, name, sampled = 0, properties = [] } = shape
    if (!isPlannedType(type) || name.length > EVENT_CHARS_MAX) return []
    const part = planPart(type)
    const root = newNode()
    for (const place of properties) {
      const [first, ...keys] = pathKeys(place.path)
      if (first === part && keys.length > 0) add(root, keys, place)
    }
    const hasName = name !== '' && type !== 'identify' && type !== 'group'
    return [{ type, ...(hasName ? { event: name } : {}), schema: objectOf(root, sampled) }]
  })
}

type Node = {
  readonly children: Map<string, Node>
  count: number
  types: Readonly<Record<string, number>>
}

function newNode(): Node {
  return { children: new Map(), count: 0, types: {} }
}

function add(root: Node, keys: readonly string[], { count, types }: SeenPlace): void {
  let node = root
  for (const key of keys) {
    const child = node.children.get(key) ?? newNode()
    node.children.set(key, child)
    node = child
  }
  node.count = count
  node.types = types
}

function objectOf({ children }: Node, sampled: number): JsonObject {
  const properties: Record<string, Json> = {}
  const required: string[] = []
  for (const [name, child] of children) {
    setOwn(properties, name, schemaOf(child, sampled))
    if (sampled >= SAMPLED_MIN && isAlways(child, sampled)) required.push(name)
  }
  return { type: 'object', properties, ...(required.length === 0 ? {} : { required }) }
}

/** What has something within that is always there is always there itself. */
function isAlways(node: Node, sampled: number): boolean {
  return node.count >= sampled || [...node.children.values()].some((child) => isAlways(child, sampled))
}

function schemaOf(node: Node, sampled: number): JsonObject {
  const kinds = Object.entries(node.types).toSorted(([, a], [, b]) => b - a)
  const types = kinds.flatMap(([kind]) => TYPES[kind as JsonKind] ?? [])
  if (node.children.size === 0) return typed(types)
  const object = objectOf(node, sampled)
  return types.length === 0 ? object : { ...object, ...typed([...new Set(['object', ...types])]) }
}

function typed(types: readonly string[]): JsonObject {
  const [first] = types
  if (first === undefined) return {}
  return { type: types.length === 1 ? first : [...types] }
}

const TYPES: Readonly<Record<JsonKind, string>> = {
  text: 'string',
  number: 'number',
  boolean: 'boolean',
  list: 'array',
  object: 'object',
  null: 'null',
}
