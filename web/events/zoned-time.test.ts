import assert from 'node:assert/strict'
import { test } from 'node:test'
import { zonedText, zonedTime_ms } from './zoned-time.ts'

const rows: readonly (readonly [zone: string, utc: string, shown: string])[] = [
  ['UTC', '2026-11-25T00:21:00Z', '2026-11-25T00:21'],
  ['Europe/Berlin', '2026-11-25T00:21:00Z', '2026-11-25T01:21'],
  ['Europe/Berlin', '2026-07-01T22:30:00Z', '2026-07-02T00:30'],
  ['America/New_York', '2026-03-08T07:30:00Z', '2026-03-08T03:30'],
  ['Asia/Kolkata', '2026-11-25T00:21:00Z', '2026-11-25T05:51'],
]
for (const [zone, utc, shown] of rows) {
  test(`${utc} is ${shown} in ${zone}, and back`, () => {
    assert.equal(zonedText(Date.parse(utc), zone), shown)
    assert.equal(zonedTime_ms(shown, zone), Date.parse(utc))
  })
}

test('what is no time is none', () => {
  assert.equal(zonedTime_ms('', 'UTC'), undefined)
})
