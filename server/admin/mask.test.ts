import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { NOT_PERSONAL, PERSONAL, personalBut, QUOTES_PERSONAL } from '../../contract/personal.ts'
import { MASKED, maskOf } from './mask.ts'

const free = (mark: object) => Type.Unsafe<unknown>({ ...mark })
const shape = (properties: Parameters<typeof Type.Object>[0]) => Type.Object(properties)

describe('masking', () => {
  const rows: readonly [
    name: string,
    schema: Parameters<typeof maskOf>[0],
    given: unknown,
    shown: unknown,
  ][] = [
    [
      'texts are masked, numbers and flags left out; names, lists and nothing stay',
      free(PERSONAL),
      { email: 'ada@example.com', age: 36, vip: true, none: null, tags: ['a', 1], deep: { x: 'y' } },
      {
        ...{ email: MASKED, age: null, vip: null, none: null },
        ...{ tags: [MASKED, null], deep: { x: MASKED } },
      },
    ],
    [
      'a part that is marked, and nothing beside it',
      shape({ id: Type.String(), person: Type.String(PERSONAL) }),
      { id: 'a', person: 'ada' },
      { id: 'a', person: MASKED },
    ],
    [
      'in lists, in records and in the choice that fits',
      shape({
        list: Type.Array(shape({ who: Type.String(PERSONAL) })),
        byId: Type.Record(Type.String(), shape({ who: Type.String(PERSONAL) })),
        one: Type.Union([
          shape({ kind: Type.Literal('person'), id: Type.String(PERSONAL) }),
          shape({ kind: Type.Literal('source'), id: Type.String() }),
        ]),
      }),
      { list: [{ who: 'ada' }], byId: { a: { who: 'ada' } }, one: { kind: 'source', id: 'web' } },
      { list: [{ who: MASKED }], byId: { a: { who: MASKED } }, one: { kind: 'source', id: 'web' } },
    ],
    [
      'what fits no choice is masked as a whole',
      Type.Union([shape({ kind: Type.Literal('person'), id: Type.String(PERSONAL) }), Type.Literal(1)]),
      { kind: 'other', id: 'ada' },
      { kind: MASKED, id: MASKED },
    ],
    [
      'what is not personal in something that is stays out of it',
      shape({ settings: free(NOT_PERSONAL), event: free(PERSONAL) }),
      { settings: { apiKey: 'x' }, event: { a: 'b' } },
      { settings: { apiKey: 'x' }, event: { a: MASKED } },
    ],
    [
      'places that are kept: a value, one of each in a list, all below, a sentence',
      free(personalBut('type', 'list.*.text', 'wrong.**', '~end.text')),
      {
        ...{ type: 'track', name: 'ada', list: [{ text: 'kept', value: 'ada' }] },
        ...{ wrong: [{ at: ['x', 1] }], end: { text: 'It says "ada".', code: 'X' } },
      },
      {
        ...{ type: 'track', name: MASKED, list: [{ text: 'kept', value: MASKED }] },
        ...{ wrong: [{ at: ['x', 1] }], end: { text: `It says "${MASKED}".`, code: MASKED } },
      },
    ],
    [
      'a value is kept where one is expected, and not what somebody sent in its place',
      free(personalBut('type')),
      { type: { email: 'ada@example.com' } },
      { type: { email: MASKED } },
    ],
  ]
  for (const [name, schema, given, shown] of rows) {
    test(name, () => {
      assert.deepEqual(maskOf(schema)?.(given), shown)
    })
  }

  test('a schema that tells of nobody needs no mask', () => {
    assert.equal(maskOf(shape({ id: Type.String(), settings: free(NOT_PERSONAL) })), undefined)
  })

  test('what is masked fits its schema', () => {
    const schema = Type.Object({ who: Type.String({ ...PERSONAL, maxLength: 40 }), values: free(PERSONAL) })
    assert.ok(Compile(schema).Check(maskOf(schema)?.({ who: 'ada', values: { n: 1 } })))
  })

  const sentences: readonly [said: string, shown: string][] = [
    ['It answered 400: bad request.', 'It answered 400: bad request.'],
    ['The value "ada@example.com" is no number.', `The value "${MASKED}" is no number.`],
    ["The value 'ada' and `bob` and “cy”", `The value '${MASKED}' and \`${MASKED}\` and “${MASKED}”`],
    ["It can't take it.", "It can't take it."],
    ['no such user ada@example.com, sorry', `no such user ${MASKED}, sorry`],
    ['user 4711001 is gone after 72 h', 'user # is gone after 72 h'],
    ['call +49 30 123-456-789', 'call +49 30 #'],
    ['user 7f3e9a2b-77aa is gone', `user ${MASKED} is gone`],
  ]
  for (const [said, shown] of sentences) {
    test(`a sentence: ${said}`, () => {
      assert.equal(maskOf(Type.String(QUOTES_PERSONAL))?.(said), shown)
    })
  }
})
