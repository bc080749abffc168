import {
  type Chapter,
  event,
  events,
  identify,
  link,
  track,
  user,
  users,
  VISITOR_1,
  VISITOR_2,
  visit,
  visited,
} from './example.ts'

const AS_IDENTITY = { anonymousEvents: 'As identity' }
const HOLD = { anonymousEvents: 'Hold' }
const HEAP = { heap: { userId: '42', sessionId: '7' } }
const NEVER_TEXT =
  'is one of the never identities: Heap would merge everybody who has it into one person, for ever.'
const never = (userId: string | number, title: string) => ({
  title,
  calls: [track({}, { userId })],
  sends: [],
  ends: [`HEAP_IDENTITY_NEVER: The identity ${NEVER_TEXT}`],
})

export const identity: Chapter = {
  title: 'Who did it',
  text: "An event goes under Heap's own id when it carries one, else under the identity, else as the setting *Anonymous events* says.",
  rows: [
    { title: 'a user id is the identity', calls: [track({})], sends: [events(event())] },
    {
      title: 'a user id that is a number is its text',
      calls: [track({}, { userId: 7 })],
      sends: [events(event({}, { identity: '7' }))],
    },
    {
      title: 'upper and lower case stay, as Heap tells them apart',
      calls: [track({}, { userId: 'Ada' })],
      sends: [events(event({}, { identity: 'Ada' }))],
    },
    {
      title: 'the identity wins over the anonymous id',
      calls: [track({}, { anonymousId: 'visitor-1' })],
      sends: [events(event())],
    },
    {
      title: 'somebody anonymous has a numeric user id and no identity',
      calls: [visit()],
      sends: [events(visited())],
    },
    {
      title: 'the same visitor has the same user id, another one another',
      calls: [visit(), visit(), visit({ anonymousId: 'visitor-2' })],
      sends: [events(visited(), visited(), visited(VISITOR_2))],
    },
    {
      title: 'a mail address is no identity unless the mapping says so',
      calls: [visit({ properties: { email: 'ada@example.com' } })],
      sends: [events(visited(VISITOR_1, { properties: { email: 'ada@example.com' } }))],
    },
    {
      title: 'a mail address as identity, by the mapping',
      mapping: { trackEvent: { identity: { '@path': '$.properties.email' } } },
      calls: [visit({ properties: { email: 'ada@example.com' } })],
      sends: [
        events({ identity: 'ada@example.com', event: 'Viewed', properties: { email: 'ada@example.com' } }),
      ],
    },
    {
      title: 'an empty user id is none',
      calls: [visit({ userId: '' })],
      sends: [events(visited())],
    },
    {
      title: 'As identity: the anonymous id becomes the identity',
      settings: AS_IDENTITY,
      calls: [visit()],
      sends: [events({ identity: 'visitor-1', event: 'Viewed', properties: {} })],
    },
    {
      title: 'As identity: a user id is still the identity',
      settings: AS_IDENTITY,
      calls: [track({}, { anonymousId: 'visitor-1' })],
      sends: [events(event())],
    },
    {
      title: 'As identity: a visitor has user properties too',
      settings: AS_IDENTITY,
      calls: [visit({ type: 'identify', traits: { plan: 'free' } })],
      sends: [users(user({ plan: 'free' }, 'visitor-1'))],
    },
    {
      title: 'As identity: nothing is linked, as Heap merges no two identities',
      settings: AS_IDENTITY,
      calls: [identify({ plan: 'pro' }, { anonymousId: 'visitor-1' })],
      sends: [users(user({ plan: 'pro' }))],
    },
    {
      title: 'Hold: an anonymous event is kept as a dead letter',
      settings: HOLD,
      calls: [visit(), track({})],
      sends: [events(event())],
      ends: [
        'HEAP_IDENTITY_MISSING: It has no user id, and the setting "Anonymous events" says to hold such events.',
      ],
    },
    {
      title: "Hold: an event with Heap's own id is sent",
      settings: HOLD,
      calls: [visit({ context: HEAP })],
      sends: [events(visited('42', { session_id: '7' }))],
    },
    {
      title: "a browser session: Heap's own ids in the context are used",
      calls: [visit({ context: HEAP })],
      sends: [events(visited('42', { session_id: '7' }))],
    },
    {
      title: "Heap's own ids in integrations are used",
      calls: [visit({ integrations: { Heap: { userId: '42', sessionId: '7' } } })],
      sends: [events(visited('42', { session_id: '7' }))],
    },
    {
      title: 'integrations that only switch Heap on carry no ids',
      calls: [visit({ integrations: { Heap: true } })],
      sends: [events(visited())],
    },
    {
      title: "Heap's own id wins over the identity: it is the very session",
      calls: [track({}, { context: HEAP })],
      sends: [events({ user_id: '42', session_id: '7', event: 'Bought', properties: {} })],
    },
    {
      title: 'a session id without a user id of Heap goes along',
      calls: [track({}, { context: { heap: { sessionId: '7' } } })],
      sends: [events(event({}, { session_id: '7' }))],
    },
    {
      title: 'the highest number that Heap has as a user id',
      calls: [visit({ context: { heap: { userId: '9007199254740991' } } })],
      sends: [events(visited('9007199254740991'))],
    },
    {
      title: 'a number past it is none',
      calls: [visit({ context: { heap: { userId: '9007199254740992' } } })],
      sends: [events(visited())],
      told: ["the event's Heap user id was left out: it is none"],
    },
    {
      title: 'letters are no user id of Heap',
      calls: [track({}, { context: { heap: { userId: 'abc' } } })],
      sends: [events(event())],
      told: ["the event's Heap user id was left out: it is none"],
    },
    {
      title: 'nobody at all',
      mapping: { trackEvent: { identity: { '@path': '$.nowhere' }, anonymousId: { '@path': '$.nowhere' } } },
      calls: [track({})],
      sends: [],
      ends: ['HEAP_IDENTITY_MISSING: It has no user id, no anonymous id and no id of Heap.'],
    },
  ],
}

