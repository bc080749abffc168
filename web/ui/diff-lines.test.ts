import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { diffLines } from './diff-lines.ts'

type Row = readonly [what: string, was: string, becomes: string, kinds: string]
const rows: readonly Row[] = [
  ['nothing', 'a b c', 'a b c', 'same same same'],
  ['a line in the middle', 'a b c', 'a x c', 'same changed same'],
  ['a line more', 'a c', 'a b c', 'same added same'],
  ['a line less', 'a b c', 'a c', 'same removed same'],
  ['two for one', 'a b c', 'a x y c', 'same changed added same'],
  ['everything', 'a', 'b', 'changed'],
]

describe('a diff, when what differs is', () => {
  for (const [what, was, becomes, kinds] of rows) {
    test(what, () => {
      const lines = diffLines(was.replaceAll(' ', '\n'), becomes.replaceAll(' ', '\n'))
      assert.equal(lines.map(({ kind }) => kind).join(' '), kinds)
    })
  }
  const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { minLength: 1 }).map((lines) => lines.join('\n'))
  test('anything: each side is still there, line by line', () => {
    fc.assert(
      fc.property(text, text, (was, becomes) => {
        const lines = diffLines(was, becomes)
        assert.equal(lines.flatMap((line) => line.was ?? []).join('\n'), was)
        assert.equal(lines.flatMap((line) => line.becomes ?? []).join('\n'), becomes)
        for (const { kind, was: left, becomes: right } of lines) {
          if (kind === 'same') assert.equal(left, right)
          if (kind === 'changed') assert.notEqual(left, right)
        }
      }),
    )
  })
  test('very long: compared in place, at once', () => {
    const long = Array.from({ length: 3_000 }, (_, index) => `line ${index}`)
    const lines = diffLines(long.join('\n'), long.with(7, 'other').join('\n'))
    assert.deepEqual(
      lines.flatMap(({ kind }, index) => (kind === 'same' ? [] : [index])),
      [7],
    )
  })
})
