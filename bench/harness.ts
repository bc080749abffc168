import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'

/** How much of everything is measured. */
export type Sizes = {
  readonly events: number
  readonly rounds: number
  /** For CI: all of it in a minute. */
  readonly isQuick: boolean
  /** Of the sustained run. */
  readonly minutes: number
  /** In the log, for what may grow with it. */
  readonly logSizes: readonly number[]
}

export type Result = {
  readonly name: string
  readonly perSecond?: number
  /** Of the rounds: the slowest and the fastest, in events a second. */
  readonly spread?: readonly [min: number, max: number]
  /** Processor time of the measured process, all its threads, in microseconds for each event. */
  readonly cpu_us?: number
  readonly rss_mb?: number
  readonly p50_ms?: number
  readonly p99_ms?: number
  readonly note?: string
  /** Beside something else in the same run. Below the floor the run fails: about half of what was measured. */
  readonly ratio?: {
    readonly to: string
    readonly value: number
    readonly floor: number
    readonly goal?: number
  }
  readonly targets?: readonly Target[]
}

/** What is aimed at, beside what was measured. */
export type Target = {
  readonly what: string
  readonly value: number
  readonly unit: string
  readonly bound: 'at least' | 'at most'
  readonly goal: number
  /** Where a run fails: about half of what was measured, or twice, where less is better. */
  readonly floor: number
}

/** All of a result, its ratio among them. */
export function targetsOf({ name, ratio, targets = [] }: Result): readonly Target[] {
  if (ratio === undefined) return targets
  const { to, value, floor, goal = Number.NaN } = ratio
  return [{ what: `${name}, beside ${to}`, value, unit: '×', bound: 'at least', goal, floor }, ...targets]
}

export function isMet({ value, bound, goal }: Target): boolean {
  return bound === 'at least' ? value >= goal : value <= goal
}

export function isBelowFloor({ value, bound, floor }: Target): boolean {
  return !(bound === 'at least' ? value >= floor : value <= floor)
}

export function spreadOf(values: readonly number[]): readonly [min: number, max: number] {
  return [Math.min(...values), Math.max(...values)]
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? 0
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

const canPin = availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0

/** Starts Node on a script, on one core of its own (or several: `0,1`) where the machine has `taskset`. */
export function spawnPinned(
  core: number | string,
  args: readonly string[],
  { ipc = false } = {},
): ChildProcess {
  const command = canPin ? ['taskset', '-c', String(core), process.execPath] : [process.execPath]
  return spawn(command[0] as string, [...command.slice(1), ...args], {
    stdio: ipc ? ['ignore', 'inherit', 'inherit', 'ipc'] : ['ignore', 'pipe', 'inherit'],
  })
}

/** Keeps this process, which makes the load, off the measured core. */
export function pinSelf(core: number): void {
  if (canPin) spawnSync('taskset', ['-cap', String(core), String(process.pid)])
}

const TICKS_PER_SECOND = 100

/** Processor seconds that a process has used, all threads; NaN where there is no /proc. */
export function cpuSeconds(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
  } catch {
    return Number.NaN
  }
}

export function residentMb(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_024)
  } catch {
    return Number.NaN
  }
}
