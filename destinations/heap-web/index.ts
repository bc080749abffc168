import { webDestination } from '../../core/destination.ts'
import { heapCalls } from '../../core/heap-calls.ts'
import { actions } from './actions.ts'
import { arrayLimit, settings } from './settings.ts'

/**
 * Heap's own library in the page, driven by a plugin of the analytics library. Nothing passes this server. What the
 * page is given is made here, and read by the plugin.
 */
export const heapWeb = webDestination({
  mode: 'web',
  kind: 'heap-web',
  name: 'Heap',
  label: 'Web',
  script: { name: 'Heap Web', libraryName: 'millraceHeapWeb' },
  help: "Sends events and user properties to Heap from the page itself, through Heap's own library: with Heap's sessions and autocapture, and without history, retries and replay. Works with JavaScript sources only.",
  settings,
  actions,
  presets: [
    'trackEvent',
    'identifyUser',
    {
      id: 'page-calls',
      name: 'Page Calls',
      action: 'trackEvent',
      trigger: 'type = "page"',
      mapping: { event: 'Page viewed' },
      // Heap records page views by itself: with these, each would be there twice.
      enabled: false,
    },
  ],
  page(instanceId, given, subscriptions) {
    const { trackingServer, ingestServer, hostname } = given
    const limit = arrayLimit(given)
    return {
      instanceId,
      appId: given.appId,
      sdk: given.sdk,
      region: given.region,
      disableTextCapture: given.disableTextCapture,
      secureCookie: given.secureCookie,
      ...(trackingServer === undefined ? {} : { trackingServer }),
      ...(ingestServer === undefined ? {} : { ingestServer }),
      ...(hostname === undefined ? {} : { hostname }),
      ...(limit === 0 ? {} : { arrayLimit: limit }),
      subscriptions,
    }
  },
  calls: ({ action, values }, settings) => heapCalls(action === 'trackEvent', values, arrayLimit(settings)),
})
