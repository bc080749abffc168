import type { CpuCosts } from './fit.ts'
import type { Part } from './parts.ts'

/** Processor time of one part, over all its processes; beside what events cost, what it costs while nothing happens. */
export type PartCosts = CpuCosts & { readonly idle_cores: number }

export type Costs = {
  readonly cpu: Readonly<Record<Part, PartCosts>>
  /** Of one process, without what it remembers. */
  readonly memory_bytes: Readonly<Record<Part, number>>
  /** A remembered messageId, and how many there may be: docs/operating.md, `--dedupe-ids-max`. */
  readonly id_bytes: number
  readonly ids_max: number
  /** What one NATS server keeps of a byte of an event, and how much all three send for it, to readers and to each other. */
  readonly logBytesPerByte: number
  readonly natsOutPerByte: number
  /** What the database grows by for a byte of an event and a destination: attempts with their bodies, most of it. */
  readonly ledgerBytesPerByte: number
  /** Of one process: `--postgres-connections`. */
  readonly postgresConnections: number
  /** A Heap environment's: https://developers.heap.io/reference/bulk-track, 15,000 events a minute. */
  readonly heapEvents_perSecond: number
  /** One process that does everything, on files: docs/benchmarks.md and docs/benchmarks-pending.md. */
  readonly single: {
    readonly ingestEvent_us: number
    readonly ingestRequest_us: number
    readonly deliveryEvent_us: number
  }
}

const MB = 1_000_000

/**
 * Measured by `npm run bench:capacity -- --json` on the small cluster: two cores, folders in memory, other work on the machine. CPU is the
 * closest to eight loads, four in each of two runs. Memory is what each process had at the end, and half as much again.
 */
export const COSTS: Costs = {
  cpu: {
    ingest: { event_us: 15, chunk_us: 0, request_us: 191, idle_cores: 0.01 },
    delivery: { event_us: 95, chunk_us: 0, request_us: 369, idle_cores: 0.03 },
    indexer: { event_us: 14, chunk_us: 0, request_us: 84, idle_cores: 0.02 },
    admin: { event_us: 14, chunk_us: 0.5, request_us: 75, idle_cores: 0.015 },
    nats: { event_us: 31, chunk_us: 0, request_us: 242, idle_cores: 0.1 },
    postgres: { event_us: 9, chunk_us: 0, request_us: 118, idle_cores: 0.003 },
  },
  memory_bytes: {
    ingest: 340 * MB,
    delivery: 480 * MB,
    indexer: 400 * MB,
    admin: 320 * MB,
    nats: 440 * MB,
    postgres: 2_000 * MB,
  },
  id_bytes: 32,
  ids_max: 2_000_000,
  logBytesPerByte: 1.1,
  natsOutPerByte: 9,
  ledgerBytesPerByte: 0.17,
  postgresConnections: 12,
  heapEvents_perSecond: 250,
  single: { ingestEvent_us: 34.4, ingestRequest_us: 48.6, deliveryEvent_us: 65.2 },
}
