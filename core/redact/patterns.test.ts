import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PATTERNS } from './patterns.ts'
import type { RedactPattern } from './rule.ts'

/** What each finds in a text; nothing where there is nothing of it. */
const ROWS: Readonly<Record<RedactPattern, readonly (readonly [text: string, ...found: string[]])[]>> = {
  email: [
    ['ada@example.com', 'ada@example.com'],
    ['Mail <ada.l+x@mail.example.co.uk>, or bob@x.io.', 'ada.l+x@mail.example.co.uk', 'bob@x.io'],
    ['jürgen@müller.de', 'jürgen@müller.de'],
    ['@example.com, ada@, ada@localhost, a @ b.co'],
  ],
  card: [
    ['4111 1111 1111 1111', '4111 1111 1111 1111'],
    ['5500-0000-0000-0004', '5500-0000-0000-0004'],
    ['amex 378282246310005!', '378282246310005'],
    // An order number without the check digit of a card; a time in milliseconds; zeros.
    ['4111 1111 1111 1112, 1764412345678, 0000000000000000'],
  ],
  phone: [
    ['+49 30 1234567', '+49 30 1234567'],
    ['0049 (30) 123-4567', '0049 (30) 123-4567'],
    ['Call (555) 123-4567 or 555-123-4567', '(555) 123-4567', '555-123-4567'],
    ['12345678901234, 2026-11-29, v1.2.3, +1'],
  ],
  ip: [
    ['from 10.0.0.1.', '10.0.0.1'],
    ['2001:db8::1 and ::1', '2001:db8::1', '::1'],
    ['::ffff:192.168.0.1', '::ffff:192.168.0.1'],
    ['2001:0db8:0000:0000:0000:0000:0000:0001', '2001:0db8:0000:0000:0000:0000:0000:0001'],
    ['256.1.1.1, 1.2.3, 12:30, 12:30:45, 1.2.3.4.5, a::b::c, ::'],
  ],
  ssn: [
    ['123-45-6789', '123-45-6789'],
    ['000-12-3456, 666-12-3456, 900-12-3456, 123-00-4567, 123-45-0000, 1123-45-6789, 123456789'],
  ],
  iban: [
    ['DE89 3704 0044 0532 0130 00', 'DE89 3704 0044 0532 0130 00'],
    ['Pay to GB29NWBK60161331926819 NOW', 'GB29NWBK60161331926819'],
    ['NO9386011117947', 'NO9386011117947'],
    ['DE89 3704 0044 0532 0130 01, AB12'],
  ],
}

describe('patterns', () => {
  for (const [name, rows] of Object.entries(ROWS) as [RedactPattern, (typeof ROWS)[RedactPattern]][]) {
    for (const [text, ...expected] of rows) {
      test(`${name} in "${text}"`, () => {
        assert.deepEqual(
          PATTERNS[name](text).map(([from, to]) => text.slice(from, to)),
          expected,
        )
      })
    }
  }

  test('none goes through a long text for each of its characters again', () => {
    for (const letter of ['a', '1', 'A', ':', '.', '1 ', 'a.', 'A1', '1-']) {
      const text = letter.repeat(60_000 / letter.length)
      for (const find of Object.values(PATTERNS)) assert.ok(find(text).length < 5_000)
    }
  })
})
