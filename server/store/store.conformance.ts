import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { Configuration, Instance, Source } from '../../core/configuration.ts'
import { type NewDeletion, NO_COUNTS, type Suppressed } from '../../core/persons/deletion.ts'
import { planFindingConformance } from './plan-findings.conformance.ts'
import { CONFIGURATION, EMPTY, instance, source, subscription } from './store.fixtures.ts'
import type { Store } from './store.ts'

export type Harness = {
  /** Opens the same store each time: for a durable one, the same file. */
  readonly open: () => Store | Promise<Store>
  readonly durable: boolean
  readonly remove: () => void | Promise<void>
}

/** What every store does. Each implementation's test file is one call to this. */
export function storeConformance(name: string, makeHarness: () => Harness): void {
  describe(`${name} is a store`, () => {
    let harness: Harness
    let store: Store

    beforeEach(async () => {
      harness = makeHarness()
      store = await harness.open()
    })
    afterEach(async () => {
      await store.close()
      await harness.remove()
    })

    test('is empty at first', async () => {
      assert.deepEqual(await store.read(), EMPTY)
    })

    test('gives back exactly what it was given: order, unicode, quotes, nested JSON, unusual keys', async () => {
      await store.apply(CONFIGURATION)
      assert.deepStrictEqual(await store.read(), CONFIGURATION)
    })

    test('applying the same again changes nothing', async () => {
      await store.apply(CONFIGURATION)
      assert.deepEqual(await store.apply(structuredClone(CONFIGURATION)), [])
      assert.deepStrictEqual(await store.read(), CONFIGURATION)
    })

    test('a number that JSON cannot keep apart (-0) is no change either', async () => {
      const configuration = { sources: [], instances: [instance('heap', { settings: { offset: -0 } })] }
      await store.apply(configuration)
      assert.deepEqual(await store.apply(configuration), [])
    })

    for (const { title, before, after, changes } of CHANGES) {
      test(`tells what changed: ${title}`, async () => {
        await store.apply(before)
        assert.deepEqual(await store.apply(after), changes)
        assert.deepStrictEqual(await store.read(), after)
      })
    }

    test('keeps deletions, newest first, and knows which are not at their end', async () => {
      const first = await store.addDeletion(DELETION)
      const second = await store.addDeletion({ ...DELETION, by: 'bob' })
      assert.ok(second.id > first.id)
      assert.deepEqual(await store.deletion(first.id), first)
      assert.equal(await store.deletion(999), undefined)
      const { ids: _, ...done } = { ...first, state: 'done', endedAt_ms: 9 } as const
      await store.saveDeletion(done)
      assert.deepEqual(await store.deletions({ count_max: 9 }), [second, done])
      assert.deepEqual(await store.deletions({ count_max: 9, before: second.id }), [done])
      assert.deepEqual(await store.deletions({ count_max: 1 }), [second])
      assert.deepEqual(await store.runningDeletions(), [second])
      assert.equal(await store.compact(), true)
    })

    test('keeps who is suppressed, each once, as they were first', async () => {
      const ada: Suppressed = { hash: 'h1', kind: 'userId', masked: 'ad…', by: 'eve', at_ms: 1 }
      await store.suppress([ada, { ...ada, hash: 'h2' }])
      await store.suppress([{ ...ada, by: 'somebody else' }])
      assert.deepEqual(await store.suppressed(), [ada, { ...ada, hash: 'h2' }])
      assert.equal(await store.unsuppress('h1'), true)
      assert.equal(await store.unsuppress('h1'), false)
      assert.deepEqual(await store.suppressed(), [{ ...ada, hash: 'h2' }])
    })

    planFindingConformance(() => store)

    for (const { title, configuration } of UNSTORABLE) {
      test(`keeps what it had when it is given ${title}`, async () => {
        await store.apply(CONFIGURATION)
        await assert.rejects(store.apply(configuration))
        assert.deepStrictEqual(await store.read(), CONFIGURATION)
        assert.deepEqual(await store.apply(EMPTY), [
          { what: 'source', id: 'website', change: 'deleted' },
          { what: 'source', id: 'backend', change: 'deleted' },
          { what: 'destination', id: 'heap', change: 'deleted' },
          { what: 'destination', id: 'archive', change: 'deleted' },
          { what: 'plan', id: 'shop', change: 'deleted' },
          { what: 'plan', id: 'empty', change: 'deleted' },
          { what: 'alerts', id: 'alerts', change: 'deleted' },
        ])
      })
    }

    test('does not say which write key is there twice: it would end in a log', async () => {
      const sources = [source('a', { writeKey: 'wk_private' }), source('b', { writeKey: 'wk_private' })]
      await assert.rejects(store.apply({ sources, instances: [] }), (error) => !/private/.test(String(error)))
    })

    test('cannot be changed by changing what was read or given', async () => {
      const given = { sources: [source('a')], instances: [] }
      await store.apply(given)
      given.sources.pop()
      const read = await store.read()
      ;(read.sources as Source[]).pop()
      assert.deepStrictEqual(await store.read(), { sources: [source('a')], instances: [] })
    })

    test('handles calls that come at once one after the other', async () => {
      const first = { sources: [source('a')], instances: [instance('heap', { sources: ['a'] })] }
      const second = { sources: [source('b')], instances: [instance('heap', { sources: ['b'] })] }
      const [, read, changes] = await Promise.all([store.apply(first), store.read(), store.apply(second)])
      assert.deepStrictEqual(read, first)
      assert.deepEqual(changes, [
        { what: 'source', id: 'b', change: 'created' },
        { what: 'source', id: 'a', change: 'deleted' },
        { what: 'destination', id: 'heap', change: 'updated' },
      ])
      assert.deepStrictEqual(await store.read(), second)
    })

    test('records each change with who made it, what it was and what it is, newest first', async () => {
      await store.apply({ sources: [a], instances: [] }, { by: 'ada', at_ms: 1_000.5 })
      const renamed = { ...a, name: 'Other' }
      await store.apply({ sources: [renamed], instances: [heap] }, { by: 'bob', at_ms: 2_000 })
      await store.apply(
        { sources: [renamed], instances: [heap] },
        { by: 'nobody changes anything', at_ms: 3_000 },
      )
      const [created, updated, first] = await store.changes({}, 10)
      assert.deepEqual(created, {
        ...{ number: created?.number, group: updated?.number, at_ms: 2_000, by: 'bob' },
        ...{ what: 'destination', id: 'heap' },
        ...{ change: 'created', before: undefined, after: heap },
      })
      assert.deepEqual(updated, {
        ...{
          number: updated?.number,
          group: updated?.number,
          at_ms: 2_000,
          by: 'bob',
          what: 'source',
          id: 'a',
        },
        ...{ change: 'updated', before: a, after: renamed },
      })
      assert.deepEqual([first?.by, first?.at_ms, first?.change], ['ada', 1_000.5, 'created'])
      const numbers = [created, updated, first].map((change) => change?.number ?? 0)
      assert.deepEqual(
        numbers,
        numbers.toSorted((one, other) => other - one),
      )
      assert.deepEqual(
        await store.revisions(),
        new Map([
          ['source:a', numbers[1]],
          ['destination:heap', numbers[0]],
        ]),
      )
    })

    test('finds changes by what they changed, by number, and page by page', async () => {
      await store.apply(before)
      await store.apply(withHeap({ name: 'Other' }))
      await store.apply({ sources: [a, { ...b, id: 'heap' }], instances: [heap] })
      const told = async (filter: Parameters<Store['changes']>[0], count_max = 10) =>
        (await store.changes(filter, count_max)).map(({ what, id, change }) => `${what} ${id} ${change}`)
      assert.deepEqual(await told({ what: 'destination', of: 'heap' }), [
        'destination heap updated',
        'destination heap updated',
        'destination heap created',
      ])
      const [newest] = await store.changes({ what: 'destination', of: 'heap' }, 1)
      assert.deepEqual(await told({ number: newest?.number ?? 0 }), ['destination heap updated'])
      assert.deepEqual(await told({ what: 'destination', of: 'heap', before: newest?.number ?? 0 }, 1), [
        'destination heap updated',
      ])
      assert.deepEqual(await told({ number: 999_999 }), [])
      const group = (await store.changes({}, 1))[0]?.group ?? 0
      assert.deepEqual(await told({ group }), [
        'destination heap updated',
        'source b deleted',
        'source heap created',
      ])
    })

    test('remembers what the server tells it, apart from the configuration', async () => {
      assert.equal(await store.kept('alerts'), undefined)
      await store.keep('alerts', { told: [1] })
      await store.keep('other', 'text')
      await store.keep('alerts', { told: [1, 2] })
      await store.apply(CONFIGURATION)
      assert.deepEqual(await store.kept('alerts'), { told: [1, 2] })
      assert.equal(await store.kept('other'), 'text')
      assert.deepStrictEqual(await store.read(), CONFIGURATION)
    })

    test('keeps everything over a restart', async (t) => {
      if (!harness.durable) return t.skip('forgets by design')
      await store.apply(CONFIGURATION)
      await store.close()
      store = await harness.open()
      assert.deepStrictEqual(await store.read(), CONFIGURATION)
      assert.deepEqual(await store.apply(CONFIGURATION), [])
    })

    test('opened twice, each sees what the other applied', async (t) => {
      if (!harness.durable) return t.skip('shares nothing by design')
      const other = await harness.open()
      await store.apply(CONFIGURATION)
      assert.deepStrictEqual(await other.read(), CONFIGURATION)
      await other.apply(EMPTY)
      assert.deepStrictEqual(await store.read(), EMPTY)
      await other.close()
    })
  })
}

