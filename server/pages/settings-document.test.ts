import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Configuration, Instance, Source } from '../../core/configuration.ts'
import { presetSubscriptions } from '../../core/presets.ts'
import { catalogue } from '../../destinations/index.ts'
import { pageSource, settingsDocument } from './settings-document.ts'

const site: Source = { id: 'site', name: 'Site', kind: 'javascript', writeKey: 'site-key' }
const addresses = {
  protocol: 'https',
  apiHost: 'events.example.com/v1',
  scriptUrl: (bundle: string) => `https://events.example.com/v1/plugins/${bundle}.js` as string | undefined,
} as const

function instance(id: string, kind: string, changed: Partial<Instance> = {}): Instance {
  const destination = catalogue.get(kind)
  const subscriptions = destination === undefined ? [] : presetSubscriptions(destination)
  const settings = kind === 'webhook' ? { url: 'https://example.com/', secret: 'hush' } : { appId: '11' }
  return { id, kind, name: id, enabled: true, sources: ['site'], settings, subscriptions, ...changed }
}

type Document = {
  integrations: Record<string, object>
  remotePlugins?: { name: string; creationName: string; libraryName: string; url: string; settings: object }[]
  consentSettings?: object
}

function documentOf(instances: readonly Instance[], given: Partial<typeof addresses> = {}): Document {
  const configuration: Configuration = { sources: [site], instances }
  const source = pageSource(site, configuration, { catalogue, bundleFor: () => 'heap-web' })
  return settingsDocument(source, { ...addresses, ...given }) as unknown as Document
}
const namesOf = ({ remotePlugins = [] }: Document) => remotePlugins.map(({ name }) => name)

describe('the settings document', () => {
  test('of a source without destinations tells both libraries where events go, and nothing else', () => {
    const deliveryStrategy = { strategy: 'standard', config: { keepalive: true } }
    const delivery = {
      apiKey: 'site-key',
      apiHost: 'events.example.com/v1',
      protocol: 'https',
      deliveryStrategy,
    }
    assert.deepEqual(documentOf([]), {
      integrations: { 'Segment.io': delivery, 'Customer.io Data Pipelines': delivery },
      edgeFunction: {},
      analyticsNextEnabled: true,
      middlewareSettings: { routingRules: [] },
      enabledMiddleware: {},
      metrics: { sampleRate: 0 },
      legacyVideoPluginsEnabled: false,
    })
  })

  test('has the plugin of a destination in pages, with its settings and subscriptions', () => {
    const { integrations, remotePlugins } = documentOf([instance('web', 'heap-web')])
    assert.deepEqual(integrations['Heap Web'], {})
    const [plugin] = remotePlugins ?? []
    const { settings, ...rest } = plugin ?? { settings: {} }
    assert.deepEqual(rest, {
      name: 'Heap Web',
      creationName: 'Heap Web',
      libraryName: 'millraceHeapWeb',
      url: 'https://events.example.com/v1/plugins/heap-web.js',
    })
    assert.deepEqual(Object.keys(settings).slice(0, 2), ['instanceId', 'appId'])
  })

  test('has no plugin that is not built', () => {
    const document = documentOf([instance('web', 'heap-web')], { scriptUrl: () => undefined })
    assert.equal(document.remotePlugins, undefined)
  })

  test('leaves out what is switched off, what is not connected and what this server sends to', () => {
    const document = documentOf([
      instance('off', 'heap-web', { enabled: false }),
      instance('other', 'heap-web', { sources: ['elsewhere'] }),
      instance('heap', 'heap'),
      instance('hook', 'webhook'),
    ])
    assert.equal(document.remotePlugins, undefined)
    assert.deepEqual(Object.keys(document.integrations), ['Segment.io', 'Customer.io Data Pipelines'])
  })

  test('names a second instance apart, and the first as before', () => {
    const two = [instance('web', 'heap-web'), instance('more', 'heap-web')]
    assert.deepEqual(namesOf(documentOf(two)), ['Heap Web', 'Heap Web (more)'])
    assert.deepEqual(Object.keys(documentOf(two).integrations).slice(2), ['Heap Web', 'Heap Web (more)'])
  })

  test('has the script for sessions where Heap asks for it', () => {
    const settings = { appId: '11', apiKey: 'hush', sessionsFromPages: true }
    const document = documentOf([instance('heap', 'heap', { settings })])
    assert.deepEqual(document.remotePlugins, [
      {
        name: 'Heap Session',
        creationName: 'Heap Session',
        libraryName: 'millraceHeapSession',
        url: 'https://events.example.com/v1/plugins/heap-session.js',
        settings: {},
      },
    ])
  })

  test('holds no secret', () => {
    const heap = { appId: '11', apiKey: 'hush', sessionsFromPages: true }
    const text = JSON.stringify(
      documentOf([
        instance('heap', 'heap', { settings: heap }),
        instance('hook', 'webhook'),
        instance('web', 'heap-web'),
      ]),
    )
    assert.doesNotMatch(text, /hush|apiKey":"(?!site-key)/)
  })

  test('names the types that make a library load foreign scripts nowhere', () => {
    const text = JSON.stringify(documentOf([instance('web', 'heap-web')]).integrations)
    assert.doesNotMatch(text, /type|version|bundl/i)
  })

  test('a destination that is wrong is told at once', () => {
    assert.throws(() => documentOf([instance('web', 'heap-web', { settings: {} })]), {
      code: 'SETTINGS_INVALID',
    })
  })
})

describe('consent in the settings document', () => {
  type Row = readonly [
    title: string,
    instances: readonly Instance[],
    consentSettings: { allCategories: readonly string[]; hasUnmappedDestinations: boolean } | undefined,
  ]
  const analytics = { consent: ['Analytics'] }
  const rows: readonly Row[] = [
    ['no destination needs any', [instance('web', 'heap-web')], undefined],
    [
      'every destination needs some',
      [instance('web', 'heap-web', analytics), instance('heap', 'heap', { consent: ['Ads', 'Analytics'] })],
      { allCategories: ['Analytics', 'Ads'], hasUnmappedDestinations: false },
    ],
    [
      'one of the server needs none',
      [instance('web', 'heap-web', analytics), instance('heap', 'heap')],
      { allCategories: ['Analytics'], hasUnmappedDestinations: true },
    ],
    [
      'one that is switched off needs none',
      [instance('web', 'heap-web', analytics), instance('heap', 'heap', { enabled: false })],
      { allCategories: ['Analytics'], hasUnmappedDestinations: false },
    ],
  ]
  for (const [title, instances, consentSettings] of rows) {
    test(`when ${title}`, () => assert.deepEqual(documentOf(instances).consentSettings, consentSettings))
  }

  test('stands with each plugin, by the name that the libraries look for', () => {
    const { integrations } = documentOf([
      instance('web', 'heap-web', analytics),
      instance('more', 'heap-web', { consent: ['Ads'] }),
    ])
    assert.deepEqual(integrations['Heap Web'], { consentSettings: { categories: ['Analytics'] } })
    assert.deepEqual(integrations['Heap Web (more)'], { consentSettings: { categories: ['Ads'] } })
  })
})
