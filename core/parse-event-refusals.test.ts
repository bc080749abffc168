import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ID_CHARS_MAX, parseCall } from './parse-event.ts'
import { deepFreeze, surroundings } from './testing.ts'

const parse = (call: unknown) => parseCall(deepFreeze(call), undefined, {}, surroundings())

describe('a call is refused', () => {
  const long = 'x'.repeat(ID_CHARS_MAX + 1)
  const person = { userId: 'u' }
  const track = { type: 'track', event: 'E', ...person }
  const types = 'it must be one of track, identify, page, screen, group, alias.'
  const big = 'is a number too large to be kept exactly; send it as a text.'
  const rows: readonly [title: string, call: unknown, code: string, reason: string][] = [
    ['null', null, 'EVENT_NOT_OBJECT', 'The call is not a JSON object.'],
    ['a list', [track], 'EVENT_NOT_OBJECT', 'The call is not a JSON object.'],
    ['a text', 'track', 'EVENT_NOT_OBJECT', 'The call is not a JSON object.'],
    ['no type', person, 'EVENT_TYPE_UNKNOWN', `"type" is missing; ${types}`],
    ['a type of its own', { type: 'Track' }, 'EVENT_TYPE_UNKNOWN', `"type" is "Track"; ${types}`],
    [
      'a type that every object has',
      { type: 'toString' },
      'EVENT_TYPE_UNKNOWN',
      `"type" is "toString"; ${types}`,
    ],
    ['a list as type', { type: ['track'] }, 'EVENT_TYPE_UNKNOWN', `"type" is a list; ${types}`],
    ['an object as type', { type: {} }, 'EVENT_TYPE_UNKNOWN', `"type" is an object; ${types}`],
    ['null as type', { type: null }, 'EVENT_TYPE_UNKNOWN', `"type" is null; ${types}`],
    [
      'a long type, shortened',
      { type: long },
      'EVENT_TYPE_UNKNOWN',
      `"type" is "${'x'.repeat(40)}…"; ${types}`,
    ],
    [
      'nobody',
      { type: 'track', event: 'E' },
      'EVENT_PERSON_MISSING',
      'The call has neither a "userId" nor an "anonymousId".',
    ],
    [
      'an empty userId and a null anonymousId',
      { type: 'track', event: 'E', userId: '', anonymousId: null },
      'EVENT_PERSON_MISSING',
      'The call has neither a "userId" nor an "anonymousId".',
    ],
    ['track without event', { type: 'track', ...person }, 'EVENT_FIELD_MISSING', '"event" is missing.'],
    ['track with event null', { ...track, event: null }, 'EVENT_FIELD_MISSING', '"event" is missing.'],
    ['track with a blank event', { ...track, event: ' \t' }, 'EVENT_FIELD_MISSING', '"event" is empty.'],
    [
      'an event that is a number',
      { ...track, event: 5 },
      'EVENT_FIELD_INVALID',
      '"event" is 5; it must be a text.',
    ],
    [
      'a page name that is a list',
      { type: 'page', ...person, name: ['Home'] },
      'EVENT_FIELD_INVALID',
      '"name" is a list; it must be a text.',
    ],
    [
      'a screen category that is true',
      { type: 'screen', ...person, category: true },
      'EVENT_FIELD_INVALID',
      '"category" is true; it must be a text.',
    ],
    ['group without groupId', { type: 'group', ...person }, 'EVENT_FIELD_MISSING', '"groupId" is missing.'],
    [
      'alias without previousId',
      { type: 'alias', ...person },
      'EVENT_FIELD_MISSING',
      '"previousId" is missing.',
    ],
    [
      'alias without userId',
      { type: 'alias', anonymousId: 'a', previousId: 'p' },
      'EVENT_FIELD_MISSING',
      '"userId" is missing.',
    ],
    [
      'an id that is an object',
      { ...track, userId: { id: 1 } },
      'EVENT_FIELD_INVALID',
      '"userId" is an object; it must be a text or a number.',
    ],
    [
      'an id that is true',
      { ...track, anonymousId: true },
      'EVENT_FIELD_INVALID',
      '"anonymousId" is true; it must be a text or a number.',
    ],
    [
      'an id that is too long',
      { ...track, messageId: long },
      'EVENT_FIELD_INVALID',
      '"messageId" has more than 255 characters.',
    ],
    ['an id that JSON rounded', { ...track, userId: 2 ** 53 }, 'EVENT_FIELD_INVALID', `"userId" ${big}`],
    [
      'an id beyond all numbers',
      { ...track, messageId: JSON.parse('-1e999') },
      'EVENT_FIELD_INVALID',
      `"messageId" ${big}`,
    ],
    [
      'properties that are a list',
      { ...track, properties: [] },
      'EVENT_FIELD_INVALID',
      '"properties" is a list; it must be an object.',
    ],
    [
      'traits that are a text',
      { type: 'identify', ...person, traits: 'x' },
      'EVENT_FIELD_INVALID',
      '"traits" is "x"; it must be an object.',
    ],
    [
      'a context that is a number',
      { ...track, context: 1 },
      'EVENT_FIELD_INVALID',
      '"context" is 1; it must be an object.',
    ],
    [
      'integrations that are false',
      { ...track, integrations: false },
      'EVENT_FIELD_INVALID',
      '"integrations" is false; it must be an object.',
    ],
    [
      'a timestamp that is no date',
      { ...track, timestamp: 'yesterday' },
      'EVENT_TIMESTAMP_INVALID',
      '"timestamp" is "yesterday", which is not a date.',
    ],
    [
      'a timestamp that is an object',
      { ...track, timestamp: {} },
      'EVENT_TIMESTAMP_INVALID',
      '"timestamp" is an object, which is not a date.',
    ],
  ]
  for (const [title, call, code, reason] of rows) {
    test(title, () => assert.deepEqual(parse(call), { ok: false, code, reason }))
  }

  test('an id of exactly the limit is taken', () => {
    const messageId = 'x'.repeat(ID_CHARS_MAX)
    const parsed = parse({ ...track, messageId })
    assert.equal(parsed.ok && parsed.event.messageId, messageId)
  })
})
