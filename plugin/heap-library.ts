import type { PagePlugin } from '../core/page-plugin.ts'
import { type Heap, heapCall, type Loss, page, type Status } from './page.ts'

/** What Heap's own snippets let a page call before the library is there: https://developers.heap.io/docs/web. */
const CURRENT =
  'init startTracking stopTracking track resetIdentity identify identifyHashed getSessionId getUserId getIdentity addUserProperties addEventProperties removeEventProperty clearEventProperties addAccountProperties addAdapter addTransformer addTransformerFn onReady addPageviewProperties removePageviewProperty clearPageviewProperties trackPageview'
const CLASSIC =
  'addEventProperties addUserProperties clearEventProperties identify resetIdentity removeEventProperty setEventProperties track unsetEventProperty'

/** Calls that wait for a library that does not come; without an end they would fill the page's memory. */
const QUEUE_MAX = 1_000

/**
 * Makes sure that Heap is in the page, and waits for nothing: calls queue in Heap's own stub until its library is
 * there. A Heap that the page has already is used as it is, unless it says that it sends to another App Id.
 */
export function bringHeap(settings: PagePlugin, status: Status): void {
  const { heap } = page
  if (typeof heap?.['track'] !== 'function') {
    loadHeap(settings, status)
    return
  }
  const appId = String(heap.envId ?? heap.appid ?? settings.appId)
  status.heap = appId === settings.appId ? 'existing' : 'another app'
  console.info(`Heap Web: ${status.heap} ${appId}`)
}

/** Whether a call would reach Heap, and why not. */
export function lossOf({ heap, sent }: Status): Loss | undefined {
  if (heap === 'blocked' || heap === 'another app') return heap
  return heap === 'loading' && sent >= QUEUE_MAX ? 'queue full' : undefined
}

function loadHeap(settings: PagePlugin, status: Status): void {
  const { appId, sdk, region, hostname } = settings
  const { disableTextCapture, secureCookie, trackingServer, ingestServer } = settings
  const config = { disableTextCapture, secureCookie, trackingServer, ingestServer }
  const isClassic = sdk === 'auto' ? hostname || (trackingServer && !ingestServer) : sdk === 'classic'
  page.heap = (isClassic ? classicStub : currentStub)(appId, config) as unknown as Heap
  const script = document.createElement('script')
  // Where Heap's snippets load from, or the same place on one's own host.
  script.src = isClassic
    ? `https://${hostname ?? 'cdn.heapanalytics.com'}/js/heap-${appId}.js`
    : `https://${hostname ?? `cdn.${region.toLowerCase()}.heap-api.com`}/config/${appId}/heap_config.js`
  const end = (heap: Status['heap']) => () => {
    status.heap = heap
  }
  script.onload = end('loaded')
  script.onerror = end('blocked')
  document.head.append(script)
}

function classicStub(appid: string, config: object): object {
  const heap: unknown[] = []
  return stubbed(heap, CLASSIC, { appid, config }, (name, values) => heap.push([name, ...values]))
}

function currentStub(envId: string, config: object): object {
  page.heapReadyCb ??= []
  const clientConfig = { ...config, shouldFetchServerConfig: false }
  return stubbed([], CURRENT, { envId, clientConfig }, (name, values) =>
    page.heapReadyCb?.push({ name, fn: () => heapCall(name, ...values) }),
  )
}

type Queue = (name: string, values: readonly never[]) => unknown

function stubbed(heap: object, methods: string, more: object, queue: Queue): object {
  const stub = (name: string) => ({ [name]: (...values: never[]) => queue(name, values) })
  return Object.assign(heap, more, ...methods.split(' ').map(stub))
}
