import { type Sandbox, startSandbox } from '../sandbox/server.ts'
import { cpuSeconds, median, type Result, residentMb, type Sizes, spreadOf } from './harness.ts'
import { makePosts, sendEvenly, WRITE_KEY } from './load.ts'
import { measurePath } from './path.ts'
import { type BenchServer, startServer } from './server-process.ts'

/** What people see in a day is no burst: small batches, so that what is done for each of them shows. */
const PER_SECOND = 1_000

/** One destination that takes everything, beside others whose triggers match nothing. */
export async function destinationsBench(sizes: Sizes): Promise<Result[]> {
  const counts = sizes.isQuick ? [1, 20] : [1, 10, 100]
  const { arms, results } = await compareArms(sizes, counts, 'destinations', (count, url) =>
    configuration({ destinations: count, sources: 1, url }),
  )
  const one = arms[0] as Arm
  const targets = arms.slice(1).flatMap((arm) =>
    (['burst_us', 'even_us'] as const).map((figure) => ({
      what: `an event for each destination that it does not match, ${arm.count} destinations, ${figure === 'burst_us' ? 'in a burst' : 'at 1,000 events/s'}`,
      value: (arm[figure] - one[figure]) / (arm.count - 1),
      ...({ unit: 'µs', bound: 'at most', goal: 1, floor: 8 } as const),
    })),
  )
  return results.map((result, at) => (at === results.length - 1 ? { ...result, targets } : result))
}

/** The same events from one source, and from many in turn. */
export async function sourcesBench(sizes: Sizes): Promise<Result[]> {
  const counts = [1, 1_000]
  const { arms, results } = await compareArms(sizes, counts, 'sources', (count, url) =>
    configuration({ destinations: 1, sources: count, url }),
  )
  const [one, many] = arms as [Arm, Arm]
  const target = {
    what: 'CPU an event of 1,000 sources beside one',
    ...({ value: many.burst_us / one.burst_us, unit: '×', bound: 'at most', goal: 1.1, floor: 2.5 } as const),
  }
  return results.map((result, at) => (at === results.length - 1 ? { ...result, targets: [target] } : result))
}

type Arm = { readonly count: number; readonly burst_us: number; readonly even_us: number }
type Measured = { readonly perSecond: number; readonly burst_us: number; readonly even_us: number }

/** A server for each count, all at once; rounds in turn. */
async function compareArms(
  { events, rounds, isQuick }: Sizes,
  counts: readonly number[],
  what: 'destinations' | 'sources',
  configurationOf: (count: number, url: string) => string,
) {
  const sandbox = await startSandbox()
  const servers: BenchServer[] = []
  const measured = counts.map(() => [] as Measured[])
  const size = { events: isQuick ? 8_000 : Math.min(events, 40_000), seconds: isQuick ? 1 : 8 }
  try {
    for (const count of counts) {
      servers.push(await startServer({ core: 0, configuration: configurationOf(count, sandbox.url) }))
    }
    for (let round = 0; round <= (isQuick ? 1 : rounds); round++) {
      for (const [at, server] of servers.entries()) {
        const sources = what === 'sources' ? (counts[at] as number) : 1
        const one = await measureArm(server, sandbox, { ...size, sources })
        if (round > 0) measured[at]?.push(one) // the first warms up
      }
    }
    const arms = counts.map((count, at) => {
      const of = (figure: keyof Measured) => median((measured[at] ?? []).map((one) => one[figure]))
      return { count, burst_us: of('burst_us'), even_us: of('even_us') }
    })
    const results = arms.map(({ count, burst_us, even_us }, at): Result => {
      const rates = (measured[at] ?? []).map(({ perSecond }) => perSecond)
      return {
        name: `${what}: ${count.toLocaleString('en-US')}`,
        ...{ perSecond: median(rates), spread: spreadOf(rates), cpu_us: burst_us },
        rss_mb: residentMb((servers[at] as BenchServer).pid),
        note: `${even_us.toFixed(1)} µs CPU an event at ${PER_SECOND.toLocaleString('en-US')} events/s`,
      }
    })
    return { arms, results }
  } finally {
    for (const server of servers) await server.stop()
    await sandbox.close()
  }
}

let sent = 0

async function measureArm(
  server: BenchServer,
  sandbox: Sandbox,
  {
    events,
    seconds,
    sources,
  }: { readonly events: number; readonly seconds: number; readonly sources: number },
): Promise<Measured> {
  const { perSecond, cpu_us } = await measurePath(server, sandbox, { events, first: sent, sources })
  sent += events
  const posts = makePosts(seconds * PER_SECOND, 10, sent, sources)
  sent += seconds * PER_SECOND
  const before_s = cpuSeconds(server.pid)
  await sendEvenly(server.url, posts, { perSecond: PER_SECOND / 10, connections: 8 })
  const even_us = ((cpuSeconds(server.pid) - before_s) * 1_000_000) / (seconds * PER_SECOND)
  return { perSecond, burst_us: cpu_us, even_us }
}

export function configuration(plan: {
  readonly destinations: number
  readonly sources: number
  readonly url: string
}) {
  const sources = Array.from({ length: plan.sources }, (_, n) => ({
    ...{ id: n === 0 ? 'bench' : `bench-${n}`, name: `Bench ${n}`, kind: 'http' },
    writeKey: n === 0 ? WRITE_KEY : `${WRITE_KEY}-${n}`,
  }))
  const settings = { appId: '11', apiUrl: plan.url, eventsPerMinute: 1e8, eventsPerMinutePerPerson: 1e8 }
  const common = { kind: 'heap', sources: sources.map(({ id }) => id) }
  const never = { id: 'never', action: 'trackEvent', trigger: 'event = "Never Sent"' }
  return JSON.stringify({
    sources,
    destinations: Array.from({ length: plan.destinations }, (_, n) =>
      n === 0
        ? { ...common, id: 'heap', name: 'Heap', settings }
        : {
            ...common,
            id: `none-${n}`,
            name: `None ${n}`,
            settings: { ...settings, appId: `${11 + n}` },
            actions: [never],
          },
    ),
  })
}
