// npm run bench:log-engines [-- --seconds 5]: the log as a file beside the log on NATS servers, in one run. This process and the servers have
// a core each (taskset).
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { jetstreamLog } from '../server/log/jetstream.ts'
import type { EventLog, NewEntry } from '../server/log/log.ts'
import { sqliteLog } from '../server/log/sqlite.ts'
import { logOptions } from '../test/cluster/jetstream-log.fixtures.ts'
import { type NatsServers, startNats } from '../test/cluster/nats.ts'
import { findNats, NO_NATS } from '../test/cluster/nats-binary.ts'
import { cpuSeconds, percentile, pinSelf } from './harness.ts'

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '5' } } })
const SECONDS = Number(values.seconds)
const LANES = 8
/** Appends on their way at once: as many clients that wait for their answer. */
const SENDERS = 64
const EVENTS_PER_APPEND = 100
const SINGLE_APPENDS = 1_000
const TEXT = 'abcdefghij'.repeat(95)

type Figures = { readonly events_per_s: number; readonly own_us: number; readonly servers_us: number }

pinSelf(0)
const binary = findNats()
if (binary === undefined) console.error(`Without NATS: it ${NO_NATS}.`)

console.log(
  '| log | events/s, one person an append | own µs/event | servers µs/event | events/s, 100 persons an append | own µs/event | servers µs/event | one append p50 / p99 ms |',
)
console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |')
await onSqlite()
for (const count of binary === undefined ? [] : [1, 3]) await onNats(count)

async function onSqlite(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
  const log = sqliteLog(join(folder, 'log.db'), { lanes: LANES })
  await measure('SQLite file', log, [])
  await log.close()
  rmSync(folder, { recursive: true })
}

async function onNats(count: number): Promise<void> {
  const nats: NatsServers = await startNats(binary as NonNullable<typeof binary>, {
    servers: count,
    cores: '1',
  })
  try {
    const log = await jetstreamLog({ ...logOptions(nats, 'bench', count), lanes: LANES })
    const pids = nats.servers.map((server) => server.pid() as number)
    await measure(`NATS, ${count} server${count > 1 ? 's' : ''}`, log, pids)
    await log.close()
  } finally {
    await nats.stop()
  }
}

async function measure(name: string, log: EventLog, pids: readonly number[]): Promise<void> {
  await throughput(log, pids, 1, 1)
  const one = await throughput(log, pids, SECONDS, 1)
  const many = await throughput(log, pids, SECONDS, EVENTS_PER_APPEND)
  const latencies_ms: number[] = []
  for (let n = 0; n < SINGLE_APPENDS; n++) {
    const start_ms = performance.now()
    await log.append([entry(n, 0)])
    latencies_ms.push(performance.now() - start_ms)
  }
  const at = (share: number) => percentile(latencies_ms, share).toFixed(2)
  const columns = [one, many].flatMap(({ events_per_s, own_us, servers_us }) => [
    Math.round(events_per_s).toLocaleString('en'),
    own_us.toFixed(1),
    pids.length === 0 ? '-' : servers_us.toFixed(1),
  ])
  console.log(`| ${[name, ...columns, `${at(0.5)} / ${at(0.99)}`].join(' | ')} |`)
}

async function throughput(
  log: EventLog,
  pids: readonly number[],
  seconds: number,
  persons: number,
): Promise<Figures> {
  const [own, servers] = [process.cpuUsage(), cpu_us(pids)]
  const start_ms = performance.now()
  let events = 0
  async function sender(number: number): Promise<void> {
    for (let n = 0; performance.now() - start_ms < seconds * 1_000; n++) {
      const entries = Array.from({ length: EVENTS_PER_APPEND }, (_, index) =>
        entry(number * 1_000 + (index % persons), n),
      )
      await log.append(entries)
      events += entries.length
    }
  }
  await Promise.all(Array.from({ length: SENDERS }, (_, number) => sender(number)))
  const { user, system } = process.cpuUsage(own)
  return {
    events_per_s: (events * 1_000) / (performance.now() - start_ms),
    own_us: (user + system) / events,
    servers_us: (cpu_us(pids) - servers) / events,
  }
}

function entry(person: number, n: number): NewEntry {
  const fingerprint = { high: person, low: n }
  return { key: `p${person}`, text: `{"n":${n},"text":"${TEXT}"}`, fingerprint }
}

/** Of all of these processes so far. */
function cpu_us(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0) * 1e6
}
