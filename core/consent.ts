import type { Json, SpecEvent } from './event.ts'
import { own } from './own.ts'

/**
 * The categories that a person has not allowed, of those that a destination needs; none: the event may go.
 *
 * The rule is Segment's: an event that says nothing about consent may go everywhere, and one that carries
 * `context.consent.categoryPreferences`, even empty, may go where each needed category is `true` in it.
 * https://www.twilio.com/docs/segment/privacy/consent-management/consent-in-segment-connections
 */
export function missingConsent(event: SpecEvent, needed: readonly string[]): readonly string[] {
  if (needed.length === 0) return needed
  const preferences = own(own(event.context, 'consent'), 'categoryPreferences')
  if (!isObject(preferences)) return []
  return needed.filter((category) => own(preferences, category) !== true)
}

function isObject(value: Json | undefined): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
