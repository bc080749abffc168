import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import fc from 'fast-check'
import type { Address, Entry } from '../../core/event.ts'
import { addressText } from '../../core/event.ts'
import { readEnvelopes } from '../log/envelope.ts'
import { type EventFilter, entryAt, findEvents, matcher, SEARCH_MS_MAX } from './find.ts'
import { type LookupWorld, lookupWorld, NOON_MS } from './testing.ts'

const MINUTE_MS = 60_000

describe('finding entries', () => {
  let world: LookupWorld
  beforeEach(() => {
    world = lookupWorld()
  })
  afterEach(() => world.close())

  const found = async (filter: EventFilter, count_max = 100, before?: Address) => {
    const { envelopes } = await findEvents(world.deps, filter, { count_max, ...(before && { before }) })
    return envelopes.map((one) => (one.kind === 'event' ? one.event.messageId : one.kind))
  }
  const refused = (messageId: string): Entry => ({
    ...{ kind: 'refused', sourceId: 'website', receivedAt: new Date(NOON_MS).toISOString() },
    refusal: { code: 'EVENT_FIELD_MISSING', reason: '', text: '{}', messageId, type: 'page' },
  })
  const duplicate = (messageId: string): Entry => ({
    ...{ kind: 'duplicate', sourceId: 'website', receivedAt: new Date(NOON_MS).toISOString() },
    messageId,
  })

  /** Five entries, over three chunks. */
  async function fill(): Promise<void> {
    const { event, append, clock } = world
    await append([event({ messageId: 'a' }), event({ messageId: 'b', userId: 'bob', anonymousId: 'anon' })])
    clock.now_ms += MINUTE_MS
    await append([event({ messageId: 'c', type: 'page', name: 'Home' }, 'backend')], 'q')
    clock.now_ms += MINUTE_MS
    await append([event({ messageId: 'd', event: 'Bought', userId: 'anon' }), event({ messageId: 'e' })])
  }

  const rows: readonly [title: string, filter: EventFilter, ids: readonly string[]][] = [
    ['everything, newest first', {}, ['e', 'd', 'c', 'b', 'a']],
    ['a messageId', { messageId: 'c' }, ['c']],
    ['a userId', { person: 'bob' }, ['b']],
    ['an id, whether as userId or as anonymousId', { person: 'anon' }, ['d', 'b']],
    ['a track call by its event', { name: 'Bought' }, ['d']],
    ['a page by its name', { name: 'Home' }, ['c']],
    ['a type', { type: 'page' }, ['c']],
    ['a source', { sourceId: 'website' }, ['e', 'd', 'b', 'a']],
    ['several things at once', { sourceId: 'website', person: 'ada', name: 'Seen' }, ['e', 'a']],
    ['nothing, where each is there but not together', { sourceId: 'backend', name: 'Seen' }, []],
    ['what came in at or after a time', { from_ms: NOON_MS + MINUTE_MS }, ['e', 'd', 'c']],
    ['what came in before a time', { to_ms: NOON_MS + MINUTE_MS }, ['b', 'a']],
    [
      'a person within a time',
      { person: 'ada', from_ms: NOON_MS + 1, to_ms: NOON_MS + 2 * MINUTE_MS },
      ['c'],
    ],
    ['nothing that is not there', { messageId: 'z' }, []],
    ['no part of a name', { name: 'Bou' }, []],
  ]
  for (const isIndexed of [true, false]) {
    for (const [title, filter, ids] of rows) {
      test(`${isIndexed ? 'indexed' : 'not indexed yet'}: ${title}`, async () => {
        await fill()
        if (isIndexed) await world.indexAll()
        assert.deepEqual(await found(filter), ids)
      })
    }
  }

  test('refusals and duplicates are found by their kind, type and messageId', async () => {
    await world.append([world.event({ messageId: 'x' }), refused('x'), duplicate('x')])
    await world.indexAll()
    assert.deepEqual(await found({ kind: 'refused' }), ['refused'])
    assert.deepEqual(await found({ kind: 'duplicate' }), ['duplicate'])
    assert.deepEqual(await found({ type: 'page' }), ['refused'])
    assert.deepEqual(await found({ messageId: 'x' }), ['duplicate', 'refused', 'x'])
    assert.deepEqual(await found({ kind: 'event', messageId: 'x' }), ['x'])
  })

  test('ids with quotes, spaces and other scripts are found', async () => {
    const ids = ['"quoted"', 'back\\slash', 'é 你好', ' ', '<b>']
    await world.append(ids.map((userId) => world.event({ userId, messageId: `m${userId}` })))
    await world.indexAll()
    for (const id of ids) assert.deepEqual(await found({ person: id }), [`m${id}`])
  })

  test('a search that takes too long stops, says how far it came, and goes on from there', async () => {
    await fill()
    const deps = { ...world.deps, clock_ms: () => (world.clock.clock_ms += SEARCH_MS_MAX / 2 + 1) }
    const ids: string[] = []
    let pages = 0
    for (let before: Address | undefined; ; pages++) {
      const page = await findEvents(deps, { type: 'track' }, { count_max: 10, ...(before && { before }) })
      ids.push(...page.envelopes.map((one) => (one.kind === 'event' ? one.event.messageId : '')))
      assert.equal(page.next === undefined, page.searchedTo_ms === undefined)
      if (page.next === undefined) break
      before = page.next
    }
    assert.deepEqual(ids, ['e', 'd', 'b', 'a'])
    assert.ok(pages >= 2, `${pages}`)
  })

  test('one entry by its address, and nothing in its place', async () => {
    await fill()
    const [at] = await world.append([world.event({ messageId: 'x' })])
    const address = at as Address
    assert.equal((await entryAt(world.log, address))?.kind, 'event')
    for (const wrong of [{ index: 1 }, { chunk: address.chunk + 1 }, { lane: 1 - address.lane }]) {
      assert.equal(await entryAt(world.log, { ...address, ...wrong }), undefined)
    }
  })

  test('whatever was sent, the index finds what reading everything finds, page by page, also while more comes in', async () => {
    const names = fc.constantFrom('ada', 'bob', 'eve')
    const entry = fc.record({ userId: names, event: names, source: names, key: fc.constantFrom('p', 'q') })
    const steps = fc.array(
      fc.oneof(
        fc.array(entry, { minLength: 1, maxLength: 4 }).map((entries) => ({ entries })),
        fc.constant('index' as const),
      ),
      { maxLength: 30 },
    )
    const filters = fc.record(
      { person: names, name: names, sourceId: names, type: fc.constantFrom('track', 'page') },
      { requiredKeys: [] },
    )
    await fc.assert(
      fc.asyncProperty(steps, filters, fc.integer({ min: 1, max: 5 }), async (given, filter, count_max) => {
        const here = lookupWorld()
        try {
          for (const step of given) {
            if (step === 'index') await here.indexAll()
            else {
              const { entries } = step
              await here.append(
                entries.map(({ userId, event, source }) => here.event({ userId, event }, source)),
                entries[0]?.key,
              )
            }
          }
          const fits = matcher(filter as EventFilter)
          const all = (await here.log.newest(1_000)).flatMap((chunk) => readEnvelopes(chunk).toReversed())
          const expected = all.filter(fits).map(({ address }) => addressText(address))
          const ids: string[] = []
          for (let before: Address | undefined; ; ) {
            const page = { count_max, ...(before && { before }) }
            const { envelopes, next } = await findEvents(here.deps, filter as EventFilter, page)
            ids.push(...envelopes.map(({ address }) => addressText(address)))
            await here.append([here.event({ userId: 'ada' }, 'bob')])
            await here.indexAll()
            if (next === undefined) break
            before = next
          }
          assert.deepEqual(ids, expected)
        } finally {
          here.close()
        }
      }),
      { numRuns: 40 },
    )
  })
})
