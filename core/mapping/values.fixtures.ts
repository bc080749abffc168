import type { Json, JsonObject } from '../event.ts'

/** What mapping.fixtures.ts does with single values. */
/** Nothing is `undefined`; a problem is thrown. */
export type Maybe = Json | undefined
export const SHAPE = new Error('the mapping is wrong')
export const EVENT = new Error('the event does not suit the mapping')
export const UNSAID = new Error('the document does not say')

export type Given = Record<string, Json>

export function isObject(value: Maybe): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function textOf(value: Maybe): string | undefined {
  if (value === undefined || value === null) return undefined
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** For a path or a template that is computed. */
export function textOrNothing(value: Maybe): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') throw EVENT
  return value
}

const STEP = /^(?:\.?((?:[\p{L}\p{N}_\-$@]|\\.)+)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\])/su

export function find(path: string, root: Json): Maybe {
  let rest = path === '$' ? '' : path.replace(/^\$(?=[.[])/, '')
  if (path === '' || rest.startsWith('..') || (rest.startsWith('.') && !path.startsWith('$'))) throw UNSAID
  let value: Maybe = root
  let steps = 0
  while (rest !== '') {
    const step = STEP.exec(rest)
    if (step === null || (steps > 0 && step[1] !== undefined && !rest.startsWith('.'))) throw UNSAID
    const key = step[2] ?? (step[1] ?? step[3] ?? '').replace(/\\(.)/gsu, '$1')
    if (Array.isArray(value))
      value =
        key === 'length' ? value.length : (value as Json[])[/^(0|[1-9]\d*)$/.test(key) ? Number(key) : -1]
    else value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
    rest = rest.slice(step[0].length)
    steps += 1
  }
  return value
}

export function cased(isUpper: boolean, value: Maybe): Maybe {
  if (typeof value !== 'string') return value
  return isUpper ? value.toUpperCase() : value.toLowerCase()
}

export function replaced(text: string, pattern: Maybe, replacement: Maybe, given: Given): string {
  const escaped = (pattern as string).replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
  const flags = `${given['global'] === false ? '' : 'g'}${given['ignorecase'] === true ? 'i' : ''}`
  return text.replace(new RegExp(escaped, flags), () => (replacement as string | undefined) ?? '')
}

export function leavesOf(
  value: Json,
  keys: readonly string[],
  keepsLists: boolean,
): (readonly [readonly string[], Json])[] {
  const isLeaf = typeof value !== 'object' || value === null || (keepsLists && Array.isArray(value))
  if (isLeaf) return [[keys, value]]
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner as Json, [...keys, key], keepsLists))
}

/** `JSON.parse` makes more than all numbers of `1e999`, which JSON cannot hold. */
export function isAllFinite(value: Json): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).every(isAllFinite)
  return typeof value !== 'number' || Number.isFinite(value)
}

export function withoutNulls(value: Maybe): Maybe {
  if (value === null) return undefined
  if (Array.isArray(value))
    return value.filter((item) => item !== null).map((item) => withoutNulls(item) as Json)
  if (!isObject(value)) return value
  const entries = Object.entries(value).filter(([, inner]) => inner !== null)
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutNulls(inner)])) as JsonObject
}

export function chosen(given: Given, value: (mappedTo: Json) => Maybe, isPick: boolean): Maybe {
  const found = value(given['value'] as Json)
  if (found === undefined || found === null) return undefined
  if (!isObject(found)) throw EVENT
  const keys = given['keys'] as string[]
  return Object.fromEntries(Object.entries(found).filter(([key]) => keys.includes(key) === isPick))
}

export function brought(value: Maybe, to: (value: Json) => Json): Maybe {
  if (value === undefined || value === null || (typeof value === 'string' && value.trim() === ''))
    return undefined
  return to(value)
}

export function numberOf(value: Json): Json {
  if (typeof value === 'number') return value
  if (typeof value !== 'string') throw EVENT
  const text = value.trim()
  if (/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text)) {
    if (!Number.isFinite(Number(text))) throw EVENT
    return Number(text)
  }
  // The document shows no `+1`, `.5`, `5.` and `007`, neither as numbers nor as none.
  if (/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) throw UNSAID
  throw EVENT
}

export function booleanOf(value: Json): Json {
  const text = typeof value === 'string' ? value.trim().toLowerCase() : value
  if (text === true || text === 1 || ['true', 'yes', 'on', '1'].includes(text as string)) return true
  if (text === false || text === 0 || ['false', 'no', 'off', '0'].includes(text as string)) return false
  throw EVENT
}

const ISO = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?)?$/

export function timeOf(value: Json): Json {
  let time_ms = Number.NaN
  if (typeof value === 'number') {
    // Seconds below, milliseconds above; between them the document does not say.
    if (value >= 1e11 && value <= 253_402_300_800) throw UNSAID
    time_ms = value < 1e11 ? value * 1_000 : value
  } else if (typeof value === 'string') {
    const iso = ISO.exec(value)
    if (iso === null && /^[\s+-]*\d[\dTWZ:.,+\s-]*$/i.test(value)) throw UNSAID
    if (iso?.[2]?.startsWith('24')) throw UNSAID
    if (iso === null || new Date(`${iso[1]}T00:00Z`).getUTCDate() !== Number(iso[1]?.slice(8))) throw EVENT
    time_ms = Date.parse(`${iso[1]}T${iso[2] ?? '00:00'}${iso[3] ?? 'Z'}`)
  }
  if (!(time_ms >= 0 && time_ms < 253_402_300_800_000)) throw EVENT
  return new Date(time_ms).toISOString()
}
