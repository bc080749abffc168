import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { cpuSeconds, median, type Result, residentMb, type Sizes } from './harness.ts'
import { startServer } from './server-process.ts'

const ROOT = join(import.meta.dirname, '..')
/** Nobody looks at it: it fails. */
const NOWHERE = 'http://127.0.0.1:9'
const SETTLES_MS = 2_000
const MB = 1_000_000

/** What a server that nobody uses takes, how soon it is ready, and what it weighs on a disk. */
export async function smallBench({ rounds, isQuick }: Sizes): Promise<Result[]> {
  const ready_ms: number[] = []
  for (let round = 0; round < rounds; round++) {
    const server = await startServer({ core: 0, heapUrl: NOWHERE })
    ready_ms.push(server.ready_ms)
    await server.stop()
  }
  const server = await startServer({ core: 0, heapUrl: NOWHERE })
  const seconds = isQuick ? 2 : 60
  await wait(SETTLES_MS)
  const before_s = cpuSeconds(server.pid)
  await wait(seconds * 1_000)
  const cpu_percent = ((cpuSeconds(server.pid) - before_s) * 100) / seconds
  const rss_mb = residentMb(server.pid)
  await server.stop()
  const bound = 'at most'
  return [
    {
      name: 'small: a server that nobody uses',
      rss_mb,
      note: `ready after ${Math.round(median(ready_ms))} ms (${Math.round(Math.min(...ready_ms))} to ${Math.round(Math.max(...ready_ms))}), ${cpu_percent.toFixed(2)} % of a core over ${seconds} s`,
      targets: [
        { what: 'resident, idle', value: rss_mb, unit: 'MB', bound, goal: 120, floor: 240 },
        { what: 'processor time, idle', value: cpu_percent, unit: '% of a core', bound, goal: 0.5, floor: 2 },
        { what: 'ready', value: median(ready_ms), unit: 'ms', bound, goal: 1_000, floor: 4_000 },
      ],
    },
    // `npm run test:package` holds the limit in CI, of the package itself.
    ...(isQuick ? [] : [installed()]),
  ]
}

/** What `npm ci --omit=dev` puts on the disk. */
function installed(): Result {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-installed-'))
  try {
    for (const name of ['package.json', 'package-lock.json']) cpSync(join(ROOT, name), join(folder, name))
    const options = ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund']
    execFileSync('npm', options, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
    const value = bytesBelow(join(folder, 'node_modules')) / MB
    const target = {
      what: 'npm ci --omit=dev on disk',
      unit: 'MB',
      bound: 'at most',
      goal: 60,
      floor: 60,
    } as const
    return {
      name: 'small: npm ci --omit=dev',
      note: `${value.toFixed(1)} MB`,
      targets: [{ ...target, value }],
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function bytesBelow(path: string): number {
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.size
  return readdirSync(path).reduce((sum, name) => sum + bytesBelow(join(path, name)), 0)
}
