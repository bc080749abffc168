import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Field, type FieldType, fields } from './destination.ts'
import type { Json } from './event.ts'
import { compileField, isProblem, readSettings } from './payload.ts'
import type { Secret } from './secret.ts'
import { anyJson, deepFreeze } from './testing.ts'

const LEFT_OUT = 'left out'
type Result = { readonly is: unknown } | { readonly problem: string } | typeof LEFT_OUT

function read(field: Partial<Field>, value: Json | undefined): Result {
  const result = compileField({ type: 'string', label: 'L', help: 'H', ...field })(deepFreeze(value))
  if (isProblem(result)) return { problem: result.problem }
  return result === undefined ? LEFT_OUT : { is: result }
}

const problem = (text: string): Result => ({ problem: text })
const is = (value: unknown): Result => ({ is: value })

const TEXT = problem('must be a text')
const NUMBER = problem('must be a number')
const FLAG = problem('must be true or false')
const OBJECT = problem('must be an object')
const TIME = problem('must be a date and time in ISO 8601, such as 2026-01-31T12:00:00Z')

describe('a value is brought to the type of its field', () => {
  const rows: readonly [type: FieldType, value: Json, result: Result][] = [
    ['string', 'x', is('x')],
    ['string', ' ', is(' ')],
    ['string', 5, is('5')],
    ['string', 0, is('0')],
    ['string', false, is('false')],
    ['string', ['x'], TEXT],
    ['string', {}, TEXT],
    ['number', 1.5, is(1.5)],
    ['number', 0, is(0)],
    ['number', '1.5', is(1.5)],
    ['number', ' -2e3 ', is(-2000)],
    ['number', '0', is(0)],
    ['number', ' ', NUMBER],
    ['number', '5 apples', NUMBER],
    ['number', 'Infinity', NUMBER],
    ['number', '1e999', NUMBER],
    ['number', true, NUMBER],
    ['number', [5], NUMBER],
    ['number', {}, NUMBER],
    ['integer', 5, is(5)],
    ['integer', '-5', is(-5)],
    ['integer', '5.0', is(5)],
    ['integer', 5.5, problem('must be a whole number')],
    ['integer', '5.5', problem('must be a whole number')],
    ['integer', 'five', NUMBER],
    ['boolean', true, is(true)],
    ['boolean', false, is(false)],
    ['boolean', 'true', is(true)],
    ['boolean', 'false', is(false)],
    ['boolean', 'TRUE', FLAG],
    ['boolean', 1, FLAG],
    ['boolean', 0, FLAG],
    ['datetime', '2026-01-31T12:00:00Z', is('2026-01-31T12:00:00.000Z')],
    ['datetime', '2026-01-31T12:00:00.123Z', is('2026-01-31T12:00:00.123Z')],
    ['datetime', '2026-01-31 12:00', is('2026-01-31T12:00:00.000Z')],
    ['datetime', '2026-01-31', is('2026-01-31T00:00:00.000Z')],
    ['datetime', 1769860800, is('2026-01-31T12:00:00.000Z')],
    ['datetime', '31 January 2026', TIME],
    ['datetime', '1', TIME],
    ['datetime', true, TIME],
    ['datetime', ['2026-01-31'], TIME],
    ['object', { a: 1 }, is({ a: 1 })],
    ['object', {}, is({})],
    ['object', { isProblem: true, problem: 'forged' }, is({ isProblem: true, problem: 'forged' })],
    ['object', [], OBJECT],
    ['object', '{}', OBJECT],
    ['object', 5, OBJECT],
    ['list', [1, 'a', null], is([1, 'a', null])],
    ['list', [], is([])],
    ['list', {}, problem('must be a list')],
    ['list', 'a', problem('must be a list')],
    ['secret', 5, TEXT],
    ['secret', { reveal: 'x' }, TEXT],
  ]
  for (const [type, value, result] of rows) {
    test(`${type}: ${JSON.stringify(value)}`, () => assert.deepEqual(read({ type }, value), result))
  }

  test('secret: a text becomes a Secret', () => {
    const value = compileField({ type: 'secret', label: 'L', help: 'H' })('hush') as Secret
    assert.equal(value.reveal(), 'hush')
    assert.equal(String(value), '***')
  })
})

describe('nothing given', () => {
  const types: readonly FieldType[] = [
    'string',
    'number',
    'integer',
    'boolean',
    'datetime',
    'object',
    'list',
    'secret',
  ]
  for (const type of types) {
    for (const value of [undefined, null, '']) {
      test(`${type}: ${JSON.stringify(value)} leaves an optional field out, and a required one is missing`, () => {
        assert.equal(read({ type }, value), LEFT_OUT)
        assert.equal(read({ type, required: false }, value), LEFT_OUT)
        assert.deepEqual(read({ type, required: true }, value), problem('is missing'))
      })
    }
  }
})

