import type { Json, JsonObject } from '../../event.ts'
import { setOwn } from '../../own.ts'
import type { Compiler } from '../compile.ts'
import type { MappingValue, Resolve } from '../mapping.ts'
import {
  type Arguments,
  changed,
  changing,
  failed,
  isObject,
  isTooLong,
  named,
  TOO_LONG,
  textOf,
} from './argument.ts'

const KEY_CHARS_MAX = 1_000
/** As deep as ingest takes an event; deeper JSON stays text. */
const DEPTH_MAX = 1_000

export const flatten = named(['value'], ['separator', 'omitArrays'], (given, compiler) => {
  const { separator = '.', omitArrays = false } = given
  if (typeof separator !== 'string') return compiler.invalid('must be a text', 'separator')
  if (typeof omitArrays !== 'boolean') return compiler.invalid('must be true or false', 'omitArrays')
  return changed(compiler.part(given['value'] ?? null, 'value'), compiler, (value, fail) => {
    if (value === null) return undefined
    if (typeof value !== 'object') return fail('can flatten only an object or a list')
    const flat: Record<string, Json> = {}
    const isDone = flattenInto(flat, value as JsonObject, '', { separator, omitArrays })
    return isDone
      ? flat
      : fail(`makes a key of more than ${KEY_CHARS_MAX.toLocaleString('en-US')} characters`)
  })
})

function flattenInto(
  flat: Record<string, Json>,
  value: JsonObject | readonly Json[],
  prefix: string,
  how: { readonly separator: string; readonly omitArrays: boolean },
): boolean {
  return Object.entries(value).every(([key, inner]: [string, Json]) => {
    const name = prefix + key
    const isNested = typeof inner === 'object' && inner !== null && !(how.omitArrays && Array.isArray(inner))
    if (name.length > KEY_CHARS_MAX) return false
    if (isNested) return flattenInto(flat, inner as JsonObject, name + how.separator, how)
    setOwn(flat, name, inner)
    return true
  })
}

export const json = named(['mode', 'value'], [], ({ mode, value }, compiler) => {
  if (mode !== 'encode' && mode !== 'decode') return compiler.invalid('must be "encode" or "decode"', 'mode')
  return changed(compiler.part(value ?? null, 'value'), compiler, (given, fail) => {
    if (mode === 'decode') return typeof given === 'string' ? decoded(given) : given
    const text = typeof given === 'string' || given === null ? JSON.stringify(given) : (textOf(given) ?? '')
    return isTooLong(text) ? fail(TOO_LONG) : text
  })
})

function decoded(text: string): Json {
  try {
    const value = JSON.parse(text) as Json
    return isDeeper(value, DEPTH_MAX) ? text : value
  } catch {
    return text
  }
}

function isDeeper(value: Json, depth_max: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return depth_max === 0 || Object.values(value).some((inner) => isDeeper(inner, depth_max - 1))
}

export const merge = named(['objects'], ['direction'], ({ objects, direction = 'right' }, compiler) => {
  if (!Array.isArray(objects)) return compiler.invalid('must be a list', 'objects')
  if (direction !== 'right' && direction !== 'left') {
    return compiler.invalid('must be "right" or "left"', 'direction')
  }
  const resolvers = objects.map((object, index) => compiler.part(object, `objects[${index}]`))
  if (direction === 'left') resolvers.reverse()
  const problem = compiler.problem('can merge only objects')
  return function resolveMerge(root, problems) {
    const merged: Record<string, Json> = {}
    for (const resolve of resolvers) {
      const object = resolve(root, problems)
      if (object === undefined || object === null) continue
      if (!isObject(object)) return failed(problems, problem)
      for (const [key, value] of Object.entries(object)) setOwn(merged, key, value)
    }
    return merged
  }
})

export const excludeWhenNull = changing((value) => withoutNulls(value))

function withoutNulls(value: Json): Json | undefined {
  if (value === null) return undefined
  if (typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(withoutNulls).filter((item) => item !== undefined)
  return filtered(value as JsonObject, () => true, withoutNulls)
}

export const omit = named(['value', 'keys'], [], (given, compiler) =>
  selected(given, compiler, (keys) => (key) => !keys.has(key)),
)
export const pick = named(['value', 'keys'], [], (given, compiler) =>
  selected(given, compiler, (keys) => (key) => keys.has(key)),
)

function selected(
  { value, keys }: Arguments,
  compiler: Compiler,
  keep: (keys: ReadonlySet<MappingValue>) => (key: string) => boolean,
): Resolve {
  if (!Array.isArray(keys) || keys.some((key) => typeof key !== 'string')) {
    return compiler.invalid('must be a list of texts', 'keys')
  }
  const isKept = keep(new Set(keys))
  return changed(compiler.part(value ?? null, 'value'), compiler, (object, fail) => {
    if (object === null) return undefined
    return isObject(object) ? filtered(object, isKept, (inner) => inner) : fail('needs an object')
  })
}

function filtered(
  object: JsonObject,
  isKept: (key: string) => boolean,
  change: (value: Json) => Json | undefined,
): JsonObject {
  const result: Record<string, Json> = {}
  for (const [key, inner] of Object.entries(object)) {
    const value = isKept(key) ? change(inner) : undefined
    if (value !== undefined) setOwn(result, key, value)
  }
  return result
}
