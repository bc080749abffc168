import type { Entry } from './entry.ts'

/** Why something was not taken as an event, and what to do about it; undefined for an event. */
export function refusalWords(entry: Entry): { readonly why: string; readonly advice: string } | undefined {
  switch (entry.kind) {
    case 'event':
      return undefined
    case 'refused':
      return { why: entry.refusal.reason, advice: ADVICE[entry.refusal.code] ?? OTHER_ADVICE }
    case 'duplicate':
      return {
        why: 'The same messageId had come from this source before.',
        advice:
          'It was kept once, as it should be. If there are many, a client gives different events the same messageId.',
      }
    case 'erased':
      return {
        why: 'The person whose it was has been deleted.',
        advice: `Deletion ${entry.deletion} under Settings, Privacy has the receipt. Nothing of it is left.`,
      }
  }
}

/** By the codes of docs/errors.md. */
const ADVICE: Readonly<Record<string, string>> = {
  EVENT_NOT_OBJECT: 'Each call of a batch must be a JSON object: look at what the client puts there.',
  EVENT_TYPE_UNKNOWN: 'Set "type" to track, identify, page, screen, group or alias.',
  EVENT_PERSON_MISSING: 'Give the call a userId, or an anonymousId where nobody is signed in.',
  EVENT_FIELD_MISSING: 'Fill it in where the call is made.',
  EVENT_FIELD_INVALID: 'Mend the field where the call is made.',
  EVENT_TIMESTAMP_INVALID: 'Send ISO 8601, such as 2026-11-25T00:21:30Z, or leave it out.',
  EVENT_TOO_LARGE: 'Send less with the call, or in several calls.',
  PERSON_SUPPRESSED:
    'Take the person off the suppression list, under Settings, Privacy, if this was not meant.',
  EVENT_UNPLANNED:
    'Add the event to the tracking plan of the source, or mend its name where the call is made.',
  PLAN_VIOLATION: 'Mend it where the call is made, or change the tracking plan of the source.',
  REDACTION_FAILED:
    'Mend the redaction rule of the source: until then these events are refused, and not kept.',
}
const OTHER_ADVICE = 'Compare it with what the client was meant to send.'
