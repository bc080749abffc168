import assert from 'node:assert/strict'
import { after, beforeEach, describe, test } from 'node:test'
import type { Configuration } from '../../core/configuration.ts'
import type { Entry, JsonObject } from '../../core/event.ts'
import { catalogue } from '../../destinations/index.ts'
import { readYaml } from '../config-file/yaml-document.ts'
import { httpListener } from '../http/listener.ts'
import { entryText } from '../log/envelope.ts'
import { memoryLog } from '../log/memory.ts'
import { memoryStore } from '../store/memory.ts'
import { configurationFileRoutes } from './configuration-file-routes.ts'
import { configurator } from './configurator.ts'
import { type Access, adminRouter, THIS_MACHINE } from './router.ts'
import { asker } from './testing.ts'

const KEY = 'a-heap-api-key-that-nobody-may-see'
const STORED: Configuration = {
  sources: [
    { id: 'website', name: 'Website', kind: 'javascript', writeKey: 'website-key' },
    { id: 'backend', name: 'Backend', kind: 'node', writeKey: 'backend-key' },
  ],
  instances: [
    {
      ...{ id: 'heap', kind: 'heap', name: 'Heap', enabled: true, sources: ['website'] },
      settings: { appId: '1234567890', apiKey: KEY },
      subscriptions: [
        {
          ...{ id: 'orders', action: 'trackEvent', name: 'Orders', enabled: true },
          trigger: 'event = "Order Completed"',
          mapping: { event: 'Order', identity: { '@path': '$.userId' } },
        },
      ],
    },
  ],
  alerts: { channels: [{ id: 'ops', kind: 'slack', url: 'https://hooks.example.com/a-secret-way-in' }] },
}

async function setUp(role: 'admin' | 'viewer' = 'admin') {
  const store = memoryStore()
  await store.apply(STORED)
  const log = memoryLog({ lanes: 2 })
  const receivedAt = '2026-01-02T03:04:05.678Z'
  for (let index = 0; index < 10; index++) {
    const name = index < 6 ? 'Order Completed' : 'Order Refunded'
    const event = { type: 'track', event: name, userId: 'ada', messageId: `o${index}`, timestamp: receivedAt }
    const entry = { kind: 'event', sourceId: 'website', receivedAt, event }
    await log.append([{ key: 'website', text: entryText(entry as unknown as Entry) }])
  }
  const server = httpListener({ body_bytes_max: 1_000_000, onFault: (error) => assert.fail(String(error)) })
  const access: Access = async () => ({ ...THIS_MACHINE, name: 'ada', role })
  const configure = configurator({ store, catalogue, now_ms: () => 5, onChange: () => {} })
  const deps = { store, log, catalogue, configurator: configure, configFile: undefined, salt: '' }
  const addressProblem = (url: string) => (url.includes('inside') ? 'a private address' : undefined)
  configurationFileRoutes(adminRouter(server, access), { ...deps, addressProblem })
  return { store, server, ...asker(server) }
}

/** The exported file, as a value, changed. */
async function exported(at: Awaited<ReturnType<typeof setUp>>, edit: (value: Any) => void = () => {}) {
  const { text } = await at.ask('GET /admin/v1/configuration')
  const read = readYaml(text)
  assert.ok(read.ok)
  const value = structuredClone(read.yaml.value) as Any
  edit(value)
  return value as unknown as JsonObject
}
// biome-ignore lint/suspicious/noExplicitAny: a file may hold anything
type Any = any

