import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { Address } from '../../core/event.ts'
import { laneOf } from '../../core/identity.ts'
import { copyFinder } from './copy-finder.ts'
import { eventDetail } from './events.ts'
import { type EventFilter, findEvents } from './find.ts'
import { type LookupWorld, lookupWorld } from './testing.ts'

const HOUR_MS = 3_600_000
const WINDOW_MS = 24 * HOUR_MS
const OTHER_LANE = ['q', 'r', 's', 't'].find((key) => laneOf(key, 2) !== laneOf('p', 2)) ?? ''

describe('copies that two processes took', () => {
  let world: LookupWorld
  let deps: LookupWorld['deps'] & { readonly shownAs: ReturnType<typeof copyFinder> }
  beforeEach(() => {
    world = lookupWorld()
    deps = { ...world.deps, shownAs: copyFinder({ ...world.deps, window_ms: WINDOW_MS }) }
  })
  afterEach(() => world.close())

  const found = async (filter: EventFilter = {}) => {
    const { envelopes } = await findEvents(deps, filter, { count_max: 100 })
    return envelopes.map(({ kind }) => kind)
  }
  /** Each in a chunk of its own. */
  async function write(id: string, { sourceId = 'website', key = 'p' } = {}): Promise<Address> {
    const [address] = await world.append([world.event({ messageId: id }, sourceId)], key)
    return address as Address
  }

  test('the second one is a duplicate in lists and where it is looked at, and is not found as an event', async () => {
    await write('a')
    world.clock.now_ms += HOUR_MS
    const second = await write('a')
    await write('b')
    await world.indexAll()
    assert.deepEqual(await found(), ['event', 'duplicate', 'event'])
    assert.deepEqual(await found({ kind: 'event' }), ['event', 'event'])
    assert.deepEqual(await found({ person: 'ada' }), ['event', 'event'])
    assert.deepEqual(await found({ messageId: 'a' }), ['duplicate', 'event'])
    const { entry, destinations } = await eventDetail(deps, second, [])
    assert.deepEqual([entry.kind, destinations], ['duplicate', []])
  })

  const OWN: readonly [title: string, again: () => Promise<unknown>][] = [
    ['of another source', () => write('a', { sourceId: 'backend' })],
    ['of another lane', () => write('a', { key: OTHER_LANE })],
    [
      'that comes after the window',
      async () => {
        world.clock.now_ms += WINDOW_MS + HOUR_MS
        await write('a')
      },
    ],
  ]
  for (const [title, again] of OWN) {
    test(`the same id ${title} is an event of its own`, async () => {
      await write('a')
      await again()
      await world.indexAll()
      assert.deepEqual(await found(), ['event', 'event'])
    })
  }
})
