import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import fc from 'fast-check'
import { eventCurl } from './curl.ts'
import type { ReceivedEvent } from './entry.ts'

const TO = { host: 'https://events.example/', writeKey: 'key-1' }
const EVENT = {
  type: 'track',
  event: "Ada's order",
  userId: 'ada',
  messageId: 'm1',
  timestamp: '2026-11-25T00:21:30.000Z',
  originalTimestamp: '2026-11-25T00:21:31.000Z',
  sentAt: '2026-11-25T00:21:32.000Z',
  properties: { total: 3 },
} as unknown as ReceivedEvent

/** What a shell makes of a command: the arguments, one a line. */
function arguments_(command: string): readonly string[] {
  const printed = execFileSync('sh', [
    '-c',
    `curl() { for one in "$@"; do printf '%s\\0' "$one"; done; }\n${command}`,
  ])
  return printed.toString('utf8').split('\0').slice(0, -1)
}

test('an event as a command goes to its call’s address, with the key, as a new event', () => {
  assert.deepEqual(arguments_(eventCurl(EVENT, TO)), [
    'https://events.example/v1/track',
    '-u',
    'key-1:',
    '-H',
    'Content-Type: application/json',
    '-d',
    '{"event":"Ada\'s order","userId":"ada","timestamp":"2026-11-25T00:21:30.000Z","properties":{"total":3}}',
  ])
})

test('whatever an event holds, a shell passes it on as it is', () => {
  const text = fc.string({ unit: 'binary' }).filter((one) => !one.includes('\0'))
  fc.assert(
    fc.property(fc.dictionary(text, text), (properties) => {
      const sent = arguments_(eventCurl({ ...EVENT, properties } as ReceivedEvent, TO)).at(-1) as string
      assert.deepEqual(JSON.parse(sent).properties, JSON.parse(JSON.stringify(properties)))
    }),
    { numRuns: 30 },
  )
})
