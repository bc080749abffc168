import type { Json, SpecEvent } from '../event.ts'
import { parseCall } from '../parse-event.ts'
import { parseTime_ms } from '../timestamp.ts'
import { TRANSFORMED_CHARS_MAX, type Transformed } from './transform.ts'

/**
 * Reads what a transformation gave, as JSON. It is held to what ingest holds a call to, and must still be the same
 * event: `messageId` and `type` are what keys, history and counts name it by.
 */
export function readTransformed(before: SpecEvent, json: string): Transformed {
  if (json.length > TRANSFORMED_CHARS_MAX) {
    return failed(`gave an event of ${json.length} characters; ${TRANSFORMED_CHARS_MAX} are the most`)
  }
  const given = JSON.parse(json) as Json
  if (given === null) return { status: 'dropped' }
  if (typeof given !== 'object' || Array.isArray(given)) return failed('gave something that is no event')
  const changed = given as { readonly [name: string]: Json }
  for (const name of ['messageId', 'type'] as const) {
    if (changed[name] !== before[name]) {
      return failed(`changes "${name}" from ${say(before[name])} to ${say(changed[name])}, which must stay`)
    }
  }
  const { sentAt: _sender, ...call } = changed
  const parsed = parseCall(call, undefined, {}, surroundings(before))
  if (!parsed.ok) return failed(`gave what is no event: ${parsed.reason}`)
  const { originalTimestamp, sentAt } = before
  return { status: 'changed', event: { ...parsed.event, originalTimestamp, sentAt } as SpecEvent }
}

/** A timestamp that was taken away is the old one again; there is always a messageId. */
function surroundings({ timestamp, messageId }: SpecEvent) {
  return {
    receivedAt_ms: parseTime_ms(timestamp) ?? 0,
    receivedAt: timestamp,
    newMessageId: () => messageId,
  }
}

function failed(problem: string): Transformed {
  return { status: 'failed', problem }
}

function say(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value)
}
