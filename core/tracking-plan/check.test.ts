import assert from 'node:assert/strict'
import { test } from 'node:test'
import { planProblems } from './check.ts'
import { schemaProblems } from './schema-check.ts'
import { PLAN_RULES_MAX } from './tracking-plan.ts'

const FINE: readonly unknown[] = [
  true,
  {},
  { type: 'string', minLength: 1, pattern: '^[A-Z]{3}$', title: 'Currency', 'x-owner': 'web' },
  { type: ['number', 'null'], minimum: 0, exclusiveMaximum: 10, multipleOf: 0.5 },
  { properties: { a: { items: [{}, false] }, $ref: { type: 'string' } }, required: ['a'] },
  { patternProperties: { '^x_': {} }, additionalProperties: false, dependencies: { a: ['b'], c: {} } },
  { anyOf: [{ const: 1 }, { enum: ['a', null] }], not: { format: 'email' }, uniqueItems: true },
  { format: 'iri' },
]
const WRONG: readonly (readonly [schema: unknown, at: string, problem: RegExp])[] = [
  [7, '', /must be a schema/],
  [{ properties: { a: { type: 'text' } } }, 'properties.a.type', /one of null/],
  [{ type: [] }, 'type', /list of them/],
  [{ type: ['string', 'string'] }, 'type', /list of them/],
  [{ $ref: '#/definitions/a' }, '$ref', /write what it stands for/],
  [{ reqired: [] }, 'reqired', /did you mean "required"/],
  [{ required: true }, 'required', /list of names/],
  [{ maxLength: -1 }, 'maxLength', /whole number/],
  [{ maximum: '3' }, 'maximum', /a number/],
  [{ maximum: Number.NaN }, 'maximum', /a number/],
  [{ multipleOf: 0 }, 'multipleOf', /above 0/],
  [{ pattern: '(?=a)' }, 'pattern', /no pattern that is supported/],
  [{ pattern: 'a'.repeat(1_001) }, 'pattern', /1000 characters/],
  [{ patternProperties: { '(': {} } }, 'patternProperties.(', /no pattern/],
  [{ format: 'colour' }, 'format', /must be one of date/],
  [{ enum: [] }, 'enum', /list of values/],
  [{ allOf: [] }, 'allOf', /list of schemas/],
  [{ oneOf: [{ type: 'x' }] }, 'oneOf.0.type', /one of null/],
  [{ properties: [] }, 'properties', /by their names/],
  [{ dependencies: { a: [1] } }, 'dependencies.a', /list of names/],
  [{ uniqueItems: 'yes' }, 'uniqueItems', /true or false/],
]

test('a schema of the supported part of draft-07 has no problems', () => {
  for (const schema of FINE) assert.deepEqual(schemaProblems(schema), [], JSON.stringify(schema))
})

for (const [schema, at, problem] of WRONG) {
  test(`tells what is wrong with ${JSON.stringify(schema)?.slice(0, 60)}`, () => {
    const [found, ...others] = schemaProblems(schema)
    assert.deepEqual(others, [])
    assert.equal(found?.at.join('.'), at)
    assert.match(found?.problem ?? '', problem)
  })
}

test('a schema has a limit in depth', () => {
  let schema: unknown = {}
  for (let level = 0; level < 32; level++) schema = { properties: { a: schema } }
  assert.deepEqual(schemaProblems(schema), [])
  assert.match(schemaProblems({ not: schema })[0]?.problem ?? '', /nested too deeply/)
})

test('rules are told apart by type and event, and each tells what is wrong with it', () => {
  const schema = { type: 'object' }
  const rules = [
    { type: 'track', event: 'A', schema },
    { type: 'page', event: 'A', schema },
    { type: 'track', schema, context: { type: 'object' }, description: 'The rest' },
  ]
  assert.deepEqual(planProblems(rules), [])
  const texts = (given: unknown) => planProblems(given).map(({ at, problem }) => `${at.join('.')} ${problem}`)
  assert.deepEqual(texts([...rules, rules[0]]), ['3 is of the same events as rule 1'])
  assert.deepEqual(texts({}), [' must be a list of rules'])
  assert.deepEqual(texts([{ type: 'alias', schema }]), [
    '0.type must be one of track, identify, page, screen, group',
  ])
  assert.deepEqual(texts([{ type: 'identify', event: 'x', schema }]), [
    '0.event cannot stand here: identify calls have no name',
  ])
  assert.deepEqual(texts([{ type: 'track', event: ' ', schema, shema: 1 }]), [
    '0.shema is no part of a rule; did you mean "schema"?',
    '0.event must be a text of 1 to 255 characters',
  ])
  assert.deepEqual(texts([{ type: 'track', schema: true }]), [
    '0.schema must be a JSON Schema, such as {type: object}',
  ])
  assert.deepEqual(
    texts([{ type: 'track', schema, context: { type: 1 } }])[0]?.slice(0, 14),
    '0.context.type',
  )
})

test('a plan has a limit in rules and in size', () => {
  const rule = (index: number) => ({ type: 'track', event: `Event ${index}`, schema: {} })
  const many = Array.from({ length: PLAN_RULES_MAX }, (_, index) => rule(index))
  assert.deepEqual(planProblems(many), [])
  assert.match(planProblems([...many, rule(-1)])[0]?.problem ?? '', /limit of 2000/)
  const large = [{ ...rule(0), schema: { title: 'x'.repeat(1_000_000) } }]
  assert.match(planProblems(large)[0]?.problem ?? '', /at most 1000000/)
})