export const guards: Chapter = {
  title: 'Ids that are nobody',
  text: 'Heap merges everybody with the same identity into one person and cannot undo it. The list is the setting *Never identities*.',
  rows: [
    never('null', 'the text null'),
    never('undefined', 'the text undefined'),
    never(0, 'the number 0, which some send for a failed log-in'),
    never(-1, 'the number -1'),
    never('NaN', 'whatever the case: NaN'),
    never(' Guest ', 'whatever the spaces around it: Guest'),
    never('anonymous', 'anonymous'),
    never('[object Object]', 'an object that somebody turned into text'),
    never('00000000-0000-0000-0000-000000000000', 'the UUID of nothing'),
    {
      title: 'a blank identity',
      calls: [track({}, { userId: '  ' })],
      sends: [],
      ends: ['HEAP_IDENTITY_NEVER: The identity is blank.'],
    },
    {
      title: 'an identity of 255 characters is the longest',
      calls: [track({}, { userId: 'x'.repeat(255) })],
      sends: [events(event({}, { identity: 'x'.repeat(255) }))],
    },
    {
      title: 'an identity over 255 characters',
      mapping: { trackEvent: { identity: { '@path': '$.properties.id' } } },
      calls: [track({ id: 'x'.repeat(256) })],
      sends: [],
      ends: ['HEAP_IDENTITY_NEVER: The identity has 256 characters, and Heap takes at most 255.'],
    },
    {
      title: 'an anonymous id that is nobody would merge all visitors, so it is held too',
      calls: [visit({ anonymousId: 'undefined' })],
      sends: [],
      ends: [`HEAP_IDENTITY_NEVER: The anonymous id ${NEVER_TEXT}`],
    },
    {
      title: 'with an identity, such an anonymous id does no harm, and is not linked',
      calls: [identify({ plan: 'pro' }, { anonymousId: 'undefined' })],
      sends: [users(user({ plan: 'pro' }))],
    },
    {
      title: 'user properties of nobody',
      calls: [identify({ plan: 'pro' }, { userId: 'null' })],
      sends: [],
      ends: [`HEAP_IDENTITY_NEVER: The identity ${NEVER_TEXT}`],
    },
    {
      title: 'a list of your own, by comma or line, replaces the one that it comes with',
      settings: { neverIdentities: 'Nobody,\nTest Account' },
      calls: [track({}, { userId: 'test account' }), track({}, { userId: '0' })],
      sends: [events(event({}, { identity: '0' }))],
      ends: [`HEAP_IDENTITY_NEVER: The identity ${NEVER_TEXT}`],
    },
    {
      title: 'a part of a word is somebody',
      calls: [track({}, { userId: 'guest-17' })],
      sends: [events(event({}, { identity: 'guest-17' }))],
    },
  ],
}

