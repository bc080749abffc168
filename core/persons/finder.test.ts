import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { SpecEvent } from '../event.ts'
import { IDS_MAX, personFinder } from './finder.ts'
import { idsOfAsked, type PersonAsked } from './person.ts'

let last = 0
const event = (more: object): SpecEvent => {
  last += 1
  return { type: 'track', event: 'Viewed', messageId: `m${last}`, timestamp: '', ...more } as SpecEvent
}
const at = (anonymousId?: string, userId?: string, more: object = {}) =>
  event({ ...(anonymousId && { anonymousId }), ...(userId && { userId }), ...more })
const alias = (previousId: string, userId: string) => event({ type: 'alias', previousId, userId })
const email = (address: string) => ({ type: 'identify', traits: { email: address } })

type RowOf = {
  readonly title: string
  readonly events: readonly SpecEvent[]
  readonly asked: PersonAsked
  /** By their places in `events`. */
  readonly theirs: readonly number[]
  readonly shared?: readonly string[]
}
const ROWS: readonly RowOf[] = [
  {
    title: 'a userId leads to what its visitors did before',
    events: [at('phone'), at('phone', 'ada'), at('laptop', 'ada'), at('laptop'), at('tv')],
    asked: { userId: 'ada' },
    theirs: [0, 1, 2, 3],
  },
  {
    title: 'two people of one device stay two',
    events: [at('phone', 'ada'), at('phone', 'bob'), at('phone'), at('other', 'bob')],
    asked: { userId: 'ada' },
    theirs: [0, 2],
  },
  {
    title: 'a visitor leads to the one person who used it',
    events: [at('phone'), at('phone', 'ada'), at('laptop', 'ada'), at('laptop')],
    asked: { anonymousId: 'phone' },
    theirs: [0, 1, 2, 3],
  },
  {
    title: 'a visitor that several people used leads to none of them',
    events: [at('phone'), at('phone', 'ada'), at('phone', 'bob')],
    asked: { anonymousId: 'phone' },
    theirs: [0],
    shared: ['phone'],
  },
  {
    title: 'an alias joins a visitor to a person',
    events: [at('phone'), alias('phone', 'ada'), at(undefined, 'ada')],
    asked: { userId: 'ada' },
    theirs: [0, 1, 2],
  },
  {
    title: 'an alias of a userId leads to the next one, and from there back',
    events: [at(undefined, 'old'), alias('old', 'new'), at(undefined, 'new'), at(undefined, 'bob')],
    asked: { userId: 'old' },
    theirs: [0, 1, 2],
  },
  {
    title: 'the former userId of a person is theirs too',
    events: [at(undefined, 'old'), alias('old', 'new'), at(undefined, 'new')],
    asked: { userId: 'new' },
    theirs: [0, 1, 2],
  },
  {
    title: 'a device that was aliased to two people leads from neither to the other',
    events: [alias('phone', 'ada'), alias('phone', 'bob'), at(undefined, 'bob')],
    asked: { userId: 'ada' },
    theirs: [0],
  },
  {
    title: 'an address leads to everybody who says that it is theirs',
    events: [
      at('phone', 'ada', email('Ada@Example.com')),
      at('laptop', undefined, email('ada@example.com')),
      at('laptop', 'ada2'),
      at('x'),
    ],
    asked: { email: 'ADA@example.com' },
    theirs: [0, 1, 2],
  },
  {
    title: 'an address in the properties is somebody else’s, as in an invitation',
    events: [at('phone', 'bob', { properties: { email: 'ada@example.com' } })],
    asked: { email: 'ada@example.com' },
    theirs: [],
  },
]

describe('a person', () => {
  for (const { title, events, asked, theirs, shared = [] } of ROWS) {
    test(title, () => {
      const finder = personFinder(idsOfAsked(asked))
      do for (const one of events) finder.learn(one)
      while (finder.endRound())
      const found = events.flatMap((one, place) => (finder.isOf(one) ? [place] : []))
      assert.deepEqual(found, theirs)
      assert.deepEqual(finder.shared(), shared)
      const again = personFinder(finder.ids(), false)
      assert.deepEqual(
        events.flatMap((one, place) => (again.isOf(one) ? [place] : [])),
        theirs,
      )
    })
  }

  test('with more ids than a person has is told', () => {
    const finder = personFinder(idsOfAsked({ userId: 'null' }))
    for (let visitor = 0; visitor < IDS_MAX * 2; visitor++) finder.learn(at(`v${visitor}`, 'null'))
    assert.ok(finder.isFull())
    assert.ok(finder.ids().anonymousIds.length < IDS_MAX)
  })
})
