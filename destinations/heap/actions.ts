import { action, type Field } from '../../core/destination.ts'

const heapUserId = {
  type: 'string',
  label: 'Heap user id',
  help: "Heap's own id of the visitor, when its library runs in the page and the event carries the id.",
  default: { '@first': [{ '@path': '$.context.heap.userId' }, { '@path': '$.integrations.Heap.userId' }] },
  advanced: true,
} as const satisfies Field

const anonymousId = {
  type: 'string',
  label: 'Anonymous id',
  help: 'Who did it, when there is no identity. What becomes of it, the setting "Anonymous events" says.',
  default: { '@path': '$.anonymousId' },
} as const satisfies Field

const identity = {
  type: 'string',
  label: 'Identity',
  help: 'Who did it, when you know them. Heap joins everything with the same identity to one person, for ever: an id that never changes and is never given to somebody else. Not the mail address in one place and a number in another: that makes two people.',
  default: { '@path': '$.userId' },
} as const satisfies Field

export const trackEvent = action({
  name: 'Track Event',
  help: 'Send an event to Heap.',
  trigger: 'type = "track" or type = "page" or type = "screen"',
  fields: {
    identity,
    anonymousId,
    event: {
      type: 'string',
      label: 'Event name',
      help: 'What they did. Page and screen calls become "Page viewed" and "Screen viewed". Longer than 1,024 characters is cut.',
      required: true,
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
      help: 'Facts about the event. Nested data goes by the setting of that name.',
      default: { '@path': '$.properties' },
    },
    timestamp: {
      type: 'datetime',
      label: 'Time',
      help: 'When they did it.',
      default: { '@path': '$.timestamp' },
    },
    heapUserId,
    sessionId: {
      type: 'string',
      label: 'Session id',
      help: "Heap's own session id, when the event carries one.",
      default: {
        '@first': [{ '@path': '$.context.heap.sessionId' }, { '@path': '$.integrations.Heap.sessionId' }],
      },
      advanced: true,
    },
    traits: {
      type: 'object',
      label: 'Traits',
      help: 'Becomes user properties when the setting "User properties from context.traits" is on.',
      default: { '@path': '$.context.traits' },
      advanced: true,
    },
    items: {
      type: 'list',
      label: 'Items',
      help: 'A list such as $.properties.products: besides the event itself, one event is sent for each item of it.',
      advanced: true,
    },
    itemEvent: {
      type: 'string',
      label: 'Item event name',
      help: 'The name of the event for an item. The name of the event with " Item" behind it when not given.',
      advanced: true,
    },
    itemProperties: {
      type: 'object',
      label: 'Item properties',
      help: "Added to each item's properties, such as the order id. A property of the item with the same name wins.",
      advanced: true,
    },
    items_max: {
      type: 'integer',
      label: 'Items at most',
      help: 'Later items are not sent as events of their own. At most 500.',
      default: 100,
      advanced: true,
    },
  },
})

export const identifyUser = action({
  name: 'Identify User',
  overwrites: true,
  help: 'Set the user ID for a particular device ID or update user properties.',
  trigger: 'type = "identify"',
  fields: {
    identity: {
      ...identity,
      help: 'Whose properties these are. Heap takes them only for somebody with an identity.',
    },
    anonymousId: {
      ...anonymousId,
      help: 'Who they were before: what this visitor did goes to the person.',
    },
    heapUserId,
    properties: {
      type: 'object',
      label: 'User properties',
      help: 'Facts about the person. The newest value of each wins.',
      default: { '@path': '$.traits' },
    },
  },
})

export const setAccountProperties = action({
  name: 'Set Account Properties',
  overwrites: true,
  help: 'Update the properties of an account, and tell which account the person belongs to. Heap must know the user property that holds the account: Account › Manage › Account ID.',
  trigger: 'type = "group"',
  fields: {
    accountId: {
      type: 'string',
      label: 'Account',
      help: 'The id of the account.',
      required: true,
      default: { '@path': '$.groupId' },
    },
    properties: {
      type: 'object',
      label: 'Account properties',
      help: 'Facts about the account. The newest value of each wins.',
      default: { '@path': '$.traits' },
    },
    identity: { ...identity, help: 'The person who belongs to the account.' },
    anonymousId,
    userProperty: {
      type: 'string',
      label: 'User property of the account',
      help: "The user property that gets the account's id: the one that Heap has as Account ID. Empty: none.",
      default: 'account_id',
    },
  },
})

export const mergeUsers = action({
  name: 'Merge Users',
  help: 'Give what an anonymous visitor did to a person. Two people with identities cannot be merged in Heap.',
  trigger: 'type = "alias"',
  fields: {
    identity: { ...identity, help: 'The person who gets it.' },
    previousId: {
      type: 'string',
      label: 'Previous id',
      help: 'The anonymous id of the visitor.',
      default: { '@first': [{ '@path': '$.previousId' }, { '@path': '$.anonymousId' }] },
    },
    heapUserId,
  },
})

export const deleteUser = action({
  name: 'Delete User',
  help: 'Ask Heap to delete a person with all their events, in all environments. Cannot be undone. Needs the setting "API key for deletions".',
  trigger: 'type = "track" and event = "User Deleted"',
  fields: {
    identity: { ...identity, help: 'Who is deleted.' },
    anonymousId: { ...anonymousId, help: 'Who is deleted, when there is no identity.' },
    heapUserId,
  },
})

export const actions = { trackEvent, identifyUser, setAccountProperties, mergeUsers, deleteUser }
export type HeapActions = typeof actions
