import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileTest } from './regex-test.ts'

const TESTED: readonly (readonly [source: string, text: string, matches: boolean])[] = [
  ['^[a-z]*$', '', true],
  ['^[a-z]*$', 'abc', true],
  ['^[a-z]*$', 'ab1', false],
  ['x*', 'yyy', true],
  ['^$', 'a', false],
  ['b', 'abc', true],
  ['c$', 'abc', true],
  ['^(a|b)+$', 'abab', true],
  ['^.$', '😀', true],
  ['\\bcat\\b', 'concat', false],
]
for (const [source, text, matches] of TESTED) {
  test(`${source} ${matches ? 'matches' : 'does not match'} ${JSON.stringify(text)}`, () => {
    const compiled = compileTest(source)
    assert.ok(compiled.ok)
    assert.equal(compiled.test(text), matches)
  })
}

test('a match of any kind takes no longer than text times expression', () => {
  const compiled = compileTest('^(a|a|a)*(a*)*b$')
  assert.ok(compiled.ok)
  assert.equal(compiled.test('a'.repeat(50_000)), false)
})
