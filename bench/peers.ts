// npm run bench:peers: the same events through ours and through the peer's code from npm, in turn, on one core.
// The peer is installed into a folder of its own outside the project.
import { type ChildProcess, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeEvents } from './events.ts'
import { median, pinSelf, spawnPinned } from './harness.ts'

const EVENTS = 20_000
const ROUNDS = 5
/** The versions that install at all need two of their own dependencies put right. */
const PEER = {
  private: true,
  dependencies: { '@segment/action-destinations': '3.497.0', '@segment/actions-core': '3.170.0' },
  overrides: { 'fast-uri': '3.0.6', '@aws-sdk/client-kinesis': '^3.894.0' },
}

type Measured = {
  readonly events: number
  readonly performed: number
  readonly elapsed_ms: number
  readonly cpu_us: number
}

const folder = join(tmpdir(), 'millrace-bench-peers')
const eventsFile = join(folder, 'events.ndjson')
install()
pinSelf(1)
const script = (name: string) => join(import.meta.dirname, 'peers', name)
const ours = start(script('millrace-map.ts'))
const theirs = start(script('segment-map.mjs'))
const [mine, peers]: [Measured[], Measured[]] = [[], []]
for (let round = 0; round <= ROUNDS; round++) {
  const [one, other] = [await run(ours), await run(theirs)]
  if (round === 0) continue // warms up
  mine.push(one)
  peers.push(other)
}
ours.kill()
theirs.kill()
print('Millrace: match, map, check', mine)
print('Segment action-destinations 3.497.0: match, map, check', peers)
const ratio = cpuOf(peers) / cpuOf(mine)
console.log(`Segment uses ${ratio.toFixed(1)} times the CPU an event.`)
process.exitCode = ratio >= 10 ? 0 : 1

function install(): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    eventsFile,
    makeEvents(EVENTS)
      .map((event) => JSON.stringify(event))
      .join('\n'),
  )
  writeFileSync(join(folder, 'package.json'), JSON.stringify(PEER))
  if (existsSync(join(folder, 'node_modules/@segment/action-destinations'))) return
  console.log(`Installing the peer into ${folder}`)
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts'], {
    cwd: folder,
    stdio: 'inherit',
  })
}

function start(file: string): ChildProcess {
  return spawnPinned(0, [file, folder, eventsFile], { ipc: true })
}

async function run(child: ChildProcess): Promise<Measured> {
  child.send('run')
  const ended = once(child, 'exit').then(() => Promise.reject(new Error('a measured process ended')))
  const [measured] = (await Promise.race([once(child, 'message'), ended])) as [Measured]
  return measured
}

function cpuOf(rounds: readonly Measured[]): number {
  return median(rounds.map(({ cpu_us, events }) => cpu_us / events))
}

function print(name: string, rounds: readonly Measured[]): void {
  const rate = median(rounds.map(({ events, elapsed_ms }) => (events * 1_000) / elapsed_ms))
  const { events, performed } = rounds[0] as Measured
  console.log(
    `${name}: ${Math.round(rate).toLocaleString('en-US')} events/s, ${cpuOf(rounds).toFixed(2)} µs CPU an event, ` +
      `${performed} deliveries of ${events} events`,
  )
}
