import type { Part } from './cluster.ts'
import type { Costs } from './costs.ts'

const SECONDS_PER_DAY = 86_400
const GIB = 1_073_741_824

/** What is sent, and how long it is kept. */
export type Workload = {
  readonly events_perSecond: number
  /** As clients send it, without compression. */
  readonly event_bytes: number
  readonly eventsPerRequest: number
  /** Heap destinations that each get every event. */
  readonly destinations: number
  readonly retention_days: number
  readonly history_days: number
}
export type PartPlan = {
  /** On the average; bursts come on top. */
  readonly cores: number
  readonly processes: number
  /** Of each process. */
  readonly memory_bytes: number
}
export type Plan = {
  readonly parts: Readonly<Record<Part, PartPlan>>
  readonly lanes: number
  /** Of each NATS server, and of PostgreSQL. */
  readonly log_bytes: number
  readonly ledger_bytes: number
  /** All that the NATS servers send, to processes and to each other, bytes a second. */
  readonly natsOut_perSecond: number
  /** To all destinations, bytes a second. */
  readonly destinationsOut_perSecond: number
  readonly postgresConnections: number
  /** Heap environments that take all of it, by their documented limit. */
  readonly heapEnvironments: number
}

/** How much of a core a process may be busy with on the average: who is waited for has room for bursts. One that is one cannot be shared out. */
const BUSY_MAX: Readonly<Record<Part, number>> = {
  ingest: 0.5,
  delivery: 0.7,
  indexer: 0.7,
  admin: 0.7,
  nats: 0.5,
  postgres: 0.5,
}
/** Two of each that people wait for; three servers keep the log, one database has a leader. */
const PROCESSES_MIN: Readonly<Record<Part, number>> = {
  ingest: 2,
  delivery: 2,
  indexer: 1,
  admin: 1,
  nats: 3,
  postgres: 1,
}
/** These have one process, or three that do the same: more cores, not more processes. The admin side's index is one thread. */
const IS_FIXED: ReadonlySet<Part> = new Set(['admin', 'nats', 'postgres'])
const LANES_MIN = 16
const LANES_MAX = 256
/** So that lanes can be shared out evenly, and more processes come later. */
const LANES_PER_DELIVERY = 4

/** Cores, memory, disks, network and connections for a workload: costs times events, and what has to be there anyway. */
export function planFor(workload: Workload, costs: Costs): Plan {
  const { events_perSecond: rate, destinations } = workload
  const parts = Object.fromEntries(
    (Object.keys(BUSY_MAX) as Part[]).map((part) => [part, partPlan(part, workload, costs)]),
  ) as Record<Part, PartPlan>
  const log_bytes = rate * costs.logBytesPerByte * workload.event_bytes
  const ledger_bytes = rate * costs.ledger_bytes * destinations
  const ours = parts.ingest.processes + parts.delivery.processes + parts.indexer.processes + parts.admin.processes
  return {
    parts,
    lanes: lanesFor(parts.delivery.processes),
    log_bytes: log_bytes * workload.retention_days * SECONDS_PER_DAY,
    // A day is dropped when all of it is over.
    ledger_bytes: ledger_bytes * (workload.history_days + 1) * SECONDS_PER_DAY,
    natsOut_perSecond: rate * costs.natsOutPerByte * workload.event_bytes,
    destinationsOut_perSecond: rate * costs.requestBytesPerByte * workload.event_bytes * destinations,
    postgresConnections: ours * costs.postgresConnections,
    heapEnvironments: Math.ceil(rate / costs.heapEvents_perSecond),
  }
}

/** Processor seconds a second of one part, all its processes together. */
export function coresOf(part: Part, workload: Workload, costs: Costs): number {
  const { event_us, request_us } = costs.cpu[part]
  const each_us = event_us * (part === 'delivery' ? workload.destinations : 1)
  return (workload.events_perSecond * (each_us + request_us / workload.eventsPerRequest)) / 1e6
}

