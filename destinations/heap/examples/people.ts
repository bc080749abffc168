import {
  accounts,
  type Chapter,
  event,
  events,
  group,
  identify,
  link,
  track,
  user,
  users,
  VISITOR_1,
  visit,
} from './example.ts'

const account = (properties: object, account_id = 'acme') => ({ account_id, properties: { ...properties } })
const GROUPS = { actions: ['setAccountProperties'] } as const
const PARTNER = { settings: { anonymousEvents: 'Partner endpoint' } }
const partnerEvents = (...items: readonly object[]) => ({
  to: '/api/integrations/track',
  items: items.map((item) => ({ event: 'Bought', custom_properties: {}, ...item })),
})

export const profiles: Chapter = {
  title: 'Identify calls',
  text: 'The writes for one person in a batch become one, the last value of each property winning. A write that says only what was said last is not sent, for a day.',
  rows: [
    {
      title: 'traits are user properties',
      calls: [identify({ plan: 'pro' })],
      sends: [users(user({ plan: 'pro' }))],
    },
    {
      title: 'the writes of one person are merged, the last value wins',
      calls: [identify({ plan: 'free', a: 1 }), identify({ plan: 'pro' })],
      sends: [users(user({ plan: 'pro', a: 1 }))],
    },
    {
      title: 'two people are two items of one call',
      calls: [identify({ a: 1 }), identify({ a: 2 }, { userId: 'bob' }), identify({ b: 3 })],
      sends: [users(user({ a: 1, b: 3 }), user({ a: 2 }, 'bob'))],
    },
    {
      title: 'people go before events',
      calls: [track({}), identify({ plan: 'pro' })],
      sends: [users(user({ plan: 'pro' })), events(event())],
    },
    {
      title: 'an identify call without traits makes the person known',
      calls: [identify()],
      sends: [users(user({}))],
    },
    {
      title: 'the second one says nothing new',
      before: [identify()],
      calls: [identify()],
      sends: [],
      ends: ['unchanged'],
    },
    {
      title: 'the same traits again say nothing new',
      before: [identify({ plan: 'pro', seats: 2 })],
      calls: [identify({ plan: 'pro', seats: 2 })],
      sends: [],
      ends: ['unchanged'],
    },
    {
      title: 'a part of what was sent says nothing new',
      before: [identify({ plan: 'pro', seats: 2 })],
      calls: [identify({ seats: 2 })],
      sends: [],
      ends: ['unchanged'],
    },
    {
      title: 'a new value is sent with all of its call',
      before: [identify({ plan: 'pro', seats: 2 })],
      calls: [identify({ plan: 'pro', seats: 3 })],
      sends: [users(user({ plan: 'pro', seats: 3 }))],
    },
    {
      title: 'back to the old value is a change',
      before: [identify({ plan: 'pro' }), identify({ plan: 'free' })],
      calls: [identify({ plan: 'pro' })],
      sends: [users(user({ plan: 'pro' }))],
    },
    {
      title: 'the number 1 and the text 1 are two values',
      before: [identify({ a: 1 })],
      calls: [identify({ a: '1' })],
      sends: [users(user({ a: '1' }))],
    },
    {
      title: 'the same traits of another person are new',
      before: [identify({ plan: 'pro' })],
      calls: [identify({ plan: 'pro' }, { userId: 'bob' })],
      sends: [users(user({ plan: 'pro' }, 'bob'))],
    },
    {
      title: 'a write of more than 64 properties is always sent',
      before: [identify(Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`p${n}`, n])))],
      calls: [identify({ p1: 1 })],
      sends: [users(user({ p1: 1 }))],
    },
    {
      title: 'null changes nothing: Heap cannot unset a property',
      calls: [identify({ plan: null, a: 1 })],
      sends: [users(user({ a: 1 }))],
    },
  ],
}

export const groups: Chapter = {
  title: 'Set Account Properties',
  text: 'Off until it is switched on. A group call writes the account, and puts its id on the person.',
  rows: [
    {
      ...GROUPS,
      title: 'the account goes on the person, then its properties',
      calls: [group({ seats: 5 })],
      sends: [users(user({ account_id: 'acme' })), accounts(account({ seats: 5 }))],
    },
    {
      ...GROUPS,
      title: 'the writes of one account are merged',
      calls: [group({ seats: 5, plan: 'pro' }), group({ seats: 6 }, { userId: 'bob' })],
      sends: [
        users(user({ account_id: 'acme' }), user({ account_id: 'acme' }, 'bob')),
        accounts(account({ seats: 6, plan: 'pro' })),
      ],
    },
    {
      ...GROUPS,
      title: 'an account without traits is put on the person only',
      calls: [group()],
      sends: [users(user({ account_id: 'acme' }))],
    },
    {
      ...GROUPS,
      title: 'of a visitor only the account is written',
      calls: [visit({ type: 'group', groupId: 'acme', traits: { seats: 5 } })],
      sends: [accounts(account({ seats: 5 }))],
    },
    {
      ...GROUPS,
      title: 'a person who is nobody: the account is written, and the rest told',
      calls: [group({ seats: 5 }, { userId: 'null' })],
      sends: [accounts(account({ seats: 5 }))],
      told: [
        'user properties were left out. The identity is one of the never identities: Heap would merge everybody who has it into one person, for ever.',
      ],
    },
    {
      ...GROUPS,
      title: 'the same again says nothing new',
      before: [group({ seats: 5 })],
      calls: [group({ seats: 5 })],
      sends: [],
      ends: ['unchanged'],
    },
    {
      ...GROUPS,
      title: 'a user property of another name, as set in Heap',
      mapping: { setAccountProperties: { userProperty: 'Company' } },
      calls: [group()],
      sends: [users(user({ Company: 'acme' }))],
    },
    {
      ...GROUPS,
      title: 'no user property',
      mapping: { setAccountProperties: { userProperty: '' } },
      calls: [group({ seats: 5 })],
      sends: [accounts(account({ seats: 5 }))],
    },
    {
      ...GROUPS,
      title: 'identify and group calls of one person are one write',
      calls: [identify({ plan: 'pro' }), group()],
      sends: [users(user({ plan: 'pro', account_id: 'acme' }))],
    },
    {
      ...GROUPS,
      title: '`id` is a name like any other for an account',
      calls: [group({ id: 7, list: [1] }, { userId: null, anonymousId: 'visitor-1' })],
      sends: [accounts(account({ id: 7, list: '[1]' }))],
    },
    {
      ...GROUPS,
      title: 'a blank account',
      calls: [group({ seats: 5 }, { groupId: ' ' })],
      sends: [],
      ends: ['VALUES_INVALID: accountId is blank'],
    },
    {
      ...GROUPS,
      title: 'everything in one batch: links, people, accounts, events',
      calls: [track({}), group({ seats: 5 }), identify({ plan: 'pro' }, { anonymousId: 'visitor-1' })],
      sends: [
        link(VISITOR_1),
        users(user({ account_id: 'acme', plan: 'pro' })),
        accounts(account({ seats: 5 })),
        events(event()),
      ],
    },
  ],
}

