import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { TSchema } from 'typebox'
import { ASKS_MARK, PERSONAL_MARK } from './personal.ts'
import type { Route } from './route.ts'
import { ROUTES } from './routes.ts'

type Part = {
  readonly place: string
  readonly schema: Readonly<Record<string, unknown>>
  readonly under: boolean
}

/** Every part of a schema, with whether it or what it stands in is marked. */
function* partsOf(schema: TSchema, mark: string, place: string, under = false): Generator<Part> {
  const part = schema as unknown as Readonly<Record<string, unknown>>
  const marked = under || part[mark] !== undefined
  yield { place, schema: part, under: marked }
  const nested = [
    ...Object.entries((part['properties'] ?? {}) as Record<string, TSchema>),
    ...Object.entries((part['patternProperties'] ?? {}) as Record<string, TSchema>),
    ...((part['anyOf'] ?? []) as TSchema[]).map((one, index) => [String(index), one] as const),
    ...(part['items'] === undefined ? [] : ([['[]', part['items'] as TSchema]] as const)),
  ]
  for (const [name, one] of nested) yield* partsOf(one, mark, `${place}.${name}`, marked)
}

/** Says so little of what it is that anything may stand in it. */
function isFree(schema: Part['schema']): boolean {
  const says = ['properties', 'patternProperties', 'items', 'anyOf', 'enum', 'const']
  return (
    says.every((word) => schema[word] === undefined) &&
    [undefined, 'object'].includes(schema['type'] as string)
  )
}

const routes = Object.entries(ROUTES) as [string, Route][]

describe('personal values in the contract', () => {
  test('every part of an answer that may hold anything is marked one way or the other', () => {
    const unmarked = routes.flatMap(([name, { answer, events }]) =>
      [answer, events].flatMap((schema) =>
        schema === undefined
          ? []
          : [...partsOf(schema, PERSONAL_MARK, name)]
              .filter((part) => isFree(part.schema) && !part.under)
              .map(({ place }) => place),
      ),
    )
    assert.deepEqual(
      unmarked,
      [],
      'Mark it with PERSONAL, NOT_PERSONAL or personalBut(…) of contract/personal.ts.',
    )
  })

  test('every text, person and condition by which events are looked for is marked as asking, or as not', () => {
    const sounds = /^(q|person|trigger|transform|mapping|userId|anonymousId|email|where)$/
    const unmarked = routes
      .filter(([, { needs }]) => needs === 'view')
      .flatMap(([name, { query, body }]) =>
        [query, body].flatMap((schema) =>
          schema === undefined
            ? []
            : [...partsOf(schema, ASKS_MARK, name)]
                .filter(({ place, under }) => sounds.test(place.split('.').at(-1) ?? '') && !under)
                .map(({ place }) => place),
        ),
      )
    // What would be wrong with an action is said without looking at any event.
    const excused = /^POST \/admin\/v1\/destinations\/check\./
    assert.deepEqual(
      unmarked.filter((place) => !excused.test(place)),
      [],
      'Mark it with ASKS_PERSONAL or ASKS_NOTHING of contract/personal.ts.',
    )
  })

  test('a stream tells what its events are, or that it is a file', () => {
    const silent = routes.filter(([, { answer, events, files }]) => !answer && !events && !files)
    assert.deepEqual(silent, [])
  })
})
