// The same for ours. node millrace-map.ts - EVENTS
import { readFileSync } from 'node:fs'
import { envelopeOf, heapInstance } from '../languages.ts'

const instance = heapInstance()

process.on('message', () => {
  const text = readFileSync(process.argv[3] ?? '', 'utf8').trim()
  const envelopes = text.split('\n').map((line) => envelopeOf(JSON.parse(line)))
  const before = process.cpuUsage()
  const start_ms = performance.now()
  let performed = 0
  for (const envelope of envelopes) {
    for (const handled of instance.handle(envelope)) if (handled.status === 'ready') performed += 1
  }
  const elapsed_ms = performance.now() - start_ms
  const { user, system } = process.cpuUsage(before)
  process.send?.({ events: envelopes.length, performed, elapsed_ms, cpu_us: user + system })
})
