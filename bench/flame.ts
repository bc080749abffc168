// npm run bench:flame [-- --out docs/flame-whole-path.svg] [--seconds 10]: where the processor time of the whole path goes, as a flame
// graph of each thread. The server has two cores here: on one the thread that takes the samples would only get its turn
// when the others wait.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startSandbox } from '../sandbox/server.ts'
import { type CpuProfile, flameSvg } from './flame/svg.ts'
import { pinSelf } from './harness.ts'
import { measurePath } from './path.ts'
import { startServer } from './server-process.ts'

const ROUND_EVENTS = 40_000
const SAMPLE_EVERY_US = 500

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'docs/flame-whole-path.svg' },
    rounds: { type: 'string', default: '4' },
    // What it says above it, besides.
    title: { type: 'string', default: '' },
  },
})

pinSelf(1)
const folder = mkdtempSync(join(tmpdir(), 'millrace-flame-'))
const sandbox = await startSandbox()
const node = ['--cpu-prof', `--cpu-prof-dir=${folder}`, `--cpu-prof-interval=${SAMPLE_EVERY_US}`]
const server = await startServer({ core: '0,1', heapUrl: sandbox.url, node })
try {
  for (let round = 0; round < Number(values.rounds); round++) {
    const { perSecond, cpu_us } = await measurePath(server, sandbox, {
      events: ROUND_EVENTS,
      first: round * ROUND_EVENTS,
    })
    console.log(
      `${Math.round(perSecond).toLocaleString('en-US')} events/s, ${cpu_us.toFixed(1)} µs CPU an event, while it is watched`,
    )
  }
} finally {
  await server.stop()
  await sandbox.close()
}
const profiles = readdirSync(folder).map(
  (name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as CpuProfile,
)
rmSync(folder, { recursive: true })
writeFileSync(
  values.out,
  flameSvg(
    `The whole path, batches of 100 ${values.title}`,
    profiles.map((profile) => ({ name: threadOf(profile), profile })),
  ),
)
console.log(values.out)

/** By what only that thread has. */
function threadOf({ nodes }: CpuProfile): string {
  const has = (file: string) => nodes.some(({ callFrame }) => callFrame.url.endsWith(file))
  if (has('delivery/lane.js')) return 'readers'
  return has('ingest/ingest.js') ? 'main' : 'another thread'
}
