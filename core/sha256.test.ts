import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { hex, sha256 } from './sha256.ts'

const nodes = (text: string) => createHash('sha256').update(text.toWellFormed()).digest('hex')

test('is what Node says, at every length around the borders of its blocks', () => {
  for (let length = 0; length <= 260; length++) {
    const text = 'a\u00e9\u{1f600}'.repeat(length).slice(0, length)
    assert.equal(hex(sha256(text)), nodes(text), `${length} characters`)
  }
})

test('is what Node says, of any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => {
      assert.equal(hex(sha256(text)), nodes(text))
    }),
  )
})

test('of a long text', () => {
  const text = 'x'.repeat(1_000_003)
  assert.equal(hex(sha256(text)), nodes(text))
})
