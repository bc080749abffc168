/**
 * What runs inside the sandbox before a transformation does. It takes away whatever would let one event know of another
 * or of the hour, as a retry and a replay must send what the first attempt did: the clock is the event's, chance is drawn
 * from its messageId, and nothing that all events share can be changed. It gives the function that `make` is handed to.
 *
 * `run(json, time_ms, seed, isTrial)` gives the JSON of what `transform` gave, or throws.
 */
export const PRELUDE = `(function () {
  'use strict'
  const LINES_MAX = 100, LINE_CHARS_MAX = 1000
  const RealDate = Date
  let now = 0, seed = 0, lines, make
  function Clock(...args) {
    if (!new.target) return new RealDate(now).toString()
    return Reflect.construct(RealDate, args.length === 0 ? [now] : args, new.target)
  }
  Clock.prototype = RealDate.prototype
  Object.defineProperty(Clock.prototype, 'constructor', { value: Clock })
  Clock.now = () => now
  Clock.parse = RealDate.parse
  Clock.UTC = RealDate.UTC
  globalThis.Date = Clock
  Math.random = () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  for (const name of ['performance', 'WeakRef', 'FinalizationRegistry', 'queueMicrotask', 'gc', 'navigator', 'print'])
    delete globalThis[name]
  const show = (value) => (typeof value === 'string' ? value : JSON.stringify(value) ?? String(value))
  const log = (...values) => {
    if (lines !== undefined && lines.length < LINES_MAX) lines.push(values.map(show).join(' ').slice(0, LINE_CHARS_MAX))
  }
  globalThis.console = { log, info: log, warn: log, error: log, debug: log }
  const seen = new Set()
  function freeze(value) {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) return
    seen.add(value)
    Object.freeze(value)
    for (const key of Reflect.ownKeys(value)) {
      const { value: held, get, set } = Reflect.getOwnPropertyDescriptor(value, key)
      freeze(held), freeze(get), freeze(set)
    }
    freeze(Object.getPrototypeOf(value))
  }
  freeze(globalThis)
  for (const literal of [function* () {}, async function () {}, async function* () {}, [][Symbol.iterator](), new Map().entries(), new Set().values(), ''[Symbol.iterator](), ''.matchAll(/a/g)])
    freeze(Object.getPrototypeOf(literal)), freeze(literal.prototype)
  const { parse, stringify } = JSON
  function run(json, time_ms, seedOfEvent, isTrial) {
    now = time_ms
    seed = seedOfEvent
    lines = isTrial ? [] : undefined
    const given = make()(parse(json))
    if (given === undefined) throw new TypeError('it gave nothing: return the event, or null to drop it')
    if (given !== null && typeof given === 'object' && typeof given.then === 'function') throw new TypeError('it gave a promise, which nobody waits for')
    return stringify(given) ?? 'false'
  }
  return { run, use: (made) => { make = made }, lines: () => stringify(lines ?? []) }
})()`