const [a, b] = [source('a'), source('b')]
const heap = instance('heap', { sources: ['a'], subscriptions: [subscription('track-event')] })
const before: Configuration = { sources: [a, b], instances: [heap] }
const withHeap = (changed: Partial<Instance>) => ({ ...before, instances: [{ ...heap, ...changed }] })
const heapUpdated = [{ what: 'destination', id: 'heap', change: 'updated' }]

const CHANGES = [
  {
    title: 'created',
    before: EMPTY,
    after: before,
    changes: [
      { what: 'source', id: 'a', change: 'created' },
      { what: 'source', id: 'b', change: 'created' },
      { what: 'destination', id: 'heap', change: 'created' },
    ],
  },
  {
    title: 'a source renamed',
    before,
    after: { ...before, sources: [a, { ...b, name: 'Other' }] },
    changes: [{ what: 'source', id: 'b', change: 'updated' }],
  },
  {
    title: 'a source deleted, another in its place, with its write key',
    before,
    after: { ...before, sources: [a, source('c', { writeKey: b.writeKey })] },
    changes: [
      { what: 'source', id: 'c', change: 'created' },
      { what: 'source', id: 'b', change: 'deleted' },
    ],
  },
  {
    title: 'two sources that swap their write keys',
    before,
    after: {
      ...before,
      sources: [source('a', { writeKey: b.writeKey }), source('b', { writeKey: a.writeKey })],
    },
    changes: [
      { what: 'source', id: 'a', change: 'updated' },
      { what: 'source', id: 'b', change: 'updated' },
    ],
  },
  { title: 'nothing, when only the order did', before, after: { ...before, sources: [b, a] }, changes: [] },
  { title: 'a connection made', before, after: withHeap({ sources: ['a', 'b'] }), changes: heapUpdated },
  {
    title: 'the order of connections',
    before: withHeap({ sources: ['a', 'b'] }),
    after: withHeap({ sources: ['b', 'a'] }),
    changes: heapUpdated,
  },
  {
    title: 'the privacy of a source',
    before,
    after: { ...before, sources: [a, { ...b, privacy: 'drop' }] },
    changes: [{ what: 'source', id: 'b', change: 'updated' }],
  },
  {
    title: 'a write key rotated',
    before,
    after: { ...before, sources: [a, { ...b, writeKey: 'wk_new_12345', olderWriteKeys: [b.writeKey] }] },
    changes: [{ what: 'source', id: 'b', change: 'updated' }],
  },
  {
    title: 'a write key disabled',
    before,
    after: { ...before, sources: [a, { ...b, disabledWriteKeys: [b.writeKey] }] },
    changes: [{ what: 'source', id: 'b', change: 'updated' }],
  },
  {
    title: 'the origins of a source',
    before,
    after: { ...before, sources: [a, { ...b, origins: ['https://example.com'] }] },
    changes: [{ what: 'source', id: 'b', change: 'updated' }],
  },
  { title: 'a pause', before, after: withHeap({ paused: true }), changes: heapUpdated },
  { title: 'consent needed', before, after: withHeap({ consent: ['Ads'] }), changes: heapUpdated },
  {
    title: 'consent needed no more',
    before: withHeap({ consent: ['Ads'] }),
    after: before,
    changes: heapUpdated,
  },
  { title: 'a destination disabled', before, after: withHeap({ enabled: false }), changes: heapUpdated },
  { title: 'a setting', before, after: withHeap({ settings: { appId: '12' } }), changes: heapUpdated },
  {
    title: 'a trigger',
    before,
    after: withHeap({ subscriptions: [subscription('track-event', { trigger: 'type = "page"' })] }),
    changes: heapUpdated,
  },
  {
    title: 'actions added in front',
    before,
    after: withHeap({ subscriptions: [subscription('first'), subscription('track-event')] }),
    changes: heapUpdated,
  },
  {
    title: 'a tracking plan',
    before,
    after: { ...before, plans: [{ id: 'shop', name: 'Shop', rules: [] }] },
    changes: [{ what: 'plan', id: 'shop', change: 'created' }],
  },
  {
    title: 'where alerts go',
    before,
    after: { ...before, alerts: { channels: [{ id: 'ops', kind: 'slack', url: 'https://a.example' }] } },
    changes: [{ what: 'alerts', id: 'alerts', change: 'created' }],
  },
  {
    title: 'what alerts tell of',
    before: { ...before, alerts: { channels: [], rules: { lag: false } } },
    after: { ...before, alerts: { channels: [], rules: { lag: { minutes: 5 } } } },
    changes: [{ what: 'alerts', id: 'alerts', change: 'updated' }],
  },
  {
    title: 'a destination deleted, with all that hangs on it',
    before,
    after: { ...before, instances: [] },
    changes: [{ what: 'destination', id: 'heap', change: 'deleted' }],
  },
] as const

