import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ANSWER_CHARS_MAX, compact } from './compact.ts'

const many = <Item>(count: number, item: (index: number) => Item) =>
  Array.from({ length: count }, (_, index) => item(index))

describe('an answer for an agent', () => {
  const whole: readonly [what: string, answer: object][] = [
    ['nothing', {}],
    ['what is small', { a: [1, null, true, { b: 'text' }] }],
    ['a long list of little', { list: many(1_000, (index) => index) }],
    ['a text that fits', { text: 'x'.repeat(8_000) }],
  ]
  for (const [what, answer] of whole)
    test(`${what} stays whole`, () => assert.deepEqual(compact(answer), answer))

  const cut: readonly [what: string, answer: object][] = [
    ['one long text', { text: 'x'.repeat(100_000) }],
    ['many long texts', { list: many(500, () => ({ body: 'y'.repeat(3_000) })) }],
    ['many items', { list: many(5_000, (index) => ({ index, name: `Item ${index}` })) }],
    ['many names', Object.fromEntries(many(10_000, (index) => [`name ${index}`, index]))],
    ['lists in lists', { list: many(300, () => many(300, () => 'z'.repeat(50))) }],
    ['quotes, which JSON writes longer', { text: '"'.repeat(50_000) }],
  ]
  for (const [what, answer] of cut) {
    test(`${what}: cut to fit, and it says so`, () => {
      const shown = compact(answer)
      assert.ok(JSON.stringify(shown).length <= ANSWER_CHARS_MAX)
      assert.match(String(shown['cut']), /were cut/)
    })
  }

  test('the beginning is kept, and how much is missing is said', () => {
    const { text } = compact({ text: `begin ${'x'.repeat(20_000)}` })
    assert.match(String(text), /^begin x+… \(12006 more characters\)$/)
  })
})
