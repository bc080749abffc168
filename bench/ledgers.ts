// npm run bench:ledgers: what a record costs in the SQLite ledger and in the one on PostgreSQL, in one run on one machine.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Ledger, Progress } from '../server/ledger/ledger.ts'
import { postgresLedger } from '../server/ledger/postgres.ts'
import { sqliteLedger } from '../server/ledger/sqlite.ts'
import { connectPostgres } from '../server/postgres/connect.ts'
import { scratchPostgres } from '../test/cluster/postgres.ts'
import { makeEvents } from './events.ts'

const LANES = 8
const CONNECTIONS = 6
const RUNS = 3
/** Linux counts a process's time in hundredths of a second. */
const TICK_US = 10_000
const CASES = [
  { events: 500, records: 1_000 },
  { events: 50, records: 4_000 },
  { events: 1, records: 8_000 },
] as const

type Figures = { readonly perSecond: number; readonly own_us: number; readonly server_us: number }

/** What a lane records after a batch that was delivered in one request. */
function progressOf(lane: number, n: number, events: number, body: string): Progress {
  const at_ms = 1_800_000_000_000 + n * 100
  const addresses = Array.from({ length: events }, (_, index) => ({ lane, chunk: n * LANES + lane, index }))
  const counted = { of: 'heap', at_ms, count: events }
  return {
    ...{
      readerId: 'heap',
      lane,
      cursor: { chunk: n * LANES + lane + 1, index: 0 },
      deadLetters: [],
      refusals: [],
    },
    counts: [
      { ...counted, part: 'website', name: 'read' },
      { ...counted, part: 'website', name: 'matched' },
      { ...counted, part: 'track-event', name: 'deliveries' },
      { ...counted, part: 'track-event', name: 'delivered' },
    ],
    attempts: [
      {
        ...{
          instanceId: 'heap',
          lane,
          startedAt_ms: at_ms,
          duration_ms: 80,
          attempt: 1,
          outcome: 'delivered',
          status: 200,
        },
        ...{ reason: undefined, method: 'POST', url: 'https://heapanalytics.com/api/integrations/track' },
        ...{ addresses, subscriptionIds: ['track-event'], requestBody: body, responseBody: '{}' },
      },
    ],
  }
}

async function measure(
  ledger: Ledger,
  events: number,
  records: number,
  server_us: () => number,
): Promise<Figures> {
  const body = JSON.stringify({ app_id: '11', events: makeEvents(events, 0) })
  const lane = async (number: number, from: number, count: number) => {
    for (let n = from; n < from + count; n++) await ledger.record(progressOf(number, n, events, body))
  }
  const all = (from: number, count: number) =>
    Promise.all(Array.from({ length: LANES }, (_, number) => lane(number, from, count / LANES)))
  await all(0, 10 * LANES)
  const [cpu, server, start_ms] = [process.cpuUsage(), server_us(), performance.now()]
  await all(1_000, records)
  const { user, system } = process.cpuUsage(cpu)
  const seconds = (performance.now() - start_ms) / 1_000
  const of = (us: number) => us / records
  return { perSecond: records / seconds, own_us: of(user + system), server_us: of(server_us() - server) }
}

function median(all: readonly Figures[]): Figures {
  return all.toSorted((a, b) => a.perSecond - b.perSecond)[Math.floor(all.length / 2)] as Figures
}

/** The processor time of a server's processes. Those that end take theirs with them: connections stay open while it is measured. */
function serverTime_us(pid: number): number {
  let ticks = 0
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    try {
      const fields = readFileSync(`/proc/${entry}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
      if (Number(fields[1]) === pid || entry === String(pid)) ticks += Number(fields[11]) + Number(fields[12])
    } catch {
      // It has ended meanwhile.
    }
  }
  return ticks * TICK_US
}

const server = await scratchPostgres({ isDurable: true })
console.log(
  '| a record of | SQLite | PostgreSQL | CPU: SQLite | CPU: here for PostgreSQL | CPU: PostgreSQL’s own |',
)
console.log('| --- | --: | --: | --: | --: | --: |')
for (const { events, records } of CASES) {
  const [files, postgres]: [Figures[], Figures[]] = [[], []]
  for (let run = 0; run < RUNS; run++) {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
    const file = sqliteLedger(join(folder, 'ledger.db'))
    files.push(await measure(file, events, records, () => 0))
    await file.close()
    rmSync(folder, { recursive: true })
    const url = server.newUrl()
    const db = connectPostgres({ url, connections_max: CONNECTIONS, waitsForDisk: false, name: 'bench' })
    const ledger = await postgresLedger(db)
    postgres.push(await measure(ledger, events, records, () => serverTime_us(server.pid())))
    await ledger.close()
  }
  const [one, other] = [median(files), median(postgres)]
  const rate = ({ perSecond }: Figures) => `${Math.round(perSecond).toLocaleString('en')}/s`
  const us = (figure: number) => `${Math.round(figure).toLocaleString('en')} µs`
  console.log(
    `| ${events} events | ${rate(one)} | ${rate(other)} | ${us(one.own_us)} | ${us(other.own_us)} | ${us(other.server_us)} |`,
  )
}
await server.remove()
