import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { newSealingKey, sealerOf, sealingKeyIdOf } from './sealer.ts'

const PLACE = 'instances/heap/settings'
const TEXT = '{"apiKey":"hunter2 ü 🔑"}'

describe('a sealer', () => {
  const [key, older, foreign] = [newSealingKey(), newSealingKey(), newSealingKey()]
  const sealer = sealerOf([key, older])
  const sealed = sealer.seal(PLACE, TEXT)

  test('opens what it sealed, the empty text too', () => {
    assert.equal(sealer.open(PLACE, sealed), TEXT)
    assert.equal(sealer.open(PLACE, sealer.seal(PLACE, '')), '')
  })

  test('shows nothing of the text, and never the same twice', () => {
    assert.doesNotMatch(sealed, /hunter|aHVudGVy/)
    assert.notEqual(sealer.seal(PLACE, TEXT), sealed)
  })

  test('names its key, and opens what an older one sealed', () => {
    const before = sealerOf([older]).seal(PLACE, TEXT)
    assert.deepEqual([sealed, before, TEXT].map(sealingKeyIdOf), [key.id, older.id, undefined])
    assert.equal(sealer.open(PLACE, before), TEXT)
  })

  const flipped = (at: number) => {
    const [head, body = ''] = [sealed.slice(0, sealed.lastIndexOf(':') + 1), sealed.split(':').at(-1)]
    const bytes = Buffer.from(body, 'base64url')
    const index = at < 0 ? bytes.length + at : at
    bytes[index] = (bytes[index] ?? 0) ^ 1
    return head + bytes.toString('base64url')
  }
  const refused = [
    { what: 'another place', place: 'instances/other/settings', given: sealed, says: /was changed/ },
    { what: 'a changed nonce', place: PLACE, given: flipped(0), says: /was changed/ },
    { what: 'a changed text', place: PLACE, given: flipped(12), says: /was changed/ },
    { what: 'a changed tag', place: PLACE, given: flipped(-1), says: /was changed/ },
    { what: 'a shortened text', place: PLACE, given: sealed.slice(0, -4), says: /was changed/ },
    {
      what: 'a key that is renamed',
      place: PLACE,
      given: sealed.replace(key.id, older.id),
      says: /was changed/,
    },
    {
      what: 'a key that is not there',
      place: PLACE,
      given: sealerOf([foreign]).seal(PLACE, TEXT),
      says: /needs the key/,
    },
    { what: 'another version', place: PLACE, given: sealed.replace(':1:', ':2:'), says: /is not sealed/ },
    {
      what: 'a text that is too short',
      place: PLACE,
      given: `sealed:1:${key.id}:AAAA`,
      says: /is not sealed/,
    },
    { what: 'a clear text', place: PLACE, given: TEXT, says: /is not sealed/ },
  ]
  for (const { what, place, given, says } of refused) {
    test(`refuses ${what}, and does not quote it`, () => {
      assert.throws(
        () => sealer.open(place, given),
        (error: Error & { code?: string; explanation?: string }) => {
          assert.equal(error.code, 'SEALED_UNREADABLE')
          assert.match(error.explanation ?? '', says)
          assert.doesNotMatch(error.explanation ?? '', /hunter/)
          return true
        },
      )
    })
  }
})
