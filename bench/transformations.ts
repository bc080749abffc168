// npm run bench:transformations [-- --count 10000000]: what a call of a small transformation costs, and that what is hostile
// stays contained: every ten-thousandth event is met by a loop, a memory bomb, an attack on prototypes or a throw, and
// the events after it come out as before.
import { parseArgs } from 'node:util'
import type { TrackEvent } from '../core/event.ts'
import { quickjsTransforms } from '../server/transform/quickjs.ts'
import { makeEvents } from './events.ts'
import { envelopeOf } from './languages.ts'

const SMALL = `export function transform(event) {
  const { price = 0, quantity = 1 } = event.properties
  event.properties.total = price * quantity
  delete event.context
  return event
}`
const HOSTILE = [
  'export function transform(event) { for (;;) {} }',
  'export function transform(event) { const all = []; for (;;) all.push("x".repeat(100000) + all.length) }',
  'export function transform(event) { Object.prototype.polluted = 1; return event }',
  'export function transform(event) { throw new Error("no") }',
]
const EVERY = 10_000
const EVENTS = 1_000

const { values } = parseArgs({ options: { count: { type: 'string', default: '10000000' } } })
const count = Number(values.count)
const transforms = await quickjsTransforms()
const small = transforms.compile(SMALL)
const hostile = HOSTILE.map((text) => transforms.compile(text))
const events = makeEvents(EVENTS).map((event) => envelopeOf(event).event)
const expected = events.map((event) => JSON.stringify(small.run(event)))
const rss_mb = () => Math.round(process.memoryUsage.rss() / 1_048_576)

for (let at = 0; at < 100_000; at++) small.run(events[at % EVENTS] as TrackEvent)
const first_mb = rss_mb()
let [small_us, attacks, wrong] = [0, 0, 0]
const bytes = events.reduce((sum, event) => sum + JSON.stringify(event).length, 0) / EVENTS
for (let done = 0; done < count; done += EVERY) {
  const begun = process.cpuUsage()
  for (let at = 0; at < EVERY; at++) small.run(events[at % EVENTS] as TrackEvent)
  const { user, system } = process.cpuUsage(begun)
  small_us += user + system
  const event = events[(done / EVERY) % EVENTS] as TrackEvent
  if (hostile[attacks % hostile.length]?.run(event).status !== 'failed') wrong += 1
  attacks += 1
  if (JSON.stringify(small.run(event)) !== expected[(done / EVERY) % EVENTS]) wrong += 1
}
console.log(
  `${count} calls, events of ${Math.round(bytes)} bytes: ${(small_us / count).toFixed(1)} us CPU an event`,
)
console.log(
  `${attacks} attacks, ${wrong} of them not contained; resident ${first_mb} MB before, ${rss_mb()} MB after`,
)
if (wrong > 0) process.exitCode = 1