const DELETION: NewDeletion = {
  ...{ at_ms: 1, by: 'eve', person: { kind: 'userId', hash: 'h', masked: 'ad…' }, suppress: true },
  ...{ state: 'running', stage: 'finding', ids: { userIds: ['ada'], anonymousIds: [], emails: [] } },
  ...{ idCount: 1, place: { chunk: 0, last: 0 }, found: NO_COUNTS, told: [] },
}

const UNSTORABLE: readonly { readonly title: string; readonly configuration: Configuration }[] = [
  { title: 'two sources with one id', configuration: { sources: [a, { ...b, id: 'a' }], instances: [] } },
  {
    title: 'two sources with one write key',
    configuration: { sources: [a, { ...b, writeKey: a.writeKey }], instances: [] },
  },
  {
    title: 'a write key that is an older one of another source',
    configuration: { sources: [a, { ...b, olderWriteKeys: [a.writeKey] }], instances: [] },
  },
  { title: 'two destinations with one id', configuration: { sources: [a], instances: [heap, heap] } },
  { title: 'a connection to a source that is not there', configuration: { sources: [b], instances: [heap] } },
  { title: 'the same connection twice', configuration: withHeap({ sources: ['a', 'a'] }) },
  {
    title: 'two actions with one id',
    configuration: withHeap({ subscriptions: [subscription('track'), subscription('track')] }),
  },
  {
    title: 'settings that are not JSON, after much that is',
    configuration: withHeap({ settings: { appId: 11n as unknown as string } }),
  },
]
