import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import formatsPlugin from 'ajv-formats'
import type { Json, JsonObject } from '../../core/event.ts'
import { compileTest } from '../../core/redact/regex-test.ts'
import { FORMATS, KEYWORDS, OTHER_FORMATS } from '../../core/tracking-plan/keywords.ts'

/** One thing that a value does not hold to. */
export type SchemaError = Pick<ErrorObject, 'keyword' | 'instancePath' | 'params' | 'message'>
export type Validate = (value: Json | undefined) => readonly SchemaError[]

/**
 * One for each plan, for it remembers what it compiled. Compiles JSON Schemas of draft-07 that `schemaProblems` found right. Patterns run in an engine whose time is bounded, and so is
 * that of `uniqueItems`: what clients send must not be able to hold up ingest. Names are looked for in the value itself and
 * not in what objects inherit.
 */
export function schemaCompiler(): (schema: JsonObject) => Validate {
  const ajv = new Ajv({
    ...{ allErrors: true, ownProperties: true, strict: false, validateSchema: false, addUsedSchema: false },
    ...{ logger: false, meta: false, code: { regExp: Object.assign(bounded, { code: 'bounded' }) } },
  })
  formatsPlugin.default(ajv, { mode: 'fast', formats: [...FORMATS] })
  for (const name of OTHER_FORMATS) ajv.addFormat(name, true)
  ajv.removeKeyword('uniqueItems')
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    errors: false,
    error: { message: 'must hold no item twice' },
    validate: (isAsked: boolean, list: readonly Json[]) => !isAsked || areUnique(list),
  })
  return (schema) => {
    const validate = ajv.compile(withoutNotes(schema) as object) as ValidateFunction
    return (value) => (validate(value) ? NOTHING : (validate.errors ?? NOTHING))
  }
}
const NOTHING: readonly SchemaError[] = []

/** What cannot be compiled matches nothing; it was told when the plan was saved. */
function bounded(pattern: string) {
  const compiled = compileTest(pattern)
  const test = compiled.ok ? compiled.test : () => false
  return { test, code: 'bounded' }
}

function areUnique(list: readonly Json[]): boolean {
  return new Set(list.map(canonical)).size === list.length
}

/** The same text for the same value, in whatever order its names stand. */
function canonical(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(canonical).join()}]`
  const parts = Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}:${canonical(one)}`)
  return `{${parts.toSorted().join()}}`
}

/** What is for people, such as `$id`, would mean something to the compiler. */
function withoutNotes(schema: Json): Json {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return schema
  const kept = Object.entries(schema).flatMap(([name, value]): [string, Json][] => {
    const kind = Object.hasOwn(KEYWORDS, name) ? KEYWORDS[name] : undefined
    switch (kind) {
      case undefined:
      case 'note':
        return []
      case 'schema':
        return [[name, withoutNotes(value)]]
      case 'schemas':
      case 'schema or schemas':
        return [[name, Array.isArray(value) ? (value as Json[]).map(withoutNotes) : withoutNotes(value)]]
      case 'named schemas':
      case 'patterns':
      case 'dependencies':
        return [[name, mapped(value)]]
      default:
        return [[name, value]]
    }
  })
  return Object.fromEntries(kept)
}

function mapped(value: Json): Json {
  return Object.fromEntries(
    Object.entries(value ?? {}).map(([name, one]) => [name, withoutNotes(one as Json)]),
  )
}
