import type { Json, JsonObject } from './event.ts'
import { own } from './own.ts'

/** One place at which two values differ; the side on which nothing stands is left out. */
export type Difference = {
  readonly at: readonly string[]
  readonly before?: Json
  readonly after?: Json
}

/**
 * The places at which two values of JSON differ, as deep as both have objects there. Lists whose items all have ids are compared by
 * these, and another order of them is a difference at `order`; others item by item as far as they are of the same length, else whole.
 */
export function differences(before: Json | undefined, after: Json | undefined): readonly Difference[] {
  return within(before, after, [])
}

function within(
  before: Json | undefined,
  after: Json | undefined,
  at: readonly string[],
): readonly Difference[] {
  if (before === after) return []
  const [old, now] = [parts(before), parts(after)]
  const isWhole =
    old === undefined ||
    now === undefined ||
    old.kind !== now.kind ||
    (old.kind === 'list' && old.size !== now.size)
  if (isWhole) {
    if (before !== undefined && after !== undefined && sameJson(before, after)) return []
    return [{ at, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }]
  }
  const names = [...new Set([...old.parts.keys(), ...now.parts.keys()])]
  const inner = names.flatMap((name) => within(old.parts.get(name), now.parts.get(name), [...at, name]))
  const [was, is] = [stayingIn(old, now), stayingIn(now, old)]
  const isMoved = old.kind === 'ids' && was.join() !== is.join()
  return isMoved ? [...inner, { at: [...at, 'order'], before: was, after: is }] : inner
}

/** The ids of one list that are in the other too, in their order. */
function stayingIn(one: Parts, other: Parts): readonly string[] {
  return [...one.parts.keys()].filter((id) => other.parts.has(id))
}

type Parts = {
  readonly kind: 'object' | 'ids' | 'list'
  readonly size: number
  readonly parts: ReadonlyMap<string, Json>
}

function parts(value: Json | undefined): Parts | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (!Array.isArray(value)) return { kind: 'object', size: 0, parts: new Map(Object.entries(value)) }
  const items = value as readonly Json[]
  const ids = items.flatMap((item) => {
    const id = isObject(item) ? own(item, 'id') : undefined
    return typeof id === 'string' ? [id] : []
  })
  const isById = items.length > 0 && new Set(ids).size === items.length
  return {
    kind: isById ? 'ids' : 'list',
    size: items.length,
    parts: new Map(items.map((item, index) => [isById ? (ids[index] ?? '') : String(index), item])),
  }
}

function sameJson(one: Json, other: Json): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What stands there, with items of lists by their ids or numbers; undefined where nothing does. */
export function valueAt(value: Json | undefined, at: readonly string[]): Json | undefined {
  return at.reduce<Json | undefined>((inner, name) => parts(inner)?.parts.get(name), value)
}