describe('what a field asks for besides', () => {
  const choices = ['US', 'EU'] as const
  const check = (text: string) => (text.startsWith('x') ? undefined : 'must start with x')
  const rows: readonly [title: string, field: Partial<Field>, value: Json, result: Result][] = [
    ['a text of the longest length', { length_max: 3 }, 'abc', is('abc')],
    ['a longer one', { length_max: 3 }, 'abcd', problem('has 4 characters, and at most 3 are allowed')],
    [
      'length counts UTF-16 code units',
      { length_max: 3 },
      '😀😀',
      problem('has 4 characters, and at most 3 are allowed'),
    ],
    [
      'a number is as long as its text',
      { length_max: 3 },
      1234,
      problem('has 4 characters, and at most 3 are allowed'),
    ],
    [
      'a secret has a length too',
      { type: 'secret', length_max: 3 },
      'hush',
      problem('has 4 characters, and at most 3 are allowed'),
    ],
    ['one of the choices', { choices }, 'EU', is('EU')],
    ['none of the choices', { choices }, 'eu', problem('must be one of US, EU')],
    ['its own check holds', { check }, 'xyz', is('xyz')],
    ['its own check does not hold', { check }, 'abc', problem('must start with x')],
    ['the check of a secret', { type: 'secret', check }, 'abc', problem('must start with x')],
    ['the check is not asked about nothing', { check }, '', LEFT_OUT],
    [
      'the length is told before the check',
      { check, length_max: 1 },
      'abc',
      problem('has 3 characters, and at most 1 are allowed'),
    ],
  ]
  for (const [title, field, value, result] of rows) {
    test(title, () => assert.deepEqual(read(field, value), result))
  }
})

describe('settings', () => {
  const table = fields({
    appId: { type: 'string', label: 'App', help: 'h', required: true },
    region: { type: 'string', label: 'Region', help: 'h', choices: ['US', 'EU'], default: 'US' },
    retries: { type: 'integer', label: 'Retries', help: 'h', default: 0 },
    note: { type: 'string', label: 'Note', help: 'h' },
  })

  test('are given, or have their default, or are left out', () => {
    assert.deepEqual(readSettings(table, { appId: 11 }), {
      ok: true,
      values: { appId: '11', region: 'US', retries: 0 },
    })
    assert.deepEqual(readSettings(table, { appId: '11', region: 'EU', retries: 3, note: 'n' }), {
      ok: true,
      values: { appId: '11', region: 'EU', retries: 3, note: 'n' },
    })
  })

  for (const nothing of [null, '']) {
    test(`${JSON.stringify(nothing)} is not given: the default stands`, () => {
      assert.deepEqual(
        readSettings(table, { appId: '11', region: nothing, retries: nothing, note: nothing }),
        {
          ok: true,
          values: { appId: '11', region: 'US', retries: 0 },
        },
      )
    })
  }

  test('everything that is wrong is told at once', () => {
    assert.deepEqual(readSettings(table, { appid: '11', region: 'eu', retries: 1.5, toString: 'x' }), {
      ok: false,
      problems: [
        { field: 'appid', problem: 'is no setting; there are appId, region, retries, note' },
        { field: 'toString', problem: 'is no setting; there are appId, region, retries, note' },
        { field: 'appId', problem: 'is missing' },
        { field: 'region', problem: 'must be one of US, EU' },
        { field: 'retries', problem: 'must be a whole number' },
      ],
    })
  })

  test('what every object inherits is not given', () => {
    const inherited = fields({ constructor: { type: 'string', label: 'C', help: 'h' } })
    assert.deepEqual(readSettings(inherited, {}), { ok: true, values: {} })
  })
})

test('a value of a field has the type of the field, whatever is given; a problem never holds it', () => {
  const right: Record<FieldType, (value: unknown) => boolean> = {
    string: (value) => typeof value === 'string' && value !== '',
    number: (value) => Number.isFinite(value),
    integer: (value) => Number.isInteger(value),
    boolean: (value) => typeof value === 'boolean',
    datetime: (value) => typeof value === 'string' && new Date(value).toISOString() === value,
    object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    list: (value) => Array.isArray(value),
    secret: (value) => typeof (value as Secret).reveal() === 'string',
  }
  const type = fc.constantFrom(...(Object.keys(right) as FieldType[]))
  const given = fc.oneof(
    anyJson,
    fc.constant('SENTINEL'),
    fc.constant(['SENTINEL']),
    fc.constant({ SENTINEL: 1 }),
  )
  fc.assert(
    fc.property(type, given, (fieldType, value) => {
      const result = compileField({ type: fieldType, label: 'L', help: 'H', length_max: 9 })(
        deepFreeze(value),
      )
      if (isProblem(result)) assert.doesNotMatch(result.problem, /SENTINEL/)
      else assert.ok(result === undefined || right[fieldType](result), JSON.stringify(result))
    }),
    { numRuns: 2_000 },
  )
})
