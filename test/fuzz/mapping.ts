import { deepEqual } from 'node:assert/strict'
import type { Json, JsonObject } from '../../core/event.ts'
import { checkMapping } from '../../core/mapping/check.ts'
import { compileMapping } from '../../core/mapping/compile.ts'
import { CHECKS } from '../../core/mapping/conformance/checks.ts'
import { choosing } from '../../core/mapping/conformance/choosing.ts'
import { objectsAndLists } from '../../core/mapping/conformance/objects-and-lists.ts'
import { reading } from '../../core/mapping/conformance/reading.ts'
import { EVENT } from '../../core/mapping/conformance/row.ts'
import { rules } from '../../core/mapping/conformance/rules.ts'
import { texts } from '../../core/mapping/conformance/texts.ts'
import { types } from '../../core/mapping/conformance/types.ts'
import { interpret } from '../../core/mapping/mapping.fixtures.ts'
import type { Mapping } from '../../core/mapping/mapping.ts'
import { type Below, mutate } from '../../core/mapping/mutate.fixtures.ts'
import { isAllFinite } from '../../core/mapping/values.fixtures.ts'
import { deepFreeze } from '../../core/testing.ts'
import { randomFrom } from '../crash/random.ts'
import { type Failure, type FuzzRun, REPORT_EVERY } from './fuzz-run.ts'

/** Larger ones are left to grow no further: what they find, smaller ones find too. */
const MAPPING_CHARS_MAX = 2_000

/** What the tables of the language map a field to, and the events that they give. */
const rows = [...rules, ...reading, ...choosing, ...texts, ...objectsAndLists, ...types].flatMap(
  ({ rows }) => rows,
)
const SEEDS: readonly Json[] = [
  ...rows.map(([, mappedTo]) => mappedTo),
  ...CHECKS.flatMap(([, mapping]) => Object.values(mapping ?? {})),
].filter((mappedTo) => JSON.stringify(mappedTo).length < MAPPING_CHARS_MAX)
type Facts = { clean: number; wrong: number; problems: number; unsaid: number }
const EVENTS: readonly Json[] = deepFreeze([
  EVENT,
  null,
  'a',
  [],
  {},
  JSON.parse('{"__proto__":{"a":1},"constructor":"x","a":{"__proto__":null},"b":[[],{}]}') as Json,
  ...rows.flatMap(([, , , event]) => (event === undefined || !isAllFinite(event) ? [] : [event])),
])

/**
 * Changes mappings of the tables, one change upon the other, and tries each: it is clean and gives for a few events what
 * the plain interpreter gives, or its problems are told with their places. Nothing is thrown, and nothing is changed.
 *
 * @returns The first failure.
 */
export function fuzzMapping({ count, seed, report }: FuzzRun): Failure | undefined {
  const { whole } = randomFrom(seed)
  const below: Below = (bound) => whole(0, bound - 1)
  const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T
  const facts = { clean: 0, wrong: 0, problems: 0, unsaid: 0 }
  let mappedTo: Json = pick(SEEDS)
  for (let run = 1; run <= count; run++) {
    const way = below(20)
    if (way === 0) mappedTo = arbitraryJson(below, 4)
    else if (way < 7) mappedTo = mutate(pick(SEEDS), below)
    else if (way < 10) mappedTo = crossed(pick(SEEDS), pick(SEEDS), below)
    else mappedTo = mutate(mappedTo, below)
    if (JSON.stringify(mappedTo).length > MAPPING_CHARS_MAX) mappedTo = pick(SEEDS)
    const events = [EVENT, pick(EVENTS)]
    const mapping = below(20) === 0 ? mappedTo : { field: mappedTo }
    const problem = problemWith(mapping, events, facts)
    if (problem !== undefined) return { run, input: { mapping, events }, problem }
    if (run % REPORT_EVERY === 0 || run === count) report(run, facts)
  }
  return undefined
}

function arbitraryJson(below: Below, depth: number): Json {
  const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T
  const kind = depth === 0 ? 2 : below(3)
  if (kind === 2)
    return pick<Json>([null, true, 0, -1e300, '', '@path', '\u0000', '\ud800', 'x'.repeat(below(50))])
  const items = Array.from({ length: below(4) }, () => arbitraryJson(below, depth - 1))
  if (kind === 1) return items
  return Object.fromEntries(
    items.map((item) => [pick(['', 'a', '@', '@if', '__proto__', '_metadata', '$', '\n']), item]),
  )
}

/** One mapping's part in the place of another's. */
function crossed(one: Json, other: Json, below: Below): Json {
  return mutate({ '@first': [one, mutate(other, below)] }, below)
}

function problemWith(mapping: Json, events: readonly Json[], facts: Facts): string | undefined {
  const before = JSON.stringify(mapping)
  try {
    const told = checkMapping(mapping as Mapping)
    if (!told.every(({ at, problem }) => typeof at === 'string' && problem.length > 3))
      return 'a problem without a text'
    facts[told.length > 0 ? 'wrong' : 'clean'] += 1
    const map = compileMapping(mapping as Mapping)
    for (const event of events) {
      const { values, problems } = map(event)
      if (told.length > 0) {
        deepEqual({ values, problems }, { values: {}, problems: told })
        continue
      }
      if (Object.getPrototypeOf(values) !== Object.prototype) return 'values with another prototype'
      deepEqual(JSON.parse(JSON.stringify(values)), withoutMinusZero(values))
      const expected = interpretFields(mapping, event)
      if (expected.kind === 'unsaid') facts.unsaid += 1
      if (expected.kind === 'problem') facts.problems += 1
      if (expected.kind === 'problem' && problems.length === 0) return `no problem is told (${expected.why})`
      if (expected.kind === 'value') deepEqual({ values, problems }, { values: expected.value, problems: [] })
    }
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error)
  }
  if (JSON.stringify(mapping) !== before) return 'the mapping was changed'
  return Object.keys(Object.prototype).length > 0 ? 'what objects inherit was changed' : undefined
}

/** The keys of the whole mapping are fields, whatever their names. */
function interpretFields(mapping: Json, event: Json): ReturnType<typeof interpret> {
  const fields = Object.entries(mapping as JsonObject)
  return fields.some(([name]) => name !== 'field') ? { kind: 'unsaid' } : interpret(mapping, event)
}

/** JSON has no minus zero. */
function withoutMinusZero(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutMinusZero)
  if (typeof value !== 'object' || value === null) return value === 0 ? 0 : value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutMinusZero(inner)]))
}
