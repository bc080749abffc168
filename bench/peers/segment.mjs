// Segment's own Heap destination from npm, with its two ready-made actions. Run by ../peers.ts: node segment.mjs FOLDER EVENTS MODE [URL]
//   map   each parsed event matched by the triggers, mapped and checked; what would be sent is not built
//   stub  all of it from the text of an event to the text of the request, which is not sent
//   http  all of it, sent to URL with 64 on their way at once
import { readFileSync } from 'node:fs'
import { Agent } from 'node:http'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const IN_FLIGHT = 64
const [folder, eventsFile, mode, url] = process.argv.slice(2)
const require = createRequire(join(folder, 'package.json'))
const core = join(folder, 'node_modules/@segment/actions-core/dist/cjs')
let written_bytes = 0
let performed = 0
if (mode === 'stub') {
  const path = require.resolve(join(core, 'create-request-client.js'))
  require(path)
  const answer = {
    ok: true,
    status: 200,
    headers: { get: () => null, toJSON: () => ({}) },
    data: {},
    content: '{}',
  }
  const client =
    () =>
    async (_url, { json }) => {
      performed += 1
      written_bytes += JSON.stringify(json).length
      return answer
    }
  require.cache[path].exports = { __esModule: true, default: client }
}
if (mode === 'http') {
  const path = require.resolve(join(core, 'fetch.js'))
  const { default: real, Headers, Request, Response } = require(path)
  const agent = new Agent({ keepAlive: true, maxSockets: 256 })
  const toSink = async ({ url: wanted, method, headers, body }) => {
    performed += 1
    return real(`${url}${new URL(wanted).pathname}`, { method, headers, body, agent })
  }
  require.cache[path].exports = { __esModule: true, default: toSink, Headers, Request, Response }
}
const { Destination } = require(join(core, 'index.js'))
const definition = require('@segment/action-destinations/dist/destinations/heap').default
const destination = new Destination(definition)
if (mode === 'map') {
  for (const action of Object.values(destination.actions)) {
    action.definition.perform = async () => {
      performed += 1
      return {}
    }
  }
}
const subscriptions = definition.presets.map(({ name, subscribe, partnerAction, mapping }) => ({
  ...{ name, subscribe, partnerAction, enabled: true },
  // Without it Segment's preset takes no event that has only a userId.
  mapping: partnerAction === 'trackEvent' ? { ...mapping, identity: { '@path': '$.userId' } } : mapping,
}))
const settings = { appId: '11', region: 'US', subscriptions }
const lines = readFileSync(eventsFile, 'utf8').trim().split('\n')

process.on('message', async () => {
  const events = mode === 'map' ? lines.map((line) => JSON.parse(line)) : lines
  performed = 0
  const before = process.cpuUsage()
  const start_ms = performance.now()
  let next = 0
  const work = async () => {
    while (next < events.length) {
      const event = events[next++]
      await destination.onEvent(mode === 'map' ? event : JSON.parse(event), settings)
    }
  }
  await Promise.all(Array.from({ length: mode === 'http' ? IN_FLIGHT : 1 }, work))
  const elapsed_ms = performance.now() - start_ms
  const { user, system } = process.cpuUsage(before)
  process.send({ events: events.length, performed, written_bytes, elapsed_ms, cpu_us: user + system })
})
