import { spawnSync } from 'node:child_process'

/** Where processes run while they are measured: Millrace on one core, its servers, the load and the receiver on another. */
export type Places = { readonly millrace: readonly number[]; readonly others: readonly number[] }

/** Among what runs in real time. */
const PRIORITY = 12

/**
 * Puts running processes on their cores, as far as the machine has `taskset` and two cores; with `isFirst` they also go before all else
 * on the machine (`chrt`), so that a busy one spoils the figures less.
 */
export function placeProcesses({ millrace, others }: Places, isFirst: boolean): void {
  for (const [pids, core] of [[millrace, '0'] as const, [[...others, process.pid], '1'] as const]) {
    for (const pid of pids) {
      spawnSync('taskset', ['-acp', core, String(pid)])
      if (isFirst) spawnSync('chrt', ['-a', '-r', '-p', String(PRIORITY), String(pid)])
    }
  }
}
