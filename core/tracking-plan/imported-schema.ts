import type { Json, JsonObject } from '../event.ts'
import { schemaProblems } from './schema-check.ts'

/** Each round finds at most a hundred problems, and takes all of them away. */
const ROUNDS_MAX = 100
const NOTES = ['$schema', '$id', 'id', 'labels'] as const

/** A schema of another program without what is not supported here, and what that was. */
export function importedSchema(given: Json): {
  readonly schema: JsonObject
  readonly left: readonly string[]
} {
  const schema = JSON.parse(JSON.stringify(given)) as Json
  if (!isObject(schema)) return { schema: {}, left: [] }
  mend(schema)
  const left: string[] = []
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const problems = schemaProblems(schema)
    if (problems.length === 0) return { schema, left }
    for (const { at, problem } of problems) {
      left.push(`${at.join('.')} is left out: it ${problem}.`)
      remove(schema, at)
    }
  }
  return { schema: {}, left: [...left, 'the whole schema is left out: too much of it is not supported.'] }
}

/** Takes away what says nothing, and writes draft-04's `exclusiveMinimum: true` as draft-07 does. */
function mend(value: Json): void {
  if (typeof value !== 'object' || value === null) return
  for (const inner of Object.values(value)) mend(inner as Json)
  if (Array.isArray(value)) return
  const schema = value as Record<string, Json>
  for (const name of NOTES) if (typeof schema[name] !== 'object' || name === 'labels') delete schema[name]
  for (const [flag, limit] of LIMITS) {
    const isExclusive = schema[flag]
    if (typeof isExclusive !== 'boolean') continue
    delete schema[flag]
    if (!isExclusive || typeof schema[limit] !== 'number') continue
    schema[flag] = schema[limit]
    delete schema[limit]
  }
}
const LIMITS = [
  ['exclusiveMinimum', 'minimum'],
  ['exclusiveMaximum', 'maximum'],
] as const

/** In a list something must stay, for the others keep their places: a schema that anything is right for. */
function remove(schema: JsonObject, at: readonly (string | number)[]): void {
  let place: unknown = schema
  for (const key of at.slice(0, -1)) place = (place as Record<string | number, unknown> | undefined)?.[key]
  const last = at.at(-1)
  if (last === undefined || typeof place !== 'object' || place === null) return
  if (Array.isArray(place)) place[Number(last)] = true
  else delete (place as Record<string, unknown>)[last]
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
