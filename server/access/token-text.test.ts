import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isToken, newToken, TOKEN_PATTERN, tokenBegin } from './token-text.ts'

const ZERO = newToken((bytes) => Buffer.alloc(bytes))

describe('the text of a token', () => {
  test('is always as long, from all zeros to all ones', () => {
    const ones = newToken((bytes) => Buffer.alloc(bytes, 0xff))
    for (const text of [ZERO, ones, newToken()]) {
      assert.match(text, TOKEN_PATTERN)
      assert.ok(isToken(text), text)
    }
    assert.equal(ZERO.slice(0, 46), `mr_${'0'.repeat(43)}`)
  })

  test('is another each time', () => {
    assert.equal(new Set(Array.from({ length: 100 }, () => newToken())).size, 100)
  })

  test('begins with what tells it from others, and no more', () => {
    assert.equal(tokenBegin(ZERO), 'mr_000000')
  })

  const wrong: readonly [what: string, text: string][] = [
    ['nothing', ''],
    ['a word', 'token'],
    ['another prefix', ZERO.replace('mr_', 'xx_')],
    ['a letter too many', `${ZERO}0`],
    ['a letter too few', ZERO.slice(0, -1)],
    ['a letter that is another', ZERO.replace('mr_0', 'mr_1')],
    ['a checksum that is another', `${ZERO.slice(0, -1)}${ZERO.endsWith('0') ? '1' : '0'}`],
    ['a line end behind it', `${ZERO}\n`],
  ]
  for (const [what, text] of wrong) {
    test(`is not ${what}`, () => {
      assert.equal(isToken(text), false)
    })
  }
})