describe('configuration as files, by the admin API', () => {
  let at: Awaited<ReturnType<typeof setUp>>
  beforeEach(async () => {
    await at?.server.close()
    at = await setUp()
  })
  after(() => at.server.close())
  const plan = async (configuration: JsonObject, more: object = {}) =>
    at.ask('POST /admin/v1/configuration/plan', { body: { configuration, ...more } })
  const changes = async (configuration: JsonObject) =>
    (await plan(configuration)).items.filter(({ change }) => change !== 'unchanged')
  const newest = async () => (await plan(await exported(at))).base

  test('what was exported changes nothing, and no secret is in it', async () => {
    const { text } = await at.ask('GET /admin/v1/configuration')
    assert.doesNotMatch(text, /a-heap-api-key|a-secret-way-in/)
    assert.deepEqual(await changes(await exported(at)), [])
  })

  const edits: readonly [title: string, edit: (value: Any) => void, expected: readonly object[]][] = [
    [
      'a new name',
      (v) => {
        v.sources[0].name = 'Shop'
      },
      [
        {
          what: 'source',
          id: 'website',
          change: 'updated',
          fields: [{ at: ['name'], before: 'Website', after: 'Shop' }],
        },
      ],
    ],
    [
      'a new secret, not shown',
      (v) => {
        v.destinations[0].settings.apiKey = 'another'
      },
      [
        {
          what: 'destination',
          id: 'heap',
          change: 'updated',
          fields: [{ at: ['settings', 'apiKey'], before: '***', after: '***' }],
        },
      ],
    ],
    [
      'a write key, not shown',
      (v) => {
        v.sources[1].writeKey = 'another-key'
      },
      [
        {
          what: 'source',
          id: 'backend',
          change: 'updated',
          fields: [{ at: ['writeKey'], before: '***', after: '***' }],
        },
      ],
    ],
    [
      'a trigger of an action',
      (v) => {
        v.destinations[0].actions[0].trigger = 'type = "track"'
      },
      [
        {
          what: 'destination',
          id: 'heap',
          change: 'updated',
          fields: [
            {
              at: ['actions', 'orders', 'trigger'],
              before: 'event = "Order Completed"',
              after: 'type = "track"',
            },
          ],
        },
      ],
    ],
    [
      'a source that is gone',
      (v) => {
        v.sources.pop()
      },
      [{ what: 'source', id: 'backend', change: 'deleted', fields: [] }],
    ],
    [
      'a source that is new',
      (v) => {
        v.sources.push({ id: 'app', name: 'App', kind: 'ios', writeKey: 'app-key-1' })
      },
      [{ what: 'source', id: 'app', change: 'created', fields: [] }],
    ],
    [
      'no alerts',
      (v) => {
        delete v.alerts
      },
      [{ what: 'alerts', id: 'alerts', change: 'deleted', fields: [] }],
    ],
    [
      'another address of alerts, not shown',
      (v) => {
        v.alerts.channels[0].url = 'https://hooks.example.com/new'
      },
      [
        {
          what: 'alerts',
          id: 'alerts',
          change: 'updated',
          fields: [
            {
              at: ['channels', 'ops', 'url'],
              before: 'https://hooks.example.com/***',
              after: 'https://hooks.example.com/***',
            },
          ],
        },
      ],
    ],
  ]
  for (const [title, edit, expected] of edits) {
    test(`the plan tells ${title}`, async () =>
      assert.deepEqual(await changes(await exported(at, edit)), expected))
  }

  // biome-ignore lint/suspicious/noTemplateCurlyInString: references
  const [ofHeap, ofServer] = ['${env:HEAP_API_KEY}', '${env:HOME}']
  const refused: readonly [
    title: string,
    edit: (value: Any) => void,
    at: readonly unknown[],
    problem: RegExp,
  ][] = [
    [
      'a variable of the server',
      (v) => {
        v.destinations[0].settings.apiKey = ofServer
      },
      ['destinations', 0, 'settings', 'apiKey'],
      /HOME was not set/,
    ],
    [
      'a secret at another place',
      (v) => {
        v.destinations[0].settings.appId = ofHeap
      },
      ['destinations', 0, 'settings', 'appId'],
      /HEAP_API_KEY/,
    ],
    [
      'a secret of another destination',
      (v) => {
        v.destinations.push({
          id: 'hook',
          kind: 'webhook',
          name: 'H',
          settings: { url: 'https://e.example', secret: ofHeap },
        })
      },
      ['destinations', 1, 'settings', 'secret'],
      /HEAP_API_KEY/,
    ],
    [
      'a secret of a destination that was of another kind',
      (v) => {
        Object.assign(v.destinations[0], {
          kind: 'webhook',
          settings: { url: 'https://e.example', authorization: ofHeap },
          actions: [],
        })
      },
      ['destinations', 0, 'settings', 'authorization'],
      /HEAP_API_KEY/,
    ],
    [
      'a trigger that cannot be read',
      (v) => {
        v.destinations[0].actions[0].trigger = 'type ='
      },
      ['destinations', 0, 'actions', 0, 'trigger'],
      /./,
    ],
    [
      'an address that may not be reached',
      (v) => {
        v.alerts.channels[0].url = 'https://inside.example/'
      },
      ['alerts', 'channels', 0, 'url'],
      /private/,
    ],
  ]
  for (const [title, edit, place, problem] of refused) {
    test(`${title} is a problem with its place, and is not applied`, async () => {
      const configuration = await exported(at, edit)
      const told = await plan(configuration)
      assert.deepEqual(told.problems[0]?.at, place)
      assert.match(told.problems[0]?.problem ?? '', problem)
      assert.deepEqual(told.items, [])
      const answer = await at.refused('POST /admin/v1/configuration/apply', {
        body: { configuration, base: told.base },
      })
      assert.equal(answer.code, 'CONFIG_INVALID')
    })
  }

  test('it is applied as one change, with the secrets that were there, and taken back as one', async () => {
    const before = await at.store.read()
    const configuration = await exported(at, (v) => {
      v.sources[0].name = 'Shop'
      v.destinations[0].name = 'Heap EU'
      v.sources.reverse()
    })
    const { change } = await at.ask('POST /admin/v1/configuration/apply', {
      body: { configuration, base: await newest() },
    })
    const now = await at.store.read()
    assert.deepEqual(
      now.sources.map(({ name }) => name),
      ['Backend', 'Shop'],
    )
    assert.equal(now.instances[0]?.settings['apiKey'], KEY)
    const [made] = await at.store.changes({ number: change }, 1)
    assert.equal((await at.store.changes({ group: made?.group ?? 0 }, 9)).length, 2)
    await configurator({ store: at.store, catalogue, now_ms: () => 6, onChange: () => {} }).undo(
      'ada',
      change,
    )
    assert.deepEqual((await at.store.read()).instances, before.instances)
  })

  test('what was changed meanwhile, would be removed, or drifted is not applied unseen', async () => {
    const configuration = await exported(at, (v) => v.sources.pop())
    const base = await newest()
    const refusedBy = async (more: object) =>
      (await at.refused('POST /admin/v1/configuration/apply', { body: { configuration, ...more } })).code
    assert.equal(await refusedBy({ base: base - 1, allowDelete: true }), 'CHANGED_MEANWHILE')
    assert.equal(await refusedBy({ base }), 'APPLY_REFUSED')
    assert.equal((await at.store.read()).sources.length, 2)
    await at.ask('POST /admin/v1/configuration/apply', { body: { configuration, base, allowDelete: true } })
    assert.equal((await at.store.read()).sources.length, 1)
  })

  test('what was changed since files were applied is told as drifted, with who did it', async () => {
    const configuration = await exported(at)
    assert.deepEqual(
      (await changes(configuration)).map(({ drift }) => drift),
      [],
    )
    await at.ask('POST /admin/v1/configuration/apply', { body: { configuration, base: await newest() } })
    const now = await at.store.read()
    const sources = now.sources.map((source) => ({ ...source, name: `${source.name}!` }))
    await at.store.apply({ ...now, sources }, { by: 'bob', at_ms: 0 })
    const drift = { by: 'bob', at: '1970-01-01T00:00:00.000Z' }
    assert.deepEqual(
      (await changes(configuration)).map((item) => [item.id, item.drift]),
      [
        ['website', drift],
        ['backend', drift],
      ],
    )
    const body = { configuration, base: await newest() }
    const { code } = await at.refused('POST /admin/v1/configuration/apply', {
      body: { ...body, refuseDrift: true },
    })
    assert.equal(code, 'APPLY_REFUSED')
    await at.ask('POST /admin/v1/configuration/apply', { body })
    assert.deepEqual(await changes(configuration), [])
    assert.deepEqual(
      (
        await changes(
          await exported(at, (v) => {
            v.sources[0].name = 'Shop'
          }),
        )
      ).map((item) => item.drift),
      [undefined],
    )
  })

  test('the newest real events are tried under what is different', async () => {
    const configuration = await exported(at, (v) => {
      v.destinations[0].actions[0].trigger = 'event = "Order Refunded"'
    })
    const { tried } = await plan(configuration, { events_max: 100 })
    const [orders] = tried?.actions ?? []
    assert.deepEqual([tried?.events, tried?.actions.length, tried?.left], [10, 1, 0])
    assert.deepEqual(
      [orders?.counts['newly sent'], orders?.counts['no longer sent'], orders?.counts.same],
      [4, 6, 0],
    )
    assert.equal(orders?.samples.length, 5)
    assert.equal((await plan(configuration, { events_max: 3 })).tried?.events, 3)
    assert.deepEqual((await plan(await exported(at), { events_max: 3 })).tried?.actions, [])
    const off = await plan(
      await exported(at, (v) => {
        v.destinations = []
      }),
      { events_max: 100 },
    )
    assert.equal(off.tried?.actions[0]?.counts['no longer sent'], 6)
  })

  test('a viewer cannot find out a secret by comparing', async () => {
    const viewer = await setUp('viewer')
    const configuration = await exported(viewer, (v) => {
      v.destinations[0].settings.apiKey = 'a guess'
      v.alerts.channels[0].url = 'https://hooks.example.com/a-guess'
    })
    const { items, notes } = await viewer.ask('POST /admin/v1/configuration/plan', {
      body: { configuration },
    })
    assert.deepEqual(
      items.filter(({ change }) => change !== 'unchanged'),
      [],
    )
    assert.match(notes.join(), /not compared/)
    await viewer.server.close()
  })
})
