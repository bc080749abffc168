import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { hmacSha256 } from './hmac.ts'
import { hex } from './sha256.ts'

test('a text under a key gives what Node makes of them', () => {
  for (const key of ['', 'k', 'ü'.repeat(32), 'x'.repeat(64)]) {
    for (const text of ['', 'ann@example.com', '😀'.repeat(100), 'a'.repeat(55), 'a'.repeat(64)]) {
      assert.equal(hex(hmacSha256(key, text)), createHmac('sha256', key).update(text).digest('hex'))
    }
  }
})
