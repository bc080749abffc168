import { availableParallelism } from 'node:os'

/**
 * The two halves of where the main thread's young objects live are this large at most: left to itself, V8 lets them grow to
 * three times 16 MB, and a server that takes all it can then has 140 MB more, for 5 % of its processor time.
 */
const YOUNG_HALF_MB = 4
const YOUNG_FLAG = '--max-semi-space-size'
/**
 * And this large from the beginning. V8 begins with less, and what the start makes then outlives many small collections, is taken for
 * old, and makes the old ones look for garbage: a tenth of the start, for memory that the first clearing gives back.
 */
const YOUNG_HALF_MIN_MB = 2
const YOUNG_FLAG_MIN = '--min-semi-space-size'

const YOUNG = [`${YOUNG_FLAG}=${YOUNG_HALF_MB}`, `${YOUNG_FLAG_MIN}=${YOUNG_HALF_MIN_MB}`] as const

/**
 * V8's own threads, which look for garbage; Node has four on every machine. On one core each of them took its turn of 4 ms while a
 * request waited: with one in place of four the slowest hundredth of answers at half load, in batches, took 20 ms in place of 25.
 */
const POOL_FLAG = '--v8-pool-size'
const POOL_MAX = 4
const poolSize = (cores: number) => Math.max(1, Math.min(POOL_MAX, Math.floor(cores / 2)))

/** The commands that run for long with much coming through them. The others are over before it would count. */
const LONG: ReadonlySet<string | undefined> = new Set(['start', 'import'])
export const isLong = (command: string | undefined): boolean => LONG.has(command)

/**
 * Of glibc. One arena: with one for each thread, it keeps some 30 MB more that nobody uses. And bodies and answers, from 128 KiB on,
 * get pages of their own and give them back, which is where glibc begins, until it has seen such a one freed: from then on
 * it lays them between everything else, which cost another 15 to 20 MB. https://man7.org/linux/man-pages/man3/mallopt.3.html
 */
const THRIFTY_MALLOC = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '262144',
} as const

export type BegunProcess = {
  readonly platform: NodeJS.Platform
  readonly execPath: string
  readonly execArgv: readonly string[]
  /** Node itself, the script, and what it was given. */
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  /** It has a channel to the process that began it, which another program would not have. */
  readonly connected?: boolean | undefined
  readonly execve?: unknown
}
export type Replacement = {
  readonly file: string
  readonly args: readonly string[]
  readonly env: Record<string, string>
}

/**
 * What a process becomes to keep little memory, where options of Node and of the C library say so: they count from the first
 * moment of a process alone. Undefined where it cannot be done, and where it has been done, or said otherwise, by whoever
 * began it: docs/adr/0025-memory.md.
 */
export function thriftyReplacement(
  begun: BegunProcess,
  cores = availableParallelism(),
): Replacement | undefined {
  const { platform, execPath, execArgv, argv, env, connected = false, execve } = begun
  if (platform === 'win32' || execve === undefined || connected) return undefined
  const isSaid = (flag: string) =>
    [...execArgv, env['NODE_OPTIONS'] ?? ''].some((option) => option.includes(flag))
  if (isSaid(YOUNG_FLAG)) return undefined
  const pool = isSaid(POOL_FLAG) ? [] : [`${POOL_FLAG}=${poolSize(cores)}`]
  const set = Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  return {
    file: execPath,
    args: [execPath, ...execArgv, ...YOUNG, ...pool, ...argv.slice(1)],
    env: { ...THRIFTY_MALLOC, ...Object.fromEntries(set) },
  }
}

/** Comes back only where there is nothing to replace: the same process goes on from its beginning, under the same number. */
export function beThriftyProcess(): void {
  const next = thriftyReplacement(process)
  if (next !== undefined) process.execve?.(next.file, next.args, next.env)
}
