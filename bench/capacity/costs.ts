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
 * Measured by `npm run bench:capacity -- --json` on the small cluster, all of it on two cores that had other work too. CPU is the closest to eight
 * loads, four in each of two runs; of PostgreSQL more, as the first load of each cost 70 and 123 µs an event and the others fit to 11. Memory
 * is what each process had at the end, and half as much again.
 */
export const COSTS: Costs = {
  cpu: {
    ingest: { event_us: 41, chunk_us: 0, request_us: 311, idle_cores: 0.005 },
    delivery: { event_us: 118, chunk_us: 8, request_us: 954, idle_cores: 0.027 },
    indexer: { event_us: 23, chunk_us: 0, request_us: 235, idle_cores: 0.022 },
    admin: { event_us: 46, chunk_us: 8, request_us: 228, idle_cores: 0.009 },
    nats: { event_us: 48, chunk_us: 0, request_us: 878, idle_cores: 0.15 },
    postgres: { event_us: 30, chunk_us: 0, request_us: 439, idle_cores: 0.002 },
  },
  memory_bytes: {
    ingest: 330 * MB,
    delivery: 370 * MB,
    indexer: 300 * MB,
    admin: 300 * MB,
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
