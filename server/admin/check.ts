import type { TSchema } from 'typebox'
import type { Route } from '../../contract/route.ts'
import type { AppError } from '../../core/errors.ts'
import { Compile } from './compile.ts'
import { invalid, readBody } from './request.ts'

export type Given = Readonly<Record<string, string | readonly string[]>>

/** What stands in an address, as the contract says it; each is given at most once. @throws {AppError} QUERY_INVALID */
export function queryReader({ query: schema }: Route): (given: Given) => object {
  if (schema === undefined) {
    return (given) => {
      const [name] = Object.keys(given)
      if (name !== undefined) throw invalid(name, 'is no parameter here')
      return {}
    }
  }
  const properties = schema.properties as Readonly<Record<string, { readonly type?: string }>>
  const checked = Compile(schema)
  return (given) => {
    const query: Record<string, string | number | boolean> = {}
    for (const [name, value] of Object.entries(given)) {
      if (typeof value !== 'string') throw invalid(name, 'is given twice')
      if (!Object.hasOwn(properties, name)) throw invalid(name, 'is no parameter here')
      query[name] = fromText(value, properties[name]?.type)
    }
    if (!checked.Check(query)) throw wrong('query', checked.Errors(query))
    return query
  }
}

/** The body, as the contract says it. @throws {AppError} BODY_NOT_JSON, QUERY_INVALID */
export function bodyReader({ body: schema }: Route): (given: unknown) => object | undefined {
  if (schema === undefined) return () => undefined
  const check = checkOf(schema, 'body')
  return (given) => {
    const body = readBody(given)
    check(body)
    return body
  }
}

/** Holds a value to a schema, and names the first place that does not fit. The check throws {AppError} QUERY_INVALID. */
export function checkOf(schema: TSchema, what: string): (value: unknown) => void {
  const checked = Compile(schema)
  return (value) => {
    if (!checked.Check(value)) throw wrong(what, checked.Errors(value))
  }
}

/** What stands in an address is a text; a number or a flag is read where the contract asks for one. */
function fromText(text: string, type: string | undefined): string | number | boolean {
  if ((type === 'integer' || type === 'number') && text.trim() !== '' && Number.isFinite(Number(text)))
    return Number(text)
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}

type SchemaError = {
  readonly instancePath: string
  readonly message: string
  readonly keyword: string
  readonly params: object
}

/** The first thing that is wrong, by its place: a schema of choices reports each choice that it is not. */
function wrong(what: string, errors: Iterable<unknown>): AppError {
  const all = [...errors] as SchemaError[]
  const error = all.find(({ keyword }) => keyword !== 'boolean') ?? all[0]
  const place = (error?.instancePath ?? '').slice(1).replaceAll('/', '.')
  return invalid(place === '' ? what : place, problemOf(error))
}

function problemOf(error: SchemaError | undefined): string {
  const params = (error?.params ?? {}) as Readonly<Record<string, unknown>>
  const names = (key: string) => (params[key] as readonly string[] | undefined)?.join(', ') ?? ''
  switch (error?.keyword) {
    case 'required':
      return `lacks ${names('requiredProperties')}`
    case 'additionalProperties':
      return `has what does not belong there: ${names('additionalProperties')}`
    case 'enum':
      return `must be one of ${names('allowedValues')}`
    default:
      return error?.message ?? 'is not valid'
  }
}
