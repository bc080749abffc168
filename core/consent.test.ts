import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { missingConsent } from './consent.ts'
import type { Json } from './event.ts'
import { trackEvent } from './testing.ts'

/** What the event's context says, what the destination needs, and what is missing. */
const rows: readonly (readonly [title: string, consent: Json | undefined, missing: readonly string[]])[] = [
  ['nothing about consent', undefined, []],
  ['an empty consent', {}, []],
  ['a consent that is none', 'yes', []],
  ['preferences that are none', { categoryPreferences: 'all' }, []],
  ['preferences that are a list', { categoryPreferences: ['Analytics', 'Advertising'] }, []],
  ['empty preferences', { categoryPreferences: {} }, ['Analytics', 'Advertising']],
  ['all that is needed', { categoryPreferences: { Analytics: true, Advertising: true } }, []],
  ['more than is needed', { categoryPreferences: { Analytics: true, Advertising: true, C: false } }, []],
  ['one of two', { categoryPreferences: { Analytics: true, Advertising: false } }, ['Advertising']],
  ['one of two, the other not named', { categoryPreferences: { Advertising: true } }, ['Analytics']],
  [
    '"true" as a text',
    { categoryPreferences: { Analytics: 'true', Advertising: 1 } },
    ['Analytics', 'Advertising'],
  ],
  ['other letters', { categoryPreferences: { analytics: true, Advertising: true } }, ['Analytics']],
]

describe('a destination that needs Analytics and Advertising', () => {
  for (const [title, consent, missing] of rows) {
    test(`${missing.length === 0 ? 'gets' : 'does not get'} an event with ${title}`, () => {
      const event = trackEvent(consent === undefined ? {} : { context: { consent } })
      assert.deepEqual(missingConsent(event, ['Analytics', 'Advertising']), missing)
    })
  }
})

test('a destination that needs no consent gets everything', () => {
  const event = trackEvent({ context: { consent: { categoryPreferences: {} } } })
  assert.deepEqual(missingConsent(event, []), [])
})

test('a category that every object inherits is not allowed by that', () => {
  const event = trackEvent({ context: { consent: { categoryPreferences: {} } } })
  assert.deepEqual(missingConsent(event, ['constructor', '__proto__']), ['constructor', '__proto__'])
})
