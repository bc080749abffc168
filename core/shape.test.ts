import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { isPlainlyFlat, shapeProblem } from './shape.ts'

const nested = (levels: number, open: string, close: string) =>
  JSON.parse(open.repeat(levels) + (open === '[' ? '' : '1') + close.repeat(levels)) as unknown

describe('the shape of a value', () => {
  const limits = { levels_max: 4, keys_max: 10 }
  const rows: readonly [title: string, value: unknown, problem: 'deep' | 'many' | undefined][] = [
    ['no object at all', 1, undefined],
    ['null', null, undefined],
    ['nothing in it', {}, undefined],
    ['as deep as it may be', nested(4, '{"a":', '}'), undefined],
    ['one level deeper', nested(5, '{"a":', '}'), 'deep'],
    ['lists as deep as they may be', nested(4, '[', ']'), undefined],
    ['lists one level deeper', nested(5, '[', ']'), 'deep'],
    ['a million levels', nested(1_000_000, '[', ']'), 'deep'],
    ['deep in its last part only', { a: 1, b: [[[[1]]]] }, 'deep'],
    ['as many parts as it may have', Array.from({ length: 10 }, () => 1), undefined],
    ['one more', Array.from({ length: 11 }, () => 1), 'many'],
    ['as many, spread over its levels', { a: [1, 2, 3, 4], b: { c: 1, d: 2, e: 3, f: 4 } }, undefined],
    ['one more, spread over its levels', { a: [1, 2, 3, 4], b: { c: 1, d: 2, e: 3, f: 4, g: 5 } }, 'many'],
    ['a name that objects have by themselves', JSON.parse('{"__proto__":{"a":{"b":{"c":{}}}}}'), 'deep'],
  ]
  for (const [title, value, problem] of rows) {
    test(`${title}: ${problem ?? 'fine'}`, () => assert.equal(shapeProblem(value, limits), problem))
  }
})

describe('whether a text can have no problem', () => {
  const limits = { levels_max: 4, keys_max: 10 }
  const rows: readonly [text: string, isFlat: boolean][] = [
    ['{"a":1}', true],
    ['[[[[1]]]]', true],
    ['[[[[[1]]]]]', false],
    ['{"a":{"b":{"c":{"d":{}}}}}', false],
    // More openings than levels, and a text of many characters: only walking tells.
    ['[[],[],[],[]]', false],
    ['{"a":"[[[[["}', false],
    ['[1,1,1,1,1,1,1,1,1,1,1]', false],
  ]
  for (const [text, isFlat] of rows) {
    test(`${text}: ${isFlat ? 'none for certain' : 'perhaps'}`, () =>
      assert.equal(isPlainlyFlat(text, limits), isFlat))
  }

  test('what is plainly flat has none', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 6 }),
        fc.nat({ max: 6 }),
        fc.nat({ max: 40 }),
        (value, levels_max, keys_max) => {
          const bounds = { levels_max, keys_max }
          if (isPlainlyFlat(JSON.stringify(value), bounds))
            assert.equal(shapeProblem(value, bounds), undefined)
        },
      ),
    )
  })
})
