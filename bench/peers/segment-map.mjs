// Segment's own Heap destination from npm, as far as "map": each parsed event matched by the triggers, mapped and checked
// against the action's schema; what would be sent is not built. Run by ../peers.ts: node segment-map.mjs FOLDER EVENTS
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const [folder, eventsFile] = process.argv.slice(2)
const require = createRequire(join(folder, 'package.json'))
const { Destination } = require('@segment/actions-core')
const definition = require('@segment/action-destinations/dist/destinations/heap').default

const destination = new Destination(definition)
let performed = 0
for (const action of Object.values(destination.actions)) {
  action.definition.perform = async () => {
    performed += 1
    return {}
  }
}
const subscriptions = definition.presets.map(({ name, subscribe, partnerAction, mapping }) => ({
  ...{ name, subscribe, partnerAction, enabled: true },
  // Without it Segment's preset takes no event that has only a userId.
  mapping: partnerAction === 'trackEvent' ? { ...mapping, identity: { '@path': '$.userId' } } : mapping,
}))
const settings = { appId: '11', region: 'US', subscriptions }

process.on('message', async () => {
  const events = readFileSync(eventsFile, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  performed = 0
  const before = process.cpuUsage()
  const start_ms = performance.now()
  for (const event of events) await destination.onEvent(event, settings)
  const elapsed_ms = performance.now() - start_ms
  const { user, system } = process.cpuUsage(before)
  process.send({ events: events.length, performed, elapsed_ms, cpu_us: user + system })
})
