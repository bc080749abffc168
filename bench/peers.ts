// npm run bench:peers [-- --write]: the same events through ours and through the peer's code from npm, in turn, on one core: triggers and
// mappings alone, all from text to text, and all to a sink over HTTP, where ours is the whole path with its log and its ledger.
// The peer is installed into a folder of its own outside the project. --write puts the figures into docs/benchmarks.md.
import { type ChildProcess, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startSandbox } from '../sandbox/server.ts'
import { makeEvents } from './events.ts'
import { isMet, median, pinSelf, type Result, spawnPinned, spreadOf, targetsOf } from './harness.ts'
import { measurePath } from './path.ts'
import { startSink } from './pending/world.ts'
import { type BenchServer, startByHand, startServer } from './server-process.ts'
import { writeFigures } from './write-figures.ts'

const EVENTS = 20_000
const ROUNDS = 5
/** The versions that install at all need two of their own dependencies put right. */
const PEER = {
  private: true,
  dependencies: { '@segment/action-destinations': '3.497.0', '@segment/actions-core': '3.170.0' },
  overrides: { 'fast-uri': '3.0.6', '@aws-sdk/client-kinesis': '^3.894.0' },
}
const NAME = 'Segment action-destinations 3.497.0'

type Measured = { readonly events: number; readonly elapsed_ms: number; readonly cpu_us: number }
type Contender = { readonly run: () => Promise<Measured>; readonly stop: () => unknown }

const { values } = parseArgs({
  options: { write: { type: 'boolean', default: false }, note: { type: 'string', default: '' } },
})
const folder = join(tmpdir(), 'millrace-bench-peers')
const eventsFile = join(folder, 'events.ndjson')
install()
pinSelf(1)
const results = [
  ...(await compare('triggers and mappings alone', 10, {
    ours: worker('millrace.ts', 'map'),
    theirs: worker('segment.mjs', 'map'),
  })),
  ...(await compare('text to text', 3, {
    ours: worker('millrace.ts', 'stub'),
    theirs: worker('segment.mjs', 'stub'),
    byHand: worker('millrace.ts', 'by hand'),
  })),
  ...(await compareOverHttp()),
]
for (const { name, perSecond = 0, cpu_us = 0 } of results) {
  console.log(
    `${name}: ${Math.round(perSecond).toLocaleString('en-US')} events/s, ${cpu_us.toFixed(2)} µs CPU an event`,
  )
}
for (const target of results.flatMap(targetsOf)) {
  console.log(
    `${isMet(target) ? 'met    ' : 'NOT MET'} ${target.what}: ${target.value.toFixed(1)} ×, at least ${target.goal}`,
  )
  if (!isMet(target)) process.exitCode = 1
}
if (values.write) {
  const machine = `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}; Node ${process.version}; ${process.platform}`
  writeFigures({ peers: results }, { machine, rounds: ROUNDS, note: values.note })
}
process.exit()

function install(): void {
  mkdirSync(folder, { recursive: true })
  const lines = makeEvents(EVENTS).map((event) => JSON.stringify(event))
  writeFileSync(eventsFile, lines.join('\n'))
  writeFileSync(join(folder, 'package.json'), JSON.stringify(PEER))
  if (existsSync(join(folder, 'node_modules/@segment/action-destinations'))) return
  console.log(`Installing the peer into ${folder}`)
  const options = ['install', '--no-audit', '--no-fund', '--ignore-scripts']
  execFileSync('npm', options, { cwd: folder, stdio: 'inherit' })
}

function worker(file: string, ...more: readonly string[]): Contender {
  const path = join(import.meta.dirname, 'peers', file)
  const child: ChildProcess = spawnPinned(0, [path, folder, eventsFile, ...more], { ipc: true })
  return {
    async run() {
      child.send('run')
      const ended = once(child, 'exit').then(() => Promise.reject(new Error('a measured process ended')))
      const [measured] = (await Promise.race([once(child, 'message'), ended])) as [Measured]
      ended.catch(() => {})
      return measured
    },
    stop: () => child.kill(),
  }
}

/** Ours is the server: from HTTP to disk, to the sandbox, to the record of its answer. The peer gets events at hand. */
async function compareOverHttp(): Promise<readonly Result[]> {
  const [sandbox, sink] = [await startSandbox(), await startSink()]
  const server = await startServer({ core: 0, heapUrl: sandbox.url })
  const byHand = await startByHand(0, sandbox.url)
  const compared = await compare('to a receiver over HTTP', 10, {
    ours: overHttp(server, sandbox),
    theirs: worker('segment.mjs', 'http', sink.url),
    byHand: overHttp(byHand, sandbox),
  })
  sink.close()
  await sandbox.close()
  return compared
}

function overHttp(
  server: Pick<BenchServer, 'url' | 'pid' | 'stop'>,
  sandbox: Awaited<ReturnType<typeof startSandbox>>,
): Contender {
  let first = 0
  return {
    async run() {
      const { perSecond, cpu_us } = await measurePath(server, sandbox, { events: EVENTS, first })
      first += EVENTS
      return { events: EVENTS, elapsed_ms: (EVENTS * 1_000) / perSecond, cpu_us: cpu_us * EVENTS }
    },
    stop: server.stop,
  }
}

type Contenders = {
  readonly ours: Contender
  readonly theirs: Contender
  /** The same work without anything that can be configured: what nobody does in less. */
  readonly byHand?: Contender
}

async function compare(what: string, goal: number, contenders: Contenders): Promise<readonly Result[]> {
  const each = Object.entries(contenders) as readonly (readonly [keyof Contenders, Contender])[]
  const measured = { ours: [] as Measured[], theirs: [] as Measured[], byHand: [] as Measured[] }
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [which, contender] of each) {
      const one = await contender.run()
      if (round > 0) measured[which].push(one) // the first warms up
    }
  }
  for (const [, { stop }] of each) await stop()
  const [mine, peer] = [
    resultOf(`peers: Millrace, ${what}`, measured.ours),
    resultOf(`peers: ${NAME}, ${what}`, measured.theirs),
  ]
  const value = mine.perSecond / peer.perSecond
  const beside = { ...mine, ratio: { to: 'Segment’s', value, goal, floor: goal / 2 } }
  if (contenders.byHand === undefined) return [beside, peer]
  const hand = resultOf(`peers: by hand, ${what}`, measured.byHand)
  return [beside, peer, { ...hand, note: `${(hand.perSecond / peer.perSecond).toFixed(2)} of Segment’s` }]
}

function resultOf(name: string, rounds: readonly Measured[]) {
  const rates = rounds.map(({ events, elapsed_ms }) => (events * 1_000) / elapsed_ms)
  const cpu_us = median(rounds.map((one) => one.cpu_us / one.events))
  return { name, perSecond: median(rates), spread: spreadOf(rates), cpu_us }
}
