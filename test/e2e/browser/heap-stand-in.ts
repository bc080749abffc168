import type { BrowserContext, Route } from 'playwright-core'

/**
 * Stands in for Heap's own scripts: records what it is called with in `heapCalls`, does what its stub has kept, and
 * answers as Heap's libraries do. No request of it leaves the page.
 */
const RECORD = `
window.heapCalls = []
const record = (name, ...values) => { heapCalls.push([name, ...values]) }
const METHODS = ['track', 'identify', 'addUserProperties', 'resetIdentity']
`
const CURRENT = `(() => {${RECORD}
  const { envId, clientConfig } = window.heap
  window.heap = { envId, clientConfig, loaded: true, getUserId: () => '1234567890', getSessionId: () => '987654321' }
  for (const name of METHODS) heap[name] = (...values) => record(name, ...values)
  for (const { fn } of heapReadyCb.splice(0)) fn()
})()`
const CLASSIC = `(() => {${RECORD}
  const { appid, config } = window.heap
  const kept = [...window.heap]
  window.heap = { appid, config, userId: '1234567890' }
  for (const name of METHODS) heap[name] = (...values) => record(name, ...values)
  for (const [name, ...values] of kept) heap[name](...values)
})()`

export type Cdn = {
  /** The addresses that were asked for, in order. */
  readonly asked: string[]
  /** Lets the requests that were held go. */
  readonly release: () => Promise<void>
}

/** Answers for Heap's hosts in a browser context: at once, with a refusal, or not before `release`. */
export async function standInForHeap(
  context: BrowserContext,
  how: 'answers' | 'blocked' | 'held' = 'answers',
): Promise<Cdn> {
  const asked: string[] = []
  const held: Route[] = []
  await context.route(/^https:/, async (route) => {
    asked.push(route.request().url())
    if (how === 'blocked') await route.abort('blockedbyclient')
    else if (how === 'held') held.push(route)
    else await answer(route)
  })
  return {
    asked,
    async release() {
      for (const route of held.splice(0)) await answer(route)
    },
  }
}

function answer(route: Route): Promise<void> {
  const isClassic = route.request().url().includes('/js/heap-')
  return route.fulfill({ contentType: 'text/javascript', body: isClassic ? CLASSIC : CURRENT })
}

export type HeapCall = readonly [name: string, ...values: unknown[]]