export const deletions: Chapter = {
  title: 'Delete User',
  text: 'Off until it is switched on; needs the setting *API key for deletions*. A token, the request, and its status until it is complete; what follows the token is in the test of the deletions.',
  rows: [
    {
      title: 'without an API key',
      actions: ['deleteUser'],
      mapping: {},
      calls: [track({}, { event: 'User Deleted' })],
      sends: [events(event({}, { event: 'User Deleted' }))],
      ends: ['HEAP_API_KEY_MISSING: Deleting needs the setting "API key for deletions".'],
    },
    {
      title: 'nobody is never deleted',
      actions: ['deleteUser'],
      settings: { apiKey: 'k' },
      calls: [track({}, { event: 'User Deleted', userId: 'null' })],
      sends: [],
      ends: Array.from(
        { length: 2 },
        () =>
          'HEAP_IDENTITY_NEVER: The identity is one of the never identities: Heap would merge everybody who has it into one person, for ever.',
      ),
    },
    {
      title: 'with one, a token is asked for after everything else of the batch',
      actions: ['deleteUser'],
      settings: { apiKey: 'k' },
      calls: [track({}, { event: 'User Deleted' })],
      sends: [events(event({}, { event: 'User Deleted' })), { to: '/api/public/v0/auth_token', items: [] }],
    },
  ],
}

export const partner: Chapter = {
  title: 'Partner endpoint (experimental)',
  text: 'The setting *Anonymous events: Partner endpoint*. An address that Heap has for its partners and does not document: everything is text, and what it does with several ids at once is not known.',
  rows: [
    {
      ...PARTNER,
      title: 'somebody anonymous goes under the anonymous id',
      calls: [visit()],
      sends: [partnerEvents({ event: 'Viewed', user_identifier: { anonymous_id: 'visitor-1' } })],
    },
    {
      ...PARTNER,
      title: 'both ids go together, which is how it links them',
      calls: [track({}, { anonymousId: 'visitor-1' })],
      sends: [partnerEvents({ user_identifier: { identity: 'ada', anonymous_id: 'visitor-1' } })],
    },
    {
      ...PARTNER,
      title: 'every value is text',
      calls: [track({ a: 1, b: true, c: [1] })],
      sends: [
        partnerEvents({
          user_identifier: { identity: 'ada' },
          custom_properties: { a: '1', b: 'true', c: '[1]' },
        }),
      ],
    },
    {
      ...PARTNER,
      title: 'a session id is not taken',
      calls: [track({}, { context: { heap: { userId: '42', sessionId: '7' } } })],
      sends: [partnerEvents({ user_identifier: { user_id: '42', identity: 'ada' } })],
      told: ['`session_id` left out: the partner endpoint takes none'],
    },
    {
      ...PARTNER,
      title: 'user properties, without a link',
      calls: [identify({ seats: 2 }, { anonymousId: 'visitor-1' })],
      sends: [
        {
          to: '/api/integrations/add_user_properties',
          items: [{ user_identifier: { identity: 'ada' }, custom_properties: { seats: '2' } }],
        },
      ],
    },
    {
      ...PARTNER,
      title: 'an anonymous id that is nobody is left out beside an identity',
      calls: [track({}, { anonymousId: 'null' })],
      sends: [partnerEvents({ user_identifier: { identity: 'ada' } })],
    },
    {
      ...PARTNER,
      title: 'and alone it is held',
      calls: [visit({ anonymousId: 'null' })],
      sends: [],
      ends: [
        'HEAP_IDENTITY_NEVER: The anonymous id is one of the never identities: Heap would merge everybody who has it into one person, for ever.',
      ],
    },
    {
      ...PARTNER,
      title: 'nobody is nobody here too',
      calls: [track({}, { userId: 'null', anonymousId: 'visitor-1' })],
      sends: [],
      ends: [
        'HEAP_IDENTITY_NEVER: The identity is one of the never identities: Heap would merge everybody who has it into one person, for ever.',
      ],
    },
  ],
}
