import { createRequire } from 'node:module'
import type { ErrorObject, ValidateFunction } from 'ajv'
import { canonical } from '../../core/canonical.ts'
import type { Json, JsonObject } from '../../core/event.ts'
import { compileTest, type Steps, TEST_STEPS_MAX } from '../../core/redact/regex-test.ts'
import { FORMATS, KEYWORDS, OTHER_FORMATS } from '../../core/tracking-plan/keywords.ts'

/** Some hundred files, that a server without a tracking plan does not need. */
const load = createRequire(import.meta.url) as (name: string) => unknown

/** One thing that a value does not hold to. */
export type SchemaError = Pick<ErrorObject, 'keyword' | 'instancePath' | 'params' | 'message'>
export type Validate = (value: Json | undefined) => readonly SchemaError[]

/** Of one event: what does not hold, also where another choice holds. An honest one has some hundreds, a list of ten thousand items more. */
export const ERRORS_MAX = 100_000
const TOO_MUCH: SchemaError = {
  ...{ keyword: 'too much', instancePath: '', params: {} },
  message: 'has so much that is not as the plan has it that the rest was not looked at',
}

/**
 * One for each plan, for it remembers what it compiled. Compiles JSON Schemas of draft-07 that `schemaProblems` found right. Patterns run in an engine whose time is bounded, for
 * all of an event together, so is that of `uniqueItems`, and so is what does not hold: what clients send must not be able to hold up
 * ingest, whatever stands in the plan. Names are looked for in the value itself and
 * not in what objects inherit.
 */
export function schemaCompiler(): (schema: JsonObject) => Validate {
  const limits: Limits = { steps: { left: 0 }, errors_left: 0 }
  const regExp = Object.assign((pattern: string) => bounded(pattern, limits.steps), { code: 'bounded' })
  const { _, Ajv } = load('ajv') as typeof import('ajv')
  const formatsPlugin = load('ajv-formats') as typeof import('ajv-formats')
  const ajv = new Ajv({
    ...{ allErrors: true, ownProperties: true, strict: false, validateSchema: false, addUsedSchema: false },
    ...{ logger: false, meta: false, code: { regExp, process: withLimit, optimize: false } },
  })
  Object.assign(ajv, { limits })
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
  // Ajv's own compares with one value after the other: a list of ten thousand items with a choice of as many.
  ajv.removeKeyword('enum')
  ajv.addKeyword({
    keyword: 'enum',
    schemaType: 'array',
    errors: false,
    error: {
      message: 'must be one of the allowed values',
      params: ({ schemaCode }) => _`{allowedValues: ${schemaCode}}`,
    },
    compile(choices: readonly Json[]) {
      const known = new Set(choices.map(canonical))
      return (value: Json) => known.has(canonical(value))
    },
  })
  return (schema) => {
    const validate = ajv.compile(withoutNotes(schema) as object) as ValidateFunction
    return (value) => {
      limits.steps.left = TEST_STEPS_MAX
      limits.errors_left = ERRORS_MAX
      try {
        return validate(value) ? NOTHING : (validate.errors ?? NOTHING)
      } catch (error) {
        if (limits.errors_left < 0) return [TOO_MUCH]
        throw error
      }
    }
  }
}
const NOTHING: readonly SchemaError[] = []

type Limits = { readonly steps: Steps; errors_left: number }

/** Counts each error where the compiled code does; `self` is there what it was compiled by. */
function withLimit(code: string): string {
  return code.replaceAll(
    'errors++;',
    'errors++;if(--self.limits.errors_left<0)throw new RangeError("too much");',
  )
}

/** What cannot be compiled matches nothing; it was told when the plan was saved. */
function bounded(pattern: string, steps: Steps) {
  const compiled = compileTest(pattern, steps)
  const test = compiled.ok ? compiled.test : () => false
  // Ajv tells patterns apart by their text.
  return { test, code: 'bounded', toString: () => pattern }
}

function areUnique(list: readonly Json[]): boolean {
  return new Set(list.map(canonical)).size === list.length
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
