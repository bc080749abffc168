import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { AppError } from '../errors.ts'
import { TRIGGER_CHARS_MAX } from './parse.ts'
import { parseTrigger } from './trigger.ts'

/** What is wrong, and at which character, counted from 1. */
function problemOf(trigger: string): { readonly at: unknown; readonly problem: unknown } {
  try {
    parseTrigger(trigger)
  } catch (error) {
    assert.ok(error instanceof AppError && error.code === 'TRIGGER_INVALID', String(error))
    return { at: error.details['position'], problem: error.details['problem'] }
  }
  return assert.fail('It was read without a complaint.')
}

const VALUE = 'a field, a text, a number, true, false or null'
const MORE = '"and", "or" or the end'

describe('a trigger that cannot be read says where and why', () => {
  const rows: readonly [trigger: string, at: number, problem: string][] = [
    ['', 1, `it ends where ${VALUE} is expected`],
    ['   ', 4, `it ends where ${VALUE} is expected`],
    ['type =', 7, `it ends where ${VALUE} is expected`],
    ['= "track"', 1, `there is "=" where ${VALUE} is expected`],
    ['type == "track"', 6, '"==" is not expected here: did you mean "="?'],
    ['type <> "track"', 6, '"<>" is not expected here: did you mean "!="?'],
    ['type = "track" and', 19, `it ends where ${VALUE} is expected`],
    ['type = "track" or or', 19, `there is "or" where ${VALUE} is expected`],
    ['and type = "track"', 1, `there is "and" where ${VALUE} is expected`],
    ['type = and', 8, `there is "and" where ${VALUE} is expected`],
    ['type = "track" AND', 19, `it ends where ${VALUE} is expected`],
    ['type = "track" type = "page"', 16, `there is "type" where ${MORE} is expected`],
    ['type = "a" = "b"', 12, `there is "=" where ${MORE} is expected`],
    ['type = 5abc', 9, `there is "abc" where ${MORE} is expected`],
    ['(type = "track"', 16, 'it ends where ")" is expected'],
    ['(type = "track"]', 16, 'there is "]" where ")" is expected'],
    ['type = "track")', 15, `there is ")" where ${MORE} is expected`],
    ['()', 2, `there is ")" where ${VALUE} is expected`],
    ['!', 2, `it ends where ${VALUE} is expected`],
    ['type ! = "track"', 6, `there is "!" where ${MORE} is expected`],
    ['type = "track', 8, 'the text that starts here has no closing "'],
    ["type = 'track", 8, "the text that starts here has no closing '"],
    ['type = "track\\"', 8, 'the text that starts here has no closing "'],
    ['type = “track”', 8, '"“" is not expected here'],
    ['type = 😀', 8, '"😀" is not expected here'],
    ['type = "track" && event = "x"', 16, '"&&" is not expected here: did you mean "and"?'],
    ['contain(event, "x")', 1, '"contain" is no function: did you mean "contains"?'],
    ['Contains(event, "x")', 1, '"Contains" is no function: did you mean "contains"?'],
    ['not(event = "x")', 1, '"not" is no function: did you mean "!"?'],
    ['quux(event)', 1, '"quux" is no function'],
    ['contains(event)', 1, 'contains takes 2 values, and here are 1'],
    ['length(event, 1) > 2', 1, 'length takes 1 value, and here are 2'],
    ['length()', 8, `there is ")" where ${VALUE} is expected`],
    ['length(event', 13, 'it ends where "," or ")" is expected'],
    ['match(event, properties.x)', 14, 'the pattern of match must be a text in quotes'],
    ['match("Order *", event)', 18, 'the pattern of match comes second: match(event, "Order *")'],
    ['type in', 8, 'it ends where a list such as ["a", "b"] is expected'],
    ['type in "track"', 9, 'there is "track" where a list such as ["a", "b"] is expected'],
    ['type in []', 10, 'there is "]" where a text, a number, true, false or null is expected'],
    ['type in ["a",]', 14, 'there is "]" where a text, a number, true, false or null is expected'],
    ['type in ["a" "b"]', 14, 'there is "b" where "," or "]" is expected'],
    ['type in ["a")', 13, 'there is ")" where "," or "]" is expected'],
    ['type in ("a"', 13, 'it ends where "," or ")" is expected'],
    ['type in ["a", event]', 15, 'a list holds only values'],
    ['["a"]', 1, `there is "[" where ${VALUE} is expected`],
  ]
  for (const [trigger, at, problem] of rows) {
    test(trigger === '' ? '(nothing)' : trigger, () => assert.deepEqual(problemOf(trigger), { at, problem }))
  }
})

describe('limits', () => {
  const condition = 'properties.paid'
  test('parentheses nest 100 deep, and no deeper', () => {
    parseTrigger('('.repeat(100) + condition + ')'.repeat(100))
    const { at, problem } = problemOf('('.repeat(101) + condition + ')'.repeat(101))
    assert.deepEqual({ at, problem }, { at: 101, problem: 'nested too deep' })
  })

  test('so does !, and both together', () => {
    parseTrigger('!'.repeat(100) + condition)
    assert.equal(problemOf('!'.repeat(101) + condition).at, 101)
    parseTrigger('!('.repeat(50) + condition + ')'.repeat(50))
    assert.equal(problemOf('!('.repeat(51) + condition + ')'.repeat(51)).at, 101)
  })

  test('many conditions side by side are not deep', () => {
    parseTrigger(Array.from({ length: 400 }, () => `(${condition})`).join(' or '))
  })

  test(`${TRIGGER_CHARS_MAX} characters, and no more`, () => {
    parseTrigger(condition.padEnd(TRIGGER_CHARS_MAX))
    assert.deepEqual(problemOf(condition.padEnd(TRIGGER_CHARS_MAX + 1)), {
      at: TRIGGER_CHARS_MAX + 1,
      problem: 'a trigger has at most 10000 characters',
    })
  })

  test('an error in the longest trigger is found without running out of stack', () => {
    assert.equal(problemOf('('.repeat(TRIGGER_CHARS_MAX)).problem, 'nested too deep')
    assert.equal(problemOf('!'.repeat(TRIGGER_CHARS_MAX)).problem, 'nested too deep')
  })
})

test('the parts of a trigger know where they stand', () => {
  assert.deepEqual(parseTrigger('type in ["a"] or !properties.x >= -5'), {
    kind: 'or',
    terms: [
      {
        kind: 'compare',
        comparison: 'in',
        left: { kind: 'path', keys: ['type'], span: { start: 0, end: 4 } },
        right: { kind: 'list', values: ['a'], span: { start: 8, end: 13 } },
      },
      {
        kind: 'not',
        term: {
          kind: 'compare',
          comparison: '>=',
          left: { kind: 'path', keys: ['properties', 'x'], span: { start: 18, end: 30 } },
          right: { kind: 'literal', value: -5, span: { start: 34, end: 36 } },
        },
      },
    ],
  })
})
