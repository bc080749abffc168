import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { Configuration, Instance } from '../../core/configuration.ts'
import { catalogue } from '../../destinations/index.ts'
import { httpListener } from '../http/listener.ts'
import { memoryLedger } from '../ledger/memory.ts'
import { memoryStore } from '../store/memory.ts'
import { catalogueRoutes } from './catalogue-routes.ts'
import { changeRoutes } from './change-routes.ts'
import { configurator } from './configurator.ts'
import { destinationRoutes } from './destination-routes.ts'
import { adminRouter } from './router.ts'
import { sourceRoutes } from './source-routes.ts'
import { anybody, asker } from './testing.ts'

const HEAP = { kind: 'heap', sources: ['website'], settings: { appId: '11' } }
const HELD = { code: 'DESTINATION_MISCONFIGURED', text: 'It answered 401.' } as const

describe('configuration by the admin API', () => {
  let changes: Configuration[]
  let asked: ReturnType<typeof asker>
  let store: ReturnType<typeof memoryStore>
  let ledger: ReturnType<typeof memoryLedger>
  let close: () => Promise<void>

  beforeEach(async () => {
    changes = []
    store = memoryStore()
    ledger = memoryLedger()
    const server = httpListener({ body_bytes_max: 1_000_000, onFault: (error) => assert.fail(String(error)) })
    const router = adminRouter(server, anybody)
    const configure = configurator({
      ...{ store, catalogue, now_ms: () => 86_400_000 },
      onChange: (configuration) => changes.push(configuration),
    })
    catalogueRoutes(router, catalogue)
    sourceRoutes(router, { store, ledger, configurator: configure, forget: async () => {} })
    destinationRoutes(router, { store, ledger, catalogue, configurator: configure })
    changeRoutes(router, { store, configurator: configure })
    asked = asker(server)
    close = () => server.close()
    await asked.ask('POST /admin/v1/sources', { body: { name: 'Website', kind: 'javascript' } })
    await asked.ask('POST /admin/v1/sources', { body: { name: 'Backend', kind: 'node', privacy: 'drop' } })
  })
  afterEach(() => close())

  const stored = async (id: string): Promise<Instance | undefined> =>
    (await store.read()).instances.find((instance) => instance.id === id)

  test('the catalogue has Heap twice, one of them for pages, and says which to take and why', async () => {
    const { destinations, sources } = await asked.ask('GET /admin/v1/catalogue')
    const heaps = destinations.filter(({ name }) => name === 'Heap')
    assert.deepEqual(
      heaps.map(({ kind, label, recommended }) => [kind, label, recommended !== undefined]),
      [
        ['heap', undefined, true],
        ['heap-web', 'Web', false],
      ],
    )
    assert.deepEqual(heaps[1]?.sourceKinds, ['javascript'])
    assert.deepEqual(
      heaps[0]?.sourceKinds,
      sources.map(({ kind }) => kind),
    )
  })

  test('a source gets an id from its name, and a write key that nobody guesses', async () => {
    const { sources } = await asked.ask('GET /admin/v1/sources')
    assert.deepEqual(
      sources.map(({ id, kind, privacy }) => [id, kind, privacy]),
      [
        ['website', 'javascript', undefined],
        ['backend', 'node', 'drop'],
      ],
    )
    assert.match(sources[0]?.writeKey ?? '', /^[\w-]{24}$/)
    assert.notEqual(sources[0]?.writeKey, sources[1]?.writeKey)
    const { saved } = await asked.ask('POST /admin/v1/sources', { body: { name: 'website!', kind: 'http' } })
    assert.equal(saved.id, 'website-2')
    const nameless = await asked.ask('POST /admin/v1/sources', { body: { name: '日本', kind: 'go' } })
    assert.equal(nameless.saved.id, 'go')
  })

  test('a write key is rotated: the older ones are taken until they are removed', async () => {
    const params = { id: 'website' }
    const first = (await asked.ask('GET /admin/v1/sources/:id', { params })).writeKey
    const { saved } = await asked.ask('POST /admin/v1/sources/:id/write-keys', { params })
    assert.deepEqual(saved.olderWriteKeys, [first])
    const removed = await asked.ask('DELETE /admin/v1/sources/:id/write-keys/:key', {
      params: { ...params, key: first },
    })
    assert.deepEqual([removed.saved.writeKey, removed.saved.olderWriteKeys], [saved.writeKey, undefined])
    const again = await asked.refused('DELETE /admin/v1/sources/:id/write-keys/:key', {
      params: { ...params, key: saved.writeKey },
    })
    assert.deepEqual([again.status, again.code], [404, 'NOT_FOUND'])
  })

  test('a write key is disabled and enabled again, and is removed with nothing left of it', async () => {
    const params = { id: 'website' }
    const first = (await asked.ask('GET /admin/v1/sources/:id', { params })).writeKey
    const disable = (key: string, disabled: boolean) =>
      asked.ask('PATCH /admin/v1/sources/:id/write-keys/:key', {
        params: { ...params, key },
        body: { disabled },
      })
    assert.deepEqual((await disable(first, true)).saved.disabledWriteKeys, [first])
    assert.deepEqual(changes.at(-1)?.sources[0]?.disabledWriteKeys, [first])
    assert.equal((await disable(first, true)).change, 0)
    assert.equal((await disable(first, false)).saved.disabledWriteKeys, undefined)
    await disable(first, true)
    await asked.ask('POST /admin/v1/sources/:id/write-keys', { params })
    const { saved } = await asked.ask('DELETE /admin/v1/sources/:id/write-keys/:key', {
      params: { ...params, key: first },
    })
    assert.deepEqual([saved.olderWriteKeys, saved.disabledWriteKeys], [undefined, undefined])
    const other = await asked.refused('PATCH /admin/v1/sources/:id/write-keys/:key', {
      params: { ...params, key: 'wk_of_nobody' },
      body: { disabled: true },
    })
    assert.deepEqual([other.status, other.code], [404, 'NOT_FOUND'])
  })

  test('a source names the sites that may send, and each that is none has its place', async () => {
    const params = { id: 'website' }
    const save = (origins: string[]) =>
      asked.ask('PATCH /admin/v1/sources/:id', { params, body: { origins } })
    const given = ['https://example.com', 'https://*.example.com', 'https://example.com']
    assert.deepEqual((await save(given)).saved.origins, given.slice(0, 2))
    const renamed = await asked.ask('PATCH /admin/v1/sources/:id', { params, body: { name: 'Site' } })
    assert.deepEqual(renamed.saved.origins, given.slice(0, 2))
    assert.equal((await save([])).saved.origins, undefined)
    const wrong = await asked.refused('PATCH /admin/v1/sources/:id', {
      params,
      body: { origins: ['https://example.com', 'example.com'] },
    })
    assert.deepEqual([wrong.status, wrong.code], [422, 'CONFIG_INVALID'])
    assert.deepEqual(
      (wrong.details['problems'] as readonly { at: unknown }[]).map(({ at }) => at),
      [['origins', 1]],
    )
  })

  test('a destination starts with its presets, and everything that runs is told', async () => {
    const { saved, change } = await asked.ask('POST /admin/v1/destinations', { body: HEAP })
    assert.deepEqual(
      [saved.id, saved.name, saved.enabled, saved.state, saved.revision],
      ['heap', 'Heap', true, 'flowing', change],
    )
    assert.deepEqual(
      saved.actions.slice(0, 2).map(({ name }) => name),
      ['Track Event', 'Identify User'],
    )
    assert.deepEqual(changes.at(-1)?.instances[0]?.sources, ['website'])
  })

  test('shows what a destination has set aside, and why', async () => {
    await asked.ask('POST /admin/v1/destinations', {
      body: { kind: 'webhook', settings: { url: 'https://example.com' } },
    })
    const aside = { failures: 3, since_ms: 7_000, reason: HELD }
    const added = [7, 8].map((chunk) => ({
      ...{ subject: `person ${chunk}`, subscriptionId: 'track', due_ms: 9_000, aside },
      address: { lane: 0, chunk, index: 0 },
    }))
    const nothing = { counts: [], attempts: [], deadLetters: [], refusals: [] }
    await ledger.record({ readerId: 'webhook', lane: 0, cursor: undefined, ...nothing, parked: { added } })
    const { destinations } = await asked.ask('GET /admin/v1/destinations')
    assert.deepEqual(destinations[0]?.aside, { count: 2, since: '1970-01-01T00:00:07.000Z', reason: HELD })
  })

  test('shows what a destination does now, and no secret; a secret that comes back as shown stays', async () => {
    const body = { kind: 'webhook', settings: { url: 'https://example.com', secret: 'hunter2' } }
    const { saved } = await asked.ask('POST /admin/v1/destinations', { body })
    assert.deepEqual(saved.settings, { url: 'https://example.com', secret: '***' })
    await ledger.setState('webhook', { state: 'held', since_ms: 5_000, reason: HELD })
    const { destinations } = await asked.ask('GET /admin/v1/destinations')
    const { state, since, reason } = destinations[0] ?? {}
    assert.deepEqual(
      { state, since, reason },
      { state: 'held', since: '1970-01-01T00:00:05.000Z', reason: HELD },
    )
    const params = { id: 'webhook' }
    const settings = { url: 'https://example.org', secret: '***' }
    await asked.ask('PATCH /admin/v1/destinations/:id', { params, body: { settings } })
    assert.deepEqual((await stored('webhook'))?.settings, { url: 'https://example.org', secret: 'hunter2' })
    assert.ok(!JSON.stringify(await asked.ask('GET /admin/v1/changes')).includes('hunter2'))
  })

  const states: readonly [what: string, change: object, state: string][] = [
    ['switched off', { enabled: false }, 'off'],
    ['paused', { paused: true }, 'paused'],
    ['switched off while it is paused', { enabled: false, paused: true }, 'off'],
  ]
  for (const [what, body, state] of states) {
    test(`a destination that is ${what} is ${state}`, async () => {
      await asked.ask('POST /admin/v1/destinations', { body: HEAP })
      const params = { id: 'heap' }
      const { saved } = await asked.ask('PATCH /admin/v1/destinations/:id', { params, body })
      assert.equal(saved.state, state)
    })
  }

  const refusals: readonly [what: string, body: object, code: string, at: string][] = [
    ['no App Id', { kind: 'heap' }, 'CONFIG_INVALID', 'settings.appId'],
    ['a source that is not there', { ...HEAP, sources: ['nobody'] }, 'CONFIG_INVALID', 'sources.0'],
    [
      'a source that it cannot use',
      { ...HEAP, kind: 'heap-web', sources: ['website', 'backend'] },
      'CONFIG_INVALID',
      'sources.1',
    ],
    ['a source twice', { ...HEAP, sources: ['website', 'website'] }, 'CONFIG_INVALID', 'sources'],
    [
      'a trigger that cannot be read',
      { ...HEAP, actions: [{ action: 'trackEvent', trigger: 'type = ' }] },
      'CONFIG_INVALID',
      'actions.0.trigger',
    ],
    [
      'an action that it does not have',
      { ...HEAP, actions: [{ action: 'fly' }] },
      'CONFIG_INVALID',
      'action',
    ],
    ['an id that is no id', { ...HEAP, id: 'A B' }, 'QUERY_INVALID', 'id'],
    ['a misspelt name', { ...HEAP, setings: {} }, 'QUERY_INVALID', 'body'],
    ['a kind that nobody knows', { ...HEAP, kind: 'moon' }, 'NOT_FOUND', ''],
  ]
  for (const [what, body, code, at] of refusals) {
    test(`refuses a destination with ${what}, and changes nothing`, async () => {
      const before = await store.read()
      const { code: given, details } = await asked.refused('POST /admin/v1/destinations', { body })
      const place = details?.problems?.[0]?.at.join('.') ?? details?.parameter ?? ''
      assert.deepEqual([given, place], [code, at])
      assert.deepEqual(await store.read(), before)
    })
  }

  test('says what would be wrong while a destination is being written', async () => {
    const body = {
      kind: 'heap',
      settings: {},
      actions: [{ action: 'trackEvent', mapping: { event: { '@nothing': 1 } } }],
    }
    const { problems } = await asked.ask('POST /admin/v1/destinations/check', { body })
    assert.deepEqual(
      problems.map(({ at }) => at.join('.')),
      ['settings.appId', 'actions.0.mapping.event'],
    )
    const unknown = { kind: 'heap', settings: { appId: '11' }, actions: [{ action: 'fly' }] }
    const answer = await asked.ask('POST /admin/v1/destinations/check', { body: unknown })
    assert.deepEqual(
      answer.problems.map(({ at }) => at.join('.')),
      ['actions.action'],
    )
    assert.deepEqual((await asked.ask('POST /admin/v1/destinations/check', { body: HEAP })).problems, [])
  })

  test('actions are added, copied (off), changed, put in order and removed', async () => {
    await asked.ask('POST /admin/v1/destinations', { body: { ...HEAP, actions: [{ action: 'trackEvent' }] } })
    const params = { id: 'heap' }
    const names = ({ saved }: { saved: { actions: readonly { id: string; enabled: boolean }[] } }) =>
      saved.actions.map(({ id, enabled }) => `${id}${enabled ? '' : ' (off)'}`)
    const added = await asked.ask('POST /admin/v1/destinations/:id/actions', {
      params,
      body: { action: 'identifyUser', name: 'People' },
    })
    assert.deepEqual(names(added), ['track-event', 'people'])
    const copied = await asked.ask('POST /admin/v1/destinations/:id/actions', {
      params,
      body: { copyOf: 'track-event' },
    })
    assert.deepEqual(names(copied), ['track-event', 'copy-of-track-event (off)', 'people'])
    const order = ['people', 'track-event', 'copy-of-track-event']
    assert.deepEqual(
      names(await asked.ask('PUT /admin/v1/destinations/:id/actions', { params, body: { order } })),
      ['people', 'track-event', 'copy-of-track-event (off)'],
    )
    const action = { ...params, action: 'copy-of-track-event' }
    const body = { enabled: true, trigger: 'event = "A"' }
    const changed = await asked.ask('PATCH /admin/v1/destinations/:id/actions/:action', {
      params: action,
      body,
    })
    assert.equal(changed.saved.actions[2]?.trigger, 'event = "A"')
    const removed = await asked.ask('DELETE /admin/v1/destinations/:id/actions/:action', { params: action })
    assert.deepEqual(names(removed), ['people', 'track-event'])
    const wrong = await asked.refused('PUT /admin/v1/destinations/:id/actions', {
      params,
      body: { order: ['people', 'people'] },
    })
    assert.equal(wrong.code, 'CONFIG_INVALID')
  })

  test('a change of what somebody else changed meanwhile is refused', async () => {
    const { saved } = await asked.ask('POST /admin/v1/destinations', { body: HEAP })
    const params = { id: 'heap' }
    await asked.ask('PATCH /admin/v1/destinations/:id', {
      params,
      body: { name: 'Hers', revision: saved.revision },
    })
    const mine = { params, body: { name: 'Mine', revision: saved.revision } }
    const { status, code } = await asked.refused('PATCH /admin/v1/destinations/:id', mine)
    assert.deepEqual([status, code], [409, 'CHANGED_MEANWHILE'])
    assert.equal((await stored('heap'))?.name, 'Hers')
  })

  test('tells what was changed, by whom, in words', async () => {
    await asked.ask('POST /admin/v1/destinations', { body: HEAP })
    const params = { id: 'heap', action: 'track-event' }
    await asked.ask('PATCH /admin/v1/destinations/:id/actions/:action', {
      params,
      body: { trigger: 'event = "A"' },
    })
    await asked.ask('PATCH /admin/v1/destinations/:id', { params, body: { name: 'Prod', paused: true } })
    const first = await asked.ask('GET /admin/v1/changes', { query: { of: 'heap', limit: '2' } })
    assert.deepEqual(
      first.changes.map(({ text, by, at }) => [text, by, at]),
      [
        ['Prod: name, pause changed', 'somebody', '1970-01-02T00:00:00.000Z'],
        ['Heap: action Track Event changed', 'somebody', '1970-01-02T00:00:00.000Z'],
      ],
    )
    const rest = await asked.ask('GET /admin/v1/changes', { query: { of: 'heap', before: first.next ?? '' } })
    assert.deepEqual(
      [rest.changes.map(({ text }) => text), rest.next],
      [['Heap: destination added'], undefined],
    )
  })

  test('keeps the versions of an action; an older one can be looked at and saved again', async () => {
    await asked.ask('POST /admin/v1/destinations', { body: HEAP })
    const params = { id: 'heap', action: 'track-event' }
    const name = 'PATCH /admin/v1/destinations/:id/actions/:action'
    await asked.ask(name, { params, body: { trigger: 'event = "A"' } })
    await asked.ask(name, { params: { ...params, action: 'identify-user' }, body: { enabled: false } })
    await asked.ask(name, { params, body: { trigger: 'event = "B"' } })
    const { versions } = await asked.ask('GET /admin/v1/destinations/:id/actions/:action/versions', {
      params,
    })
    assert.deepEqual(
      versions.map(({ action, current }) => [action.trigger.slice(0, 11), current]),
      [
        ['event = "B"', true],
        ['event = "A"', false],
        [catalogue.get('heap')?.actions['trackEvent']?.trigger.slice(0, 11), false],
      ],
    )
  })

  test('a removed source is taken back together with its connections', async () => {
    await asked.ask('POST /admin/v1/destinations', { body: { ...HEAP, sources: ['website', 'backend'] } })
    const before = await store.read()
    const { change } = await asked.ask('DELETE /admin/v1/sources/:id', { params: { id: 'website' } })
    assert.deepEqual((await stored('heap'))?.sources, ['backend'])
    await asked.ask('POST /admin/v1/changes/:id/undo', { params: { id: String(change) } })
    const after = await store.read()
    assert.deepEqual(after.instances, before.instances)
    assert.deepEqual(new Set(after.sources), new Set(before.sources))
  })

  test('a removed destination is taken back as it was; what changed since is not', async () => {
    await asked.ask('POST /admin/v1/destinations', { body: HEAP })
    const before = await stored('heap')
    const { change } = await asked.ask('DELETE /admin/v1/destinations/:id', { params: { id: 'heap' } })
    const undo = { params: { id: String(change) } }
    await asked.ask('POST /admin/v1/changes/:id/undo', undo)
    assert.deepEqual(await stored('heap'), before)
    const { status, code } = await asked.refused('POST /admin/v1/changes/:id/undo', undo)
    assert.deepEqual([status, code], [409, 'CHANGED_MEANWHILE'])
    const unknown = await asked.refused('POST /admin/v1/changes/:id/undo', { params: { id: '999' } })
    assert.equal(unknown.status, 404)
  })

  const queries: readonly [what: string, query: Record<string, string>, parameter: string][] = [
    ['a limit over the bound', { limit: '501' }, 'limit'],
    ['a limit that is no number', { limit: 'many' }, 'limit'],
    ['a parameter that is none', { limt: '5' }, 'limt'],
    ['a place that is no number', { before: 'x' }, 'before'],
  ]
  for (const [what, query, parameter] of queries) {
    test(`refuses ${what}, and names it`, async () => {
      const { status, code, details } = await asked.refused('GET /admin/v1/changes', { query })
      assert.deepEqual([status, code, details.parameter], [400, 'QUERY_INVALID', parameter])
    })
  }
})
