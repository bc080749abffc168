import type { Configuration, Instance, Source } from '../../core/configuration.ts'
import type { Destination, PageScript } from '../../core/destination.ts'
import type { JsonObject } from '../../core/event.ts'
import { readInstanceSettings } from '../../core/instance.ts'
import { pagePlugin } from '../../core/page-instance.ts'
import type { PagePlugin } from '../../core/page-plugin.ts'

/**
 * The name that each vendor's library looks for its own settings under. The same entry serves both, as long as it says
 * nothing of versions or types: else each tries to load the other's as a script.
 */
const DELIVERY_NAMES = ['Segment.io', 'Customer.io Data Pipelines'] as const

/**
 * Each call at once, and outliving its page: a library without this loses a call that is followed by leaving. Browsers
 * let 65,536 bytes be on their way so; what is over that, both libraries send again by themselves.
 * https://fetch.spec.whatwg.org/#http-network-or-cache-fetch, "keepalive". A site's own strategy takes its place.
 */
const DELIVERY_STRATEGY = { strategy: 'standard', config: { keepalive: true } } as const

/** Where a page finds what it needs, as it is to be written into the document. */
export type PageAddresses = {
  readonly protocol: 'http' | 'https'
  /** Where events go, without the scheme: `events.example.com/v1`. */
  readonly apiHost: string
  /** The whole address of a script, by the name that it is built under; undefined when it has not been built. */
  readonly scriptUrl: (bundle: string) => string | undefined
}

/** A script that a source's pages load, and what it is told. */
export type LoadedScript = PageScript & {
  readonly bundle: string
  readonly consent: readonly string[]
  readonly settings: PagePlugin | Record<string, never>
}

/** What a source's pages need of the configuration, read once. */
export type PageSource = {
  readonly writeKey: string
  readonly scripts: readonly LoadedScript[]
  /** Of all instances that the source is connected to, those of the server too. */
  readonly consent: { readonly allCategories: readonly string[]; readonly hasUnmappedDestinations: boolean }
}

export type PageSourceDeps = {
  readonly catalogue: ReadonlyMap<string, Destination>
  /** Which of the scripts for a web destination has all that an instance uses. */
  readonly bundleFor: (plugin: PagePlugin) => string
}

/** @throws {AppError} as `compileInstance`, for instances that pages have to do with. */
export function pageSource(
  { id, writeKey }: Source,
  { instances }: Configuration,
  deps: PageSourceDeps,
): PageSource {
  const connected = instances.filter(({ enabled, sources }) => enabled && sources.includes(id))
  const seen = new Set<string>()
  const scripts = connected.flatMap((instance) => {
    const script = scriptOf(instance, deps)
    if (script === undefined) return []
    // The first keeps its name when another is added: pages may name it to switch it off.
    const name = seen.has(script.name) ? `${script.name} (${instance.id})` : script.name
    seen.add(name)
    return [{ ...script, name, consent: instance.consent ?? [] }]
  })
  return { writeKey, scripts, consent: consentOf(connected) }
}

function scriptOf(
  instance: Instance,
  { catalogue, bundleFor }: PageSourceDeps,
): Omit<LoadedScript, 'consent'> | undefined {
  const destination = catalogue.get(instance.kind)
  switch (destination?.mode) {
    case undefined:
      return undefined
    case 'cloud': {
      const companion = destination.companion?.(readInstanceSettings(instance, destination) as never)
      return companion && { ...companion, settings: {} }
    }
    case 'web': {
      const plugin = pagePlugin(instance, destination)
      return { ...destination.script, bundle: bundleFor(plugin), settings: plugin }
    }
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
  const { writeKey, scripts, consent } = source
  const { protocol, apiHost, scriptUrl } = addresses
  const delivery = { apiKey: writeKey, apiHost, protocol, deliveryStrategy: DELIVERY_STRATEGY }
  const remotePlugins = scripts.flatMap(({ name, libraryName, bundle, settings }) => {
    const url = scriptUrl(bundle)
    return url === undefined ? [] : [{ name, creationName: name, libraryName, url, settings }]
  })
  return {
    integrations: {
      ...Object.fromEntries(DELIVERY_NAMES.map((name) => [name, delivery])),
      ...Object.fromEntries(
        scripts.map((one) => [
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
