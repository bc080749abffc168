import { action, type Field } from '../../core/destination.ts'

const identity = {
  type: 'string',
  label: 'Identity',
  help: 'Who did it, when you know them. Heap joins everything with the same identity to one person, for ever: an id that never changes and is never given to somebody else.',
  default: { '@path': '$.userId' },
} as const satisfies Field

const anonymousId = {
  type: 'string',
  label: 'Anonymous id',
  help: 'The id that the page gave its visitor. Becomes the user property anonymous_id; Heap knows the visitor by its own.',
  default: { '@path': '$.anonymousId' },
} as const satisfies Field

export const trackEvent = action({
  name: 'Track Event',
  help: 'Send an event to Heap.',
  trigger: 'type = "track"',
  fields: {
    event: {
      type: 'string',
      label: 'Event name',
      help: 'What they did.',
      required: true,
      default: { '@path': '$.event' },
    },
    properties: {
      type: 'object',
      label: 'Properties',
      help: 'Facts about the event. Objects become dotted names, lists become JSON text.',
      default: { '@path': '$.properties' },
    },
    identity,
    anonymousId,
    traits: {
      type: 'object',
      label: 'User properties',
      help: 'Facts about the person that the event carries in its context.',
      default: { '@path': '$.context.traits' },
      advanced: true,
    },
  },
})

export const identifyUser = action({
  name: 'Identify User',
  help: 'Set the user ID for a particular device ID or update user properties.',
  trigger: 'type = "identify"',
  fields: {
    identity,
    anonymousId,
    properties: {
      type: 'object',
      label: 'User properties',
      help: 'Facts about the person. The newest value of each wins.',
      default: { '@path': '$.traits' },
    },
  },
})

export const actions = { trackEvent, identifyUser }
