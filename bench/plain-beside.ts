import { once } from 'node:events'
import { join } from 'node:path'
import { spawnPinned } from './harness.ts'

/** So many a round: a quarter of a second. */
const EVENTS = 20_000

/** The work by hand, in turn with what is measured, on the same core. */
export function startPlain(core: number) {
  const child = spawnPinned(core, [join(import.meta.dirname, 'plain-process.ts'), String(EVENTS)], {
    ipc: true,
  })
  return {
    /** Processor time for each event, in µs. */
    async cpu_us(): Promise<number> {
      const answered = once(child, 'message')
      child.send('run')
      const [cpu_us] = (await answered) as [number]
      return cpu_us
    },
    stop: () => child.disconnect(),
  }
}