export const links: Chapter = {
  title: 'A visitor becomes a person',
  text: 'When a call tells who a visitor was, `POST /api/v1/identify` gives what the visitor did to the person: once for each pair. Heap answers 200 to a link that it drops, so such links are not sent, and are shown.',
  rows: [
    {
      title: 'an identify call with both ids links them, then sets the properties',
      calls: [identify({ plan: 'pro' }, { anonymousId: 'visitor-1' })],
      sends: [link(VISITOR_1), users(user({ plan: 'pro' }))],
    },
    {
      title: 'links go before everything else of the batch',
      calls: [visit(), track({}), identify({ plan: 'pro' }, { anonymousId: 'visitor-1' })],
      sends: [link(VISITOR_1), users(user({ plan: 'pro' })), events(visited(), event())],
    },
    {
      title: 'the same pair twice in a batch is one link',
      calls: [
        identify({ a: 1 }, { anonymousId: 'visitor-1' }),
        identify({ b: 2 }, { anonymousId: 'visitor-1' }),
      ],
      sends: [link(VISITOR_1), users(user({ a: 1, b: 2 }))],
    },
    {
      title: 'a pair that was linked is not linked again',
      before: [identify({ plan: 'free' }, { anonymousId: 'visitor-1' })],
      calls: [identify({ plan: 'pro' }, { anonymousId: 'visitor-1' })],
      sends: [users(user({ plan: 'pro' }))],
    },
    {
      title: 'a second visitor of the same person is linked',
      before: [identify({ plan: 'pro' }, { anonymousId: 'visitor-1' })],
      calls: [identify({ plan: 'pro' }, { anonymousId: 'visitor-2' })],
      sends: [link(VISITOR_2)],
    },
    {
      title: "a second person on the same device keeps their properties; the first keeps the visitor's past",
      before: [identify({}, { anonymousId: 'visitor-1' })],
      calls: [identify({ plan: 'pro' }, { userId: 'bob', anonymousId: 'visitor-1' })],
      sends: [users(user({ plan: 'pro' }, 'bob'))],
      told: [
        'Not linked: this visitor belongs to another identity already, and Heap keeps only the first. Two people on one device, most often.',
      ],
    },
    {
      title: 'an eleventh visitor of one person in a month is not linked',
      before: Array.from({ length: 10 }, (_, n) => identify({}, { anonymousId: `device-${n}` })),
      calls: [identify({ plan: 'pro' }, { anonymousId: 'visitor-1' })],
      sends: [users(user({ plan: 'pro' }))],
      told: ['Not linked: the identity has got 10 visitors this month, and Heap drops more.'],
    },
    {
      title: "Heap's own id and the anonymous id are both linked",
      calls: [identify({}, { anonymousId: 'visitor-1', context: HEAP })],
      sends: [link('42'), link(VISITOR_1), users(user({}))],
    },
    {
      title: 'an identify call of somebody anonymous cannot set properties',
      calls: [visit({ type: 'identify', traits: { plan: 'free' } })],
      sends: [],
      ends: [
        'HEAP_IDENTITY_MISSING: It has no user id, and Heap takes user properties only for somebody with an identity.',
      ],
    },
    {
      title: 'an alias call links (Merge Users)',
      actions: ['mergeUsers'],
      calls: [{ type: 'alias', userId: 'ada', previousId: 'visitor-1' }],
      sends: [link(VISITOR_1)],
    },
    {
      title: 'an alias call for a pair that an identify call linked says nothing new',
      actions: ['mergeUsers'],
      before: [identify({}, { anonymousId: 'visitor-1' })],
      calls: [{ type: 'alias', userId: 'ada', previousId: 'visitor-1' }],
      sends: [],
      ends: ['unchanged'],
    },
    {
      title: 'an alias call that Heap would drop is a dead letter',
      actions: ['mergeUsers'],
      before: [identify({}, { userId: 'bob', anonymousId: 'visitor-1' })],
      calls: [{ type: 'alias', userId: 'ada', previousId: 'visitor-1' }],
      sends: [],
      ends: [
        'HEAP_LINK_DROPPED: Not linked: this visitor belongs to another identity already, and Heap keeps only the first. Two people on one device, most often.',
      ],
    },
    {
      title: 'an alias call whose previous id is nobody',
      actions: ['mergeUsers'],
      calls: [{ type: 'alias', userId: 'ada', previousId: 'null' }],
      sends: [],
      ends: [`HEAP_IDENTITY_NEVER: The previous id ${NEVER_TEXT}`],
    },
    {
      title: 'As identity: an alias call cannot merge two identities',
      settings: AS_IDENTITY,
      actions: ['mergeUsers'],
      calls: [{ type: 'alias', userId: 'ada', previousId: 'visitor-1' }],
      sends: [],
      ends: ['HEAP_LINK_DROPPED: Not linked: it names no visitor whose events Heap could have.'],
    },
    {
      title: 'alias calls are discarded as long as Merge Users is off',
      calls: [{ type: 'alias', userId: 'ada', previousId: 'visitor-1' }],
      sends: [],
    },
  ],
}
