import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { JsonObject } from '../../core/event.ts'
import { deliveriesOf, instanceWith } from '../testing.ts'
import { group, identify, track, VISITOR_1, visit } from './examples/example.ts'
import { heap } from './index.ts'
import { heapUnderTest, itemsOf } from './testing.ts'

const ITEMS = { trackEvent: { items: { '@path': '$.properties.items' } } }
const ALL = ['setAccountProperties', 'mergeUsers']
const instance = (settings: JsonObject = {}) =>
  instanceWith(heap, { settings: { appId: '11', ...settings }, actions: ALL, mapping: ITEMS })

function used(call: JsonObject, settings: JsonObject = {}) {
  const of = instance(settings)
  const [delivery] = deliveriesOf(of, [call])
  assert.ok(delivery !== undefined)
  const uses = heap.uses?.(delivery, of.settings as never) ?? []
  return {
    subject: heap.subject?.(delivery, of.settings as never),
    uses: uses.map(
      ({ budget, units, isShared }) => `${units} ${budget}${isShared === true ? ' shared' : ''}`,
    ),
  }
}

describe('What a call uses of the limits of Heap', () => {
  const traits = { context: { traits: { plan: 'pro' } } }
  const rows: readonly {
    title: string
    call: JsonObject
    settings?: JsonObject
    subject?: string
    uses: string[]
  }[] = [
    { title: 'an event', call: track({}), subject: 'i:ada', uses: ['1 events', '1 eventsOfPerson'] },
    {
      title: 'an event with three items',
      call: track({ items: [1, 2, 3] }),
      subject: 'i:ada',
      uses: ['4 events', '4 eventsOfPerson'],
    },
    {
      title: 'an anonymous event',
      call: visit(),
      subject: `u:${VISITOR_1}`,
      uses: ['1 events', '1 eventsOfPerson'],
    },
    {
      title: 'an anonymous event as identity',
      call: visit(),
      settings: { anonymousEvents: 'As identity' },
      subject: 'i:visitor-1',
      uses: ['1 events', '1 eventsOfPerson'],
    },
    {
      title: 'an anonymous event for the partner endpoint',
      call: visit(),
      settings: { anonymousEvents: 'Partner endpoint' },
      subject: 'a:visitor-1',
      uses: ['1 events', '1 eventsOfPerson'],
    },
    { title: 'an event that is held', call: visit(), settings: { anonymousEvents: 'Hold' }, uses: [] },
    { title: 'an event of nobody', call: track({}, { userId: 'null' }), uses: [] },
    {
      title: 'an event whose traits are written',
      call: track({}, traits),
      settings: { profilesFromContextTraits: true },
      subject: 'i:ada',
      uses: ['1 events', '1 eventsOfPerson', '1 profilesOfPerson shared'],
    },
    { title: 'an identify call', call: identify({}), subject: 'i:ada', uses: ['1 profilesOfPerson shared'] },
    { title: 'a group call', call: group({}), subject: 'i:ada', uses: ['1 profilesOfPerson shared'] },
    { title: 'a group call of a visitor', call: visit({ type: 'group', groupId: 'acme' }), uses: [] },
    {
      title: 'an alias call',
      call: { type: 'alias', userId: 'ada', previousId: 'visitor-1' },
      subject: 'i:ada',
      uses: [],
    },
  ]
  for (const { title, call, settings, subject, uses } of rows) {
    test(title, () => assert.deepEqual(used(call, settings), { subject, uses }))
  }

  test('limits of another account, by the settings', () => {
    const settings = { eventsPerMinute: 60_000, eventsPerMinutePerPerson: 5_000 }
    const { events, eventsOfPerson } = heap.budgets?.(instance(settings).settings as never) ?? {}
    assert.deepEqual([events?.units_max, eventsOfPerson?.units_max], [60_000, 5_000])
  })
})

test('a limit of nothing, or less, is one a minute: else nothing would ever be sent', () => {
  const settings = { eventsPerMinute: 0, eventsPerMinutePerPerson: -5 }
  const { events, eventsOfPerson } = heap.budgets?.(instance(settings).settings as never) ?? {}
  assert.deepEqual([events?.units_max, eventsOfPerson?.units_max], [1, 1])
})

test('what a batch declares is what it sends', () => {
  const call = fc.oneof(
    fc.record({ items: fc.array(fc.integer(), { maxLength: 4 }) }).map((properties) => track(properties)),
    fc
      .constantFrom('ada', 'bob')
      .map((userId) => identify({ plan: 'pro' }, { userId, anonymousId: 'visitor-1' })),
    fc.constantFrom('ada', 'bob').map((userId) => group({ seats: 1 }, { userId })),
  )
  fc.assert(
    fc.property(fc.array(call, { maxLength: 20 }), (calls) => {
      const given = { mapping: ITEMS, actions: ALL }
      const { plan } = heapUnderTest(given)
      const items = plan(calls).flatMap((one) => ('request' in one ? [...itemsOf(one)] : []))
      const declared = calls.map((one) => used(one))
      const units = declared.flatMap(({ uses }) => uses.filter((use) => use.endsWith(' events')))
      const events = units.reduce((sum, use) => sum + Number.parseInt(use, 10), 0)
      const people = declared.filter(({ uses }) => uses.some((use) => use.endsWith('shared')))
      assert.equal(items.filter((item) => 'event' in item).length, events)
      assert.equal(
        items.filter((item) => 'identity' in item && !('event' in item) && 'properties' in item).length,
        new Set(people.map(({ subject }) => subject)).size,
      )
    }),
  )
})
