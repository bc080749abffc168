import { action } from '../../core/destination.ts'

/** Heap takes an identity of 1 to 255 characters: https://developers.heap.io/reference/track-1 */
const IDENTITY_CHARS_MAX = 255
/** "limited to 1024 characters", same page. */
const EVENT_NAME_CHARS_MAX = 1_024

export const trackEvent = action({
  name: 'Track Event',
  help: 'Send an event to Heap.',
  trigger: 'type = "track" or type = "page" or type = "screen"',
  fields: {
    identity: {
      type: 'string',
      label: 'Identity',
      help: 'Who did it, when you know them. Heap joins everything with the same identity to one person, for ever.',
      length_max: IDENTITY_CHARS_MAX,
      default: { '@path': '$.userId' },
    },
    anonymousId: {
      type: 'string',
      label: 'Anonymous id',
      help: 'Who did it, when there is no identity. Becomes a numeric Heap user id, so that the event is not lost.',
      default: { '@path': '$.anonymousId' },
    },
    event: {
      type: 'string',
      label: 'Event name',
      help: 'What they did. Page and screen calls become "Page viewed" and "Screen viewed".',
      required: true,
      length_max: EVENT_NAME_CHARS_MAX,
      default: {
        '@first': [
          { '@path': '$.event' },
          {
            '@lookup': {
              value: { '@path': '$.type' },
              table: { page: 'Page viewed', screen: 'Screen viewed' },
              default: { '@path': '$.name' },
            },
          },
        ],
      },
    },
    name: {
      type: 'string',
      label: 'Page or screen name',
      help: 'Added to the properties as "name".',
      default: { '@path': '$.name' },
    },
    properties: {
      type: 'object',
      label: 'Properties',
      help: 'Facts about the event. Nested objects become dotted names, lists become JSON text.',
      default: { '@path': '$.properties' },
    },
    timestamp: {
      type: 'datetime',
      label: 'Time',
      help: 'When they did it.',
      default: { '@path': '$.timestamp' },
    },
    sessionId: {
      type: 'string',
      label: 'Session id',
      help: "Heap's own session id, when the event carries one.",
    },
  },
})

export const identifyUser = action({
  name: 'Identify User',
  help: 'Set the user ID for a particular device ID or update user properties.',
  trigger: 'type = "identify"',
  fields: {
    identity: {
      type: 'string',
      label: 'Identity',
      help: 'Whose properties these are. Heap takes them only for somebody with an identity.',
      required: true,
      length_max: IDENTITY_CHARS_MAX,
      default: { '@path': '$.userId' },
    },
    properties: {
      type: 'object',
      label: 'User properties',
      help: 'Facts about the person. The newest value of each wins.',
      default: { '@path': '$.traits' },
    },
  },
})

export const actions = { trackEvent, identifyUser }
export type HeapActions = typeof actions
