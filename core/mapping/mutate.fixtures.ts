import type { Json, JsonObject } from '../event.ts'

/** A whole number from 0 to below `count`. */
export type Below = (count: number) => number

const NAMES = [
  '@path',
  '@template',
  '@literal',
  '@if',
  '@case',
  '@replace',
  '@arrayPath',
  '@flatten',
  '@json',
  '@merge',
  '@transform',
  '@excludeWhenNull',
  '@first',
  '@lookup',
  '@concat',
  '@lower',
  '@upper',
  '@trim',
  '@hash',
  '@number',
  '@string',
  '@boolean',
  '@datetime',
  '@omit',
  '@pick',
]
const ODD_NAMES = [
  '@',
  '@nope',
  '@pth',
  '@__proto__',
  '@constructor',
  '_metadata',
  '__proto__',
  'constructor',
  'value',
]
const KEYS = [
  'value',
  'values',
  'exists',
  'blank',
  'then',
  'else',
  'objects',
  'keys',
  'table',
  'default',
  'mode',
  'a',
  '',
  'toString',
]
const SCALARS: readonly Json[] = [
  null,
  true,
  false,
  0,
  -1,
  1e21,
  '',
  'a',
  '$.a',
  '{{a}}',
  'upper',
  'left',
  'decode',
  '12',
  ' ',
]

/**
 * The same JSON with one thing changed: a key renamed, a value replaced, taken from elsewhere in it, put into a directive
 * or a list, or left out. What is given stays as it is.
 */
export function mutate(given: Json, below: Below): Json {
  const places = placesIn(given)
  const place = places[below(places.length)] ?? []
  return changedAt(given, place, (value) => change(value, given, places, below))
}

function change(value: Json, whole: Json, places: readonly Place[], below: Below): Json | undefined {
  const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T
  switch (below(9)) {
    case 0:
      return pick(SCALARS)
    case 1:
      return valueAt(whole, pick(places))
    case 2:
      return { [pick(NAMES)]: value }
    case 3:
      return [value]
    case 4:
      return undefined
    case 5:
      return renamed(value, below, pick([...NAMES, ...ODD_NAMES, ...KEYS]))
    case 6:
      return withKey(value, pick([...KEYS, ...ODD_NAMES]), pick(SCALARS))
    case 7:
      return typeof value === 'string' ? value.slice(0, below(value.length + 1)) : [value, value]
    default:
      return renamed(value, below, pick(NAMES))
  }
}

type Place = readonly string[]

/** At most some hundred, so that a large mapping takes no time. */
function placesIn(json: Json): readonly Place[] {
  const places: Place[] = [[]]
  for (let next = 0; next < places.length && places.length < 300; next++) {
    const place = places[next] as Place
    const value = valueAt(json, place)
    if (typeof value === 'object' && value !== null)
      places.push(...Object.keys(value).map((key) => [...place, key]))
  }
  return places
}

function valueAt(json: Json, place: Place): Json {
  return place.reduce((value, key) => (value as JsonObject)[key] as Json, json)
}

function changedAt(json: Json, [key, ...rest]: Place, to: (value: Json) => Json | undefined): Json {
  if (key === undefined) return to(json) ?? null
  const change = (value: Json) => (rest.length === 0 ? to(value) : changedAt(value, rest, to))
  const entries = Object.entries(json as JsonObject)
    .map(([name, value]) => [name, name === key ? change(value) : value] as const)
    .filter(([, value]) => value !== undefined)
  return Array.isArray(json)
    ? entries.map(([, value]) => value as Json)
    : (Object.fromEntries(entries) as JsonObject)
}

function renamed(value: Json, below: Below, to: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { [to]: value }
  const entries = Object.entries(value)
  const index = below(Math.max(1, entries.length))
  return Object.fromEntries(entries.map(([key, inner], at) => [at === index ? to : key, inner]))
}

function withKey(value: Json, key: string, inner: Json): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { [key]: inner, '@literal': value }
  return Object.fromEntries([...Object.entries(value), [key, inner]])
}
