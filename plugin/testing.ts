import { createContext, runInContext } from 'node:vm'
import type { Json } from '../core/event.ts'
import type { PagePlugin, PageSubscription } from '../core/page-plugin.ts'
import { readTrigger } from '../core/trigger/parse.ts'
import { buildScripts } from '../scripts/build-plugin.mjs'
import { type Bundle, bundleFor } from './which-bundle.ts'

export const SCRIPTS: ReadonlyMap<string, string> = await buildScripts()

export const SETTINGS: PagePlugin = {
  instanceId: 'heap-web',
  appId: '11',
  sdk: 'auto',
  region: 'US',
  disableTextCapture: false,
  secureCookie: false,
  subscriptions: [],
}

export function subscription(
  action: PageSubscription['action'],
  trigger: string,
  mapping: PageSubscription['mapping'],
): PageSubscription {
  const read = readTrigger(trigger)
  if (!read.ok) throw new Error(`${trigger}: ${read.problem.problem}`)
  return { id: action, action, trigger: read.node, mapping }
}

/** Every track call becomes an event; the smallest script can do it. */
export const SIMPLE: PagePlugin = {
  ...SETTINGS,
  subscriptions: [
    subscription('trackEvent', 'type = "track"', {
      event: { '@path': '$.event' },
      properties: { '@path': '$.properties' },
    }),
  ],
}

let count = 0
export function track(event: string, more: object = {}) {
  return { type: 'track', event, messageId: `m${count++}`, ...more }
}

/** A page with one instance in it. */
export async function simplePage(more: Partial<PagePlugin> = {}, before = '') {
  const settings = { ...SIMPLE, ...more }
  const page = fakePage(before)
  await page.load(bundleFor(settings), settings)
  return page
}

/**
 * A page without a browser: a world of its own with what our scripts ask of one, where nobody may evaluate text as code,
 * and a library that hands them events. Texts go in and out, so that no object of this world gets in.
 */
export function fakePage(before = '') {
  const world = createContext(
    { TextEncoder, performance },
    { codeGeneration: { strings: false, wasm: false } },
  )
  const run = (code: string) => runInContext(code, world)
  run(PAGE)
  run(before)
  const tell = (code: string) => JSON.parse(run(`JSON.stringify(${code})`) as string) as never
  return {
    run,
    /** The value of an expression in the page. */
    tell,
    /** Loads a script and makes an instance of it, as the libraries do. */
    load(bundle: Bundle, settings: PagePlugin): Promise<void> {
      run(SCRIPTS.get(bundle) as string)
      return run(`library.add(millraceHeapWeb(${parsed(settings)}))`) as Promise<void>
    },
    status: (id = SETTINGS.instanceId) =>
      tell(`millraceHeapWeb.instances['${id}']`) as Readonly<Record<string, unknown>>,
    /** A call, handed over at once. */
    call: (event: object) => run(`library.call(${parsed(event)})`),
    /** What Heap's stub of the current library holds, by name and values. */
    calls: () => tell('heapCalls') as readonly (readonly [name: string, ...values: Json[]])[],
    /** Heap's script arrives, or is refused. */
    arrive(how: 'onload' | 'onerror', now = ''): void {
      run(`${now};document.scripts.at(-1).${how}()`)
    },
  }
}

/** Not as it stands: in a script, `__proto__` is no key like any other. */
export const parsed = (value: object) => `JSON.parse(${JSON.stringify(JSON.stringify(value))})`

const PAGE = `
var window = globalThis
var console = { said: [] }
console.info = console.warn = (text) => console.said.push(text)
var document = { scripts: [], createElement: () => ({}), head: { append: (one) => document.scripts.push(one) } }
var listeners = {}
var addEventListener = (name, listener) => { listeners[name] = listener }
var heapCalls = []
/** Heap's library as it is once it has loaded: does what the stub has kept. */
function arriveHeap() {
  const record = (name) => (...values) => { heapCalls.push([name, ...values]) }
  for (const name of ['track', 'identify', 'addUserProperties', 'resetIdentity']) heap[name] = record(name)
  heap.loaded = true
  for (const { fn } of heapReadyCb.splice(0)) fn()
}
const emitter = () => {
  const heard = {}
  return {
    on: (name, listener) => { (heard[name] ??= []).push(listener) },
    emit: (name, value) => { for (const listener of heard[name] ?? []) listener(value) },
  }
}
var library = Object.assign(emitter(), {
  queue: emitter(),
  plugins: [],
  async add(plugins) {
    for (const plugin of plugins) {
      library.plugins.push(plugin)
      await plugin.load({}, library)
    }
  },
  context: (event) => ({
    event,
    updateEvent(path, value) { const [first, second] = path.split('.'); (event[first] ??= {})[second] = value },
  }),
  start(event) {
    const context = library.context(event)
    library.emit('dispatch_start', context)
    return () => {
      for (const plugin of library.plugins) plugin[event.type](context)
      library.queue.emit('delivery_success', context)
      return context
    }
  },
  call: (event) => JSON.stringify(library.start(event)().event),
})
`
