import type { TSchema } from 'typebox'
import { ASKS_MARK } from '../../contract/personal.ts'
import { Compile } from './compile.ts'

/** The parts of JSON Schema that the contract uses. */
type Schema = TSchema & {
  readonly [ASKS_MARK]?: boolean
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
}
/** The place of the first thing in a request that asks which events hold a value. */
type Find = (value: unknown) => string | undefined

/** What finds it in requests of this schema; undefined where no request can ask so. */
export function asksOf(schema: TSchema): Find | undefined {
  const { [ASKS_MARK]: asks, properties = {}, items, anyOf = [] } = schema as Schema
  if (asks === true) return (value) => (value === undefined ? undefined : '')
  const finds = [
    ...Object.entries(properties).flatMap(([name, one]) =>
      within(one, (value) => [inside(value, name)], name),
    ),
    ...anyOf.flatMap((one) => {
      const fits = Compile(one)
      return within(one, (value) => (fits.Check(value) ? [value] : []))
    }),
    ...(items === undefined ? [] : within(items, (value) => (Array.isArray(value) ? value : []))),
  ]
  if (finds.length === 0) return undefined
  return (value) => first(finds.map((find) => () => find(value)))
}

function within(
  schema: Schema,
  parts: (value: unknown) => readonly unknown[],
  name?: string,
): readonly Find[] {
  const find = asksOf(schema)
  if (find === undefined) return []
  return [
    (value) => {
      const place = first(parts(value).map((part) => () => find(part)))
      return place === undefined ? undefined : [name, place].filter((one) => one).join('.')
    },
  ]
}

function first(finds: readonly (() => string | undefined)[]): string | undefined {
  for (const find of finds) {
    const place = find()
    if (place !== undefined) return place
  }
  return undefined
}

function inside(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return (value as Readonly<Record<string, unknown>>)[name]
}
