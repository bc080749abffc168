import type { Json, JsonObject } from '../event.ts'
import { setOwn } from '../own.ts'
import { compileTest, type TextTest } from '../redact/regex-test.ts'

/** Of one event, so many unplanned places are told; what is over it is left out just the same. */
export const UNPLANNED_MAX = 20

/** The names that a schema has at one place of a value; undefined where it lets everything be. */
export type KnownNames = {
  /** Names that stand in no part of it are unplanned; false: they may be there, and are not looked at. */
  readonly isClosed: boolean
  /** The schema forbids them itself, so that they are violations already. */
  readonly isForbidden: boolean
  readonly names: ReadonlyMap<string, KnownNames | undefined>
  readonly patterns: readonly TextTest[]
  readonly items: KnownNames | undefined
}

const COMBINED = ['allOf', 'anyOf', 'oneOf', 'if', 'not', 'dependencies', 'propertyNames'] as const

/**
 * What a schema names. Where it has other schemas for the same value (`anyOf` and the like), or no `properties`, nothing is
 * unplanned: nobody could say which of them counts.
 */
export function knownNames(schema: Json | undefined): KnownNames | undefined {
  if (!isObject(schema) || COMBINED.some((name) => Object.hasOwn(schema, name))) return undefined
  const { properties, patternProperties, additionalProperties, items } = schema
  const named = isObject(properties) ? Object.entries(properties) : []
  const patterned = isObject(patternProperties) ? Object.keys(patternProperties) : []
  const isForbidden = additionalProperties === false
  const isClosed = isForbidden || (additionalProperties === undefined && named.length + patterned.length > 0)
  const inner = knownNames(items)
  const names = new Map(named.map(([name, one]) => [name, knownNames(one)]))
  const isAnything = !isClosed && inner === undefined && [...names.values()].every((one) => one === undefined)
  if (isAnything) return undefined
  const patterns = patterned.flatMap((pattern) => {
    const compiled = compileTest(pattern)
    return compiled.ok ? [compiled.test] : []
  })
  return { isClosed, isForbidden, names, patterns, items: inner }
}

/** The places of a value that are unplanned and not forbidden, as lists of keys; `[]` stands for the items of a list. */
export function unplannedIn(value: Json | undefined, known: KnownNames | undefined): readonly string[][] {
  const found: string[][] = []
  collect(value, known, [], found)
  return found
}

function collect(
  value: Json | undefined,
  known: KnownNames | undefined,
  at: string[],
  found: string[][],
): void {
  if (known === undefined || typeof value !== 'object' || value === null) return
  if (found.length >= UNPLANNED_MAX) return
  if (Array.isArray(value)) {
    if (known.items === undefined) return
    for (const item of value as readonly Json[]) collect(item, known.items, [...at, '[]'], found)
    return
  }
  for (const [name, inner] of Object.entries(value)) {
    if (known.names.has(name)) collect(inner, known.names.get(name), [...at, name], found)
    else if (isUnplanned(name, known) && !known.isForbidden && found.length < UNPLANNED_MAX) {
      found.push([...at, name])
    }
  }
}

/** The value without what is unplanned, and which places that were. The same value when there was nothing. */
export function withoutUnplanned(
  value: Json | undefined,
  known: KnownNames | undefined,
): { readonly value: Json | undefined; readonly omitted: readonly string[][] } {
  const omitted: string[][] = []
  return { value: strip(value, known, [], omitted), omitted }
}

function strip(
  value: Json | undefined,
  known: KnownNames | undefined,
  at: string[],
  omitted: string[][],
): Json | undefined {
  if (known === undefined || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    if (known.items === undefined) return value
    const items = (value as readonly Json[]).map(
      (item) => strip(item, known.items, [...at, '[]'], omitted) as Json,
    )
    return items.every((item, index) => item === value[index]) ? value : items
  }
  const left: Record<string, Json> = {}
  let isSame = true
  for (const [name, inner] of Object.entries(value)) {
    if (isUnplanned(name, known)) {
      isSame = false
      if (omitted.length < UNPLANNED_MAX) omitted.push([...at, name])
      continue
    }
    const kept = strip(inner, known.names.get(name), [...at, name], omitted) as Json
    if (kept !== inner) isSame = false
    setOwn(left, name, kept)
  }
  return isSame ? value : left
}

function isUnplanned(name: string, { isClosed, names, patterns }: KnownNames): boolean {
  return isClosed && !names.has(name) && !patterns.some((test) => test(name))
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
