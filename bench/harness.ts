import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'

export type Result = {
  readonly name: string
  readonly perSecond: number
  /** Processor time of the measured process, all its threads, in microseconds for each event. */
  readonly cpu_us?: number
  readonly rss_mb?: number
  readonly p99_ms?: number
  readonly note?: string
  /** Beside something else in the same run. Below the floor the run fails: about half of what was measured. */
  readonly ratio?: { readonly to: string; readonly value: number; readonly floor: number }
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

/** Starts Node on a script, on one core of its own where the machine has `taskset`. */
export function spawnPinned(core: number, args: readonly string[], { ipc = false } = {}): ChildProcess {
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
