import { BUSY_PARTS } from '../../server/indexer/pace.ts'

/** Medians over the rounds. */
export type PendingRow = {
  readonly events: number
  readonly ready_ms: number
  readonly readyCpu_ms: number
  readonly paused_mb: number
  readonly draining_mb: number
  readonly drained: number
  readonly perSecond: number
  /** Processor time of the server, all its threads, for each event that was drained. */
  readonly cpu_us: number
  readonly pausedIndexedPerSecond: number
  readonly indexedPerSecond: number
}
type Told = {
  readonly little: PendingRow
  readonly full: PendingRow
  readonly rounds: number
  readonly paused_ms: number
  readonly machine: string
  readonly note: string
}

/** docs/benchmarks-pending.md. */
export function pendingPage({ little, full, rounds, paused_ms, machine, note }: Told): string {
  const line = (name: string, of: (row: PendingRow) => number, digits = 0) =>
    `| ${name} | ${grouped(of(little), digits)} | ${grouped(of(full), digits)} |`
  const share = (of: (row: PendingRow) => number) => ((100 * of(full)) / of(little)).toFixed(0)
  return `# A long backlog

Written by \`npm run bench:pending -- --write\`. Machine: ${machine}.
A server starts on a log whose events a Heap destination has all before it, and that nobody has indexed: once with the destination
paused, for ${paused_ms / 1_000} s, and once from the same state with it open, into a receiver that takes everything. The server runs on one core. Medians of ${rounds} rounds, in turn.${note === '' ? '' : `\n${note}`}

| events before it | ${grouped(little.events)} | ${grouped(full.events)} |
| --- | --- | --- |
${line('ready after, ms', (row) => row.ready_ms)}
${line('… processor time in it, ms', (row) => row.readyCpu_ms)}
${line('resident MB while paused, at most', (row) => row.paused_mb)}
${line('resident MB while draining, at most', (row) => row.draining_mb)}
${line('… so many were drained meanwhile', (row) => row.drained)}
${line('drained a second', (row) => row.perSecond)}
${line('processor time for each, µs', (row) => row.cpu_us, 1)}
${line('indexed a second while paused', (row) => row.pausedIndexedPerSecond)}
${line('indexed a second while draining', (row) => row.indexedPerSecond)}

The long one drains at ${share((row) => row.perSecond)} % of the short one's speed, and at ${share((row) => 1 / row.cpu_us)} % of its events for a second of processor time. Beside both,
indexers go on, in one part of ${BUSY_PARTS} of the thread's time.
`
}

function grouped(value: number, digits = 0): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: digits, minimumFractionDigits: digits })
}