function partPlan(part: Part, workload: Workload, costs: Costs): PartPlan {
  const { idle_cores } = costs.cpu[part]
  const cores = coresOf(part, workload, costs) + idle_cores
  const least = PROCESSES_MIN[part]
  const processes = IS_FIXED.has(part) ? least : Math.max(least, Math.ceil(cores / BUSY_MAX[part]))
  return { cores, processes, memory_bytes: memoryOf(part, workload, costs) }
}

/** Ids are remembered for a day by whoever takes events, as many as it may hold. */
function memoryOf(part: Part, { events_perSecond }: Workload, { memory_bytes, id_bytes, ids_max }: Costs): number {
  const ids = part === 'ingest' ? Math.min(ids_max, events_perSecond * SECONDS_PER_DAY) : 0
  return memory_bytes[part] + ids * id_bytes
}

function lanesFor(deliveries: number): number {
  const wanted = 2 ** Math.ceil(Math.log2(deliveries * LANES_PER_DELIVERY))
  return Math.min(LANES_MAX, Math.max(LANES_MIN, wanted))
}

export type Ceiling = {
  readonly what: string
  /** Where it is reached. */
  readonly events_perSecond: number
  readonly remedy: string
}

/** What cannot be bought with more processes, the lowest first. */
export function ceilings(workload: Workload, costs: Costs): readonly Ceiling[] {
  const full = (part: Part, cores: number) => cores / coresOf(part, { ...workload, events_perSecond: 1 }, costs)
  const { single, event } = { single: costs.single, event: workload.event_bytes }
  return [
    {
      what: 'Heap’s limit of one environment: 15,000 events a minute',
      events_perSecond: costs.heapEvents_perSecond,
      remedy: 'triggers that let through what is looked at; an environment for each product; a higher limit from Heap, and `eventsPerMinute` in the settings',
    },
    {
      what: `a day of message ids, as many as \`--dedupe-ids-max\` comes with`,
      events_perSecond: costs.ids_max / SECONDS_PER_DAY,
      remedy: `raise it, at ${costs.id_bytes} bytes each; else the window gets shorter than a day by itself`,
    },
    {
      what: 'one process: its thread that delivers',
      events_perSecond: 1e6 / (single.delivery_us * workload.destinations),
      remedy: 'a cluster with several `delivery`',
    },
    {
      what: 'one process: its thread that takes events',
      events_perSecond: 1e6 / (single.ingest_us + single.request_us / workload.eventsPerRequest),
      remedy: 'several `ingest` behind a proxy',
    },
    {
      what: 'the index of the pages, which one process builds from all events',
      events_perSecond: full('admin', 1),
      remedy: 'search and Schema are behind then, and nothing else is; a smaller installation for each group of sources',
    },
    {
      what: 'NATS: 8 cores for the three servers’ work together, all reading of the log in it',
      events_perSecond: full('nats', 8),
      remedy: 'larger machines; then an installation of its own for each group of sources',
    },
    {
      what: 'NATS: 10 Gbit/s out of the three servers together',
      events_perSecond: 1.25e9 / (costs.natsOutPerByte * event),
      remedy: '25 Gbit/s, three machines of their own; then as above',
    },
    {
      what: 'PostgreSQL: 1 TiB of attempts a day',
      events_perSecond: (1_024 * GIB) / (costs.ledger_bytes * workload.destinations * SECONDS_PER_DAY),
      remedy: '`--history-gib` hides what is over and drops it with its day: room for two days, or fewer destinations that get everything',
    },
    {
      what: 'lanes: 256, each with one owner',
      events_perSecond: (LANES_MAX * BUSY_MAX.delivery) / coresOf('delivery', { ...workload, events_perSecond: 1 }, costs),
      remedy: 'an installation of its own for each group of sources',
    },
  ].toSorted((a, b) => a.events_perSecond - b.events_perSecond)
}
