import { startSandbox } from '../sandbox/server.ts'
import { median, type Result, residentMb, type Sizes, spreadOf } from './harness.ts'
import { measurePath, type PathRound } from './path.ts'
import { startServer } from './server-process.ts'

/** Half of what was measured would be less than one core gives. */
const FLOOR = 0.8

/** The whole path with a server on one core, and with one on both, in turn. Load and sandbox are on the second core each time. */
export async function coresBench({ events, rounds, isQuick }: Sizes): Promise<Result[]> {
  const sandbox = await startSandbox()
  const heapUrl = sandbox.url
  const servers = {
    one: await startServer({ core: 0, heapUrl }),
    both: await startServer({ core: '0,1', heapUrl }),
  }
  const measured = { one: [] as PathRound[], both: [] as PathRound[] }
  try {
    for (let round = 0; round <= (isQuick ? 1 : rounds); round++) {
      for (const which of ['one', 'both'] as const) {
        const figures = await measurePath(servers[which], sandbox, { events, first: round * events })
        if (round > 0) measured[which].push(figures) // the first warms up
      }
    }
    const [one, both] = (['one', 'both'] as const).map((which): Result & { readonly perSecond: number } => {
      const rates = measured[which].map(({ perSecond }) => perSecond)
      return {
        name: `cores: the whole path on ${which === 'one' ? 'one core' : 'both cores'}`,
        ...{ perSecond: median(rates), spread: spreadOf(rates) },
        cpu_us: median(measured[which].map(({ cpu_us }) => cpu_us)),
        rss_mb: residentMb(servers[which].pid),
      }
    }) as [Result & { readonly perSecond: number }, Result & { readonly perSecond: number }]
    const ratio = { to: 'one core', value: both.perSecond / one.perSecond, floor: FLOOR, goal: 1.5 }
    return [one, { ...both, ratio }]
  } finally {
    await servers.one.stop()
    await servers.both.stop()
    await sandbox.close()
  }
}
