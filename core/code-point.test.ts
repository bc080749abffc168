import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codePointAt } from './code-point.ts'
import { compileRegex } from './redact/regex.ts'
import { readTrigger } from './trigger/parse.ts'

for (const [text, at, expected] of [
  ['a', 0, 0x61],
  ['é', 0, 0xe9],
  ['😀', 0, 0x1f600],
  ['😀', 1, 0xde00],
  ['\u{10ffff}', 0, 0x10ffff],
  ['\u{10000}', 0, 0x10000],
  ['\ud948', 0, 0xd948],
  ['\ud948x', 0, 0xd948],
  ['\ud948\ud948', 0, 0xd948],
  ['\udc00\ud948', 0, 0xdc00],
] as const) {
  test(`at ${at} of ${JSON.stringify(text)} stands ${expected.toString(16)}`, () => {
    assert.equal(codePointAt(text, at), expected)
    assert.equal(codePointAt(text, at), text.codePointAt(at))
  })
}

/** Enough of them that the code is compiled by each of the engine's compilers. */
const TIMES = 20_000

test('a part that ends in half a pair does not know what follows in the whole', () => {
  const regex = compileRegex('[^a]$')
  assert.ok(regex.ok)
  for (let time = 0; time < TIMES; time++) {
    const part = `type = "something" and \ud948\udc00 and more ${time}`.slice(5, 24)
    assert.equal(codePointAt(part, part.length - 1), 0xd948)
    const read = readTrigger(part)
    assert.ok(!read.ok)
    assert.ok(read.problem.span.end <= part.length, `ended at ${read.problem.span.end} of ${part.length}`)
    assert.deepEqual(regex.regex.find(part), [[18, 19]])
  }
})
