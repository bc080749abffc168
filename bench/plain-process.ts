// The work by hand (plain.ts) in a process of its own, on the core of the server: node plain-process.ts EVENTS
import { makeEvents } from './events.ts'
import { plainTransform } from './plain.ts'

const lines = makeEvents(Number(process.argv[2])).map((event) => JSON.stringify(event))
plainTransform(lines.slice(0, 5_000))

process.on('message', () => {
  const before = process.cpuUsage()
  if (plainTransform(lines) === 0) throw new Error('the work was optimised away')
  const { user, system } = process.cpuUsage(before)
  process.send?.((user + system) / lines.length)
})
process.once('disconnect', () => process.exit(0))
