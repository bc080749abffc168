// The same for ours, as far as it is a function: node millrace.ts - EVENTS map|stub; and for the work by hand: 'by hand'
import { readFileSync } from 'node:fs'
import { envelopeOf, heapInstance } from '../languages.ts'
import { plainTransform } from '../plain.ts'
import { ourTransform } from '../transform.ts'

const [eventsFile = '', mode] = process.argv.slice(3)
const lines = readFileSync(eventsFile, 'utf8').trim().split('\n')
const instance = heapInstance()
const transform = ourTransform()

process.on('message', () => {
  const envelopes = mode === 'map' ? lines.map((line) => envelopeOf(JSON.parse(line))) : []
  const before = process.cpuUsage()
  const start_ms = performance.now()
  let performed = 0
  for (const envelope of envelopes) {
    for (const handled of instance.handle(envelope)) if (handled.status === 'ready') performed += 1
  }
  const whole = mode === 'stub' ? transform : mode === 'by hand' ? plainTransform : undefined
  if (whole !== undefined && whole(lines) > 0) performed = lines.length
  const elapsed_ms = performance.now() - start_ms
  const { user, system } = process.cpuUsage(before)
  process.send?.({ events: lines.length, performed, elapsed_ms, cpu_us: user + system })
})
