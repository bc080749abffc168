import type { Json, JsonObject } from '../../event.ts'
import { setOwn } from '../../own.ts'
import type { MappingValue } from '../mapping.ts'
import {
  changed,
  changing,
  type Directive,
  fail,
  isObject,
  isTooLong,
  type Parts,
  TOO_LONG,
  textOf,
} from './directive.ts'

const KEY_CHARS_MAX = 1_000
/** As deep as ingest takes an event; deeper JSON stays text. */
const DEPTH_MAX = 1_000

export const flatten: Directive = (argument, place) => {
  const { value, separator, omitArrays } = argument as Parts
  const between = String(separator ?? '.')
  return changed(place, place.part(value, 'value'), (object, failed) => {
    if (object === null) return undefined
    if (typeof object !== 'object') return failed('needs an object or a list')
    const flat: Record<string, Json> = {}
    const add = (inner: Json, key: string): boolean => {
      if (key.length > KEY_CHARS_MAX) return false
      const isNested = typeof inner === 'object' && inner !== null && !(omitArrays && Array.isArray(inner))
      if (!isNested) setOwn(flat, key, inner)
      return !isNested || Object.entries(inner).every(([name, item]) => add(item, key + between + name))
    }
    const isDone = Object.entries(object).every(([name, item]: [string, Json]) => add(item, name))
    return isDone ? flat : failed('makes a key of more than 1,000 characters')
  })
}

export const json: Directive = (argument, place) => {
  const { mode, value } = argument as Parts
  return changed(place, place.part(value, 'value'), (given, failed) => {
    if (mode === 'decode') return typeof given === 'string' ? decoded(given) : given
    const text = typeof given === 'string' ? JSON.stringify(given) : (textOf(given) ?? 'null')
    return isTooLong(text) ? failed(TOO_LONG) : text
  })
}

function decoded(text: string): Json {
  try {
    const value = JSON.parse(text) as Json
    return isPlain(value, DEPTH_MAX) ? value : text
  } catch {
    return text
  }
}

/** Not too deep, and without a number such as `1e999`, which JSON can write and no JSON value can hold. */
function isPlain(value: Json, depth_max: number): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || value === null) return true
  return depth_max > 0 && Object.values(value).every((inner) => isPlain(inner, depth_max - 1))
}

export const merge: Directive = (argument, { at, part }) => {
  const { objects, direction } = argument as Parts
  const resolvers = (objects as readonly MappingValue[]).map((object, index) =>
    part(object, `objects[${index}]`),
  )
  if (direction === 'left') resolvers.reverse()
  return function resolveMerge(root, problems) {
    const merged: Record<string, Json> = {}
    for (const resolve of resolvers) {
      const object = resolve(root, problems)
      if (object === undefined || object === null) continue
      if (!isObject(object)) return fail(problems, at, 'can merge only objects')
      for (const [key, value] of Object.entries(object)) setOwn(merged, key, value)
    }
    return merged
  }
}

export const excludeWhenNull = changing(withoutNulls)

function withoutNulls(value: Json): Json | undefined {
  if (value === null) return undefined
  if (Array.isArray(value)) return value.map(withoutNulls).filter((item) => item !== undefined)
  return isObject(value) ? filtered(value, withoutNulls) : value
}

export const omit: Directive = (argument, place) => selected(argument, place, false)
export const pick: Directive = (argument, place) => selected(argument, place, true)

function selected(argument: MappingValue, place: Parameters<Directive>[1], isPick: boolean) {
  const { value, keys } = argument as Parts
  const named = new Set(keys as readonly string[])
  return changed(place, place.part(value, 'value'), (object, failed) => {
    if (object === null) return undefined
    if (!isObject(object)) return failed('needs an object')
    return filtered(object, (inner, key) => (named.has(key) === isPick ? inner : undefined))
  })
}

function filtered(object: JsonObject, change: (value: Json, key: string) => Json | undefined): JsonObject {
  const result: Record<string, Json> = {}
  for (const [key, inner] of Object.entries(object)) {
    const value = change(inner, key)
    if (value !== undefined) setOwn(result, key, value)
  }
  return result
}
