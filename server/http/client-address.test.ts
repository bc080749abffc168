import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isThisMachine, senderKey } from './client-address.ts'

describe('who sends is counted as', () => {
  const rows: readonly [address: string | undefined, key: string, isHere: boolean][] = [
    ['192.0.2.7', '192.0.2.7', false],
    ['::ffff:192.0.2.7', '192.0.2.7', false],
    ['127.0.0.1', '127.0.0.1', true],
    ['::ffff:127.0.0.1', '127.0.0.1', true],
    ['::1', '::1', true],
    ['2001:db8:1:2:3:4:5:6', '20010db800010002::', false],
    ['2001:db8:1:2::', '20010db800010002::', false],
    ['2001:db8:1:3::', '20010db800010003::', false],
    ['fe80::1%eth0', 'fe80000000000000::', false],
    ['not an address', 'unknown', false],
    ['127.evil', 'unknown', false],
    ['', 'unknown', false],
    [undefined, 'unknown', false],
  ]
  for (const [address, key, isHere] of rows) {
    test(`${address}: ${key}`, () =>
      assert.deepEqual([senderKey(address), isThisMachine(key)], [key, isHere]))
  }
})
