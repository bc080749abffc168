import type { Configuration, Instance, Source } from '../../core/configuration.ts'
import type { Destination } from '../../core/destination.ts'
import type { JsonObject } from '../../core/event.ts'
import { pagePlugin } from '../../core/page-instance.ts'
import type { PagePlugin } from '../../core/page-plugin.ts'

/** What the script of a plugin puts its factory under, in the page's window. */
const LIBRARY_NAME = 'millraceHeapWeb'
/** What people write into `integrations` to switch it off: `{ 'Heap Web': false }`. */
const CREATION_NAME = 'Heap Web'
/**
 * The name that each vendor's library looks for its own settings under. The same entry serves both, as long as it says
 * nothing of versions or types: else each tries to load the other's as a script.
 */
const DELIVERY_NAMES = ['Segment.io', 'Customer.io Data Pipelines'] as const

/** Where a page finds what it needs, as it is to be written into the document. */
export type PageAddresses = {
  readonly protocol: 'http' | 'https'
  /** Where events go, without the scheme: `events.example.com/v1`. */
  readonly apiHost: string
  /** The whole address of the script for a plugin; undefined when it has not been built. */
  readonly pluginUrl: (plugin: PagePlugin) => string | undefined
}

/** What a source's pages need of the configuration, read once. */
export type PageSource = {
  readonly writeKey: string
  readonly plugins: readonly {
    readonly name: string
    readonly consent: readonly string[]
    readonly plugin: PagePlugin
  }[]
  /** Of all instances that the source is connected to, those of the server too. */
  readonly consent: { readonly allCategories: readonly string[]; readonly hasUnmappedDestinations: boolean }
}

/** @throws {AppError} as `compileInstance`, for instances that pages send to. */
export function pageSource(
  { id, writeKey }: Source,
  { instances }: Configuration,
  catalogue: ReadonlyMap<string, Destination>,
): PageSource {
  const connected = instances.filter(({ enabled, sources }) => enabled && sources.includes(id))
  const inPage = connected.flatMap((instance) => {
    const destination = catalogue.get(instance.kind)
    return destination?.mode === 'web' ? [{ instance, plugin: pagePlugin(instance, destination) }] : []
  })
  return {
    writeKey,
    plugins: inPage.map(({ instance, plugin }, index) => ({
      // The first keeps its name when another is added: pages may name it to switch it off.
      name: index === 0 ? CREATION_NAME : `${CREATION_NAME} (${instance.id})`,
      consent: instance.consent ?? [],
      plugin,
    })),
    consent: consentOf(connected),
  }
}

function consentOf(instances: readonly Instance[]): PageSource['consent'] {
  return {
    allCategories: [...new Set(instances.flatMap(({ consent = [] }) => consent))],
    hasUnmappedDestinations: instances.some(({ consent = [] }) => consent.length === 0),
  }
}

/**
 * The document that Segment's and Customer.io's browser libraries load before anything else. Everybody can read it: it
 * holds no secret. One document serves both libraries. It has no `plan`, for which they would load another part first.
 */
export function settingsDocument(source: PageSource, addresses: PageAddresses): JsonObject {
  const { writeKey, plugins, consent } = source
  const { protocol, apiHost, pluginUrl } = addresses
  const delivery = { apiKey: writeKey, apiHost, protocol }
  const remotePlugins = plugins.flatMap(({ name, plugin }) => {
    const url = pluginUrl(plugin)
    return url === undefined
      ? []
      : [{ name, creationName: name, libraryName: LIBRARY_NAME, url, settings: plugin }]
  })
  return {
    integrations: {
      ...Object.fromEntries(DELIVERY_NAMES.map((name) => [name, delivery])),
      ...Object.fromEntries(
        plugins.map((one) => [
          one.name,
          one.consent.length === 0 ? {} : { consentSettings: { categories: one.consent } },
        ]),
      ),
    },
    edgeFunction: {},
    analyticsNextEnabled: true,
    middlewareSettings: { routingRules: [] },
    enabledMiddleware: {},
    // No figures about the library itself: nobody here would look at them.
    metrics: { sampleRate: 0 },
    legacyVideoPluginsEnabled: false,
    ...(consent.allCategories.length === 0 ? {} : { consentSettings: consent }),
    ...(remotePlugins.length === 0 ? {} : { remotePlugins }),
  } as unknown as JsonObject
}
