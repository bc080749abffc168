import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { compileRegex } from './regex.ts'

const ROWS: readonly (readonly [source: string, text: string, ...found: string[]])[] = [
  ['abc', 'xabcabc', 'abc', 'abc'],
  ['a.c', 'abc a\nc a😀c', 'abc', 'a😀c'],
  ['[a-c]+', 'abcd cab', 'abc', 'cab'],
  ['[^,]+', 'a,bc,,d', 'a', 'bc', 'd'],
  ['[-a\\]]+', 'a-]b', 'a-]'],
  ['\\d{2,3}', '1 12 12345', '12', '123', '45'],
  ['\\d{2}', '12345', '12', '34'],
  ['\\w+\\b', 'one two', 'one', 'two'],
  ['colou?r', 'color colour', 'color', 'colour'],
  ['(?:ab|a)(c|bcd)', 'abcd', 'abcd'],
  ['a|ab|abc', 'abcab', 'abc', 'ab'],
  ['(ab)*', 'abab', 'abab'],
  ['^a', 'aa', 'a'],
  ['a$', 'aa', 'a'],
  ['\\bcat\\b', 'cat concat cat', 'cat', 'cat'],
  ['x*', 'yyy'],
  ['\\$\\.', '$.', '$.'],
  ['ID-\\d+(-\\w+)?', 'ID-1, ID-22-b', 'ID-1', 'ID-22-b'],
]
const WRONG: readonly (readonly [source: string, at: number, problem: RegExp])[] = [
  ['(', 1, /lacks a "\)"/],
  ['a)', 1, /too many/],
  ['[a', 0, /lacks a "\]"/],
  ['[]', 0, /empty set/],
  ['[z-a]', 0, /from more to less/],
  ['*a', 0, /repeats nothing/],
  ['a**', 3, /repeats a repetition/],
  ['(?=a)', 1, /only/],
  ['\\1', 0, /not known/],
  ['\\', 0, /ends with/],
  ['a{3,2}', 1, /from less to more/],
  ['a{300}', 1, /at most 255/],
  ['(a{200}){200}', 0, /too large/],
]

describe('expressions', () => {
  for (const [source, text, ...expected] of ROWS) {
    test(`/${source}/ in ${JSON.stringify(text)}`, () => {
      const compiled = compileRegex(source)
      assert.ok(compiled.ok)
      assert.deepEqual(
        compiled.regex.find(text).map(([from, to]) => text.slice(from, to)),
        expected,
      )
    })
  }
  for (const [source, at, problem] of WRONG) {
    test(`/${source}/ is wrong at ${at}`, () => {
      const compiled = compileRegex(source)
      assert.ok(!compiled.ok)
      assert.match(compiled.problem, problem)
      assert.equal(compiled.at, at)
    })
  }

  test('what makes others try every way takes one pass here', () => {
    const compiled = compileRegex('(a+)+b')
    assert.ok(compiled.ok)
    assert.deepEqual(compiled.regex.find('a'.repeat(5_000)), [])
  })

  test('finds what the engine of the language finds, where both know the expression', () => {
    const letters = 'ab1 '
    for (const source of ['a+b', '(a|b)1', '[ab]{2}', 'a ?b', '\\d+', '\\bb', 'a[^b]']) {
      const compiled = compileRegex(source)
      assert.ok(compiled.ok)
      for (let number = 0; number < 4 ** 5; number++) {
        const text = Array.from(
          { length: 5 },
          (_, place) => letters[Math.floor(number / 4 ** place) % 4],
        ).join('')
        const expected = [...text.matchAll(new RegExp(source, 'g'))].map(({ 0: part, index }) => [
          index,
          index + part.length,
        ])
        assert.deepEqual(compiled.regex.find(text), expected, `/${source}/ in "${text}"`)
      }
    }
  })
})
