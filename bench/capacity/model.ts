import type { Costs } from './costs.ts'
import { predict } from './fit.ts'
import { PARTS, type Part } from './parts.ts'

const SECONDS_PER_DAY = 86_400

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
  const { events_perSecond: rate, event_bytes, destinations } = workload
  const { lanes, parts } = partsFor(workload, costs)
  const ours: readonly Part[] = ['ingest', 'delivery', 'indexer', 'admin']
  const processes = ours.reduce((sum, part) => sum + parts[part].processes, 0)
  const ledger_bytes = rate * costs.ledgerBytesPerByte * event_bytes * destinations
  return {
    ...{ parts, lanes },
    log_bytes: rate * costs.logBytesPerByte * event_bytes * workload.retention_days * SECONDS_PER_DAY,
    // A day is dropped when all of it is over.
    ledger_bytes: ledger_bytes * (workload.history_days + 1) * SECONDS_PER_DAY,
    natsOut_perSecond: rate * costs.natsOutPerByte * event_bytes,
    postgresConnections: processes * costs.postgresConnections,
    heapEnvironments: Math.ceil(rate / costs.heapEvents_perSecond),
  }
}

/** More processes want more lanes, which make smaller chunks, which cost more: up to where both agree. */
function partsFor(workload: Workload, costs: Costs): Pick<Plan, 'lanes' | 'parts'> {
  for (let lanes = LANES_MIN; ; lanes *= 2) {
    const parts = Object.fromEntries(
      PARTS.map((part) => [part, partPlan(part, lanes, workload, costs)]),
    ) as Plan['parts']
    if (lanes >= LANES_MAX || lanes >= parts.delivery.processes * LANES_PER_DELIVERY) return { lanes, parts }
  }
}

function partPlan(part: Part, lanes: number, workload: Workload, costs: Costs): PartPlan {
  const { idle_cores, ...own } = costs.cpu[part]
  const { events_perSecond, eventsPerRequest, destinations } = workload
  const each_us = predict(own, eventsPerRequest, lanes) * (part === 'delivery' ? destinations : 1)
  const cores = (events_perSecond * each_us) / 1e6 + idle_cores
  const least = PROCESSES_MIN[part]
  const processes = IS_FIXED.has(part) ? least : Math.max(least, Math.ceil(cores / BUSY_MAX[part]))
  return { cores, processes, memory_bytes: memoryOf(part, workload, costs) }
}

/** Ids are remembered for a day by whoever takes events, as many as it may hold. */
function memoryOf(
  part: Part,
  { events_perSecond }: Workload,
  { memory_bytes, id_bytes, ids_max }: Costs,
): number {
  const ids = part === 'ingest' ? Math.min(ids_max, events_perSecond * SECONDS_PER_DAY) : 0
  return memory_bytes[part] + ids * id_bytes
}

export type Ceiling = {
  readonly what: string
  /** Where it is reached. */
  readonly events_perSecond: number
  readonly remedy: string
}
const RATE_MAX = 100_000_000

/** What is reached as the rate rises, the lowest first, and what to do. */
export function ceilings(workload: Omit<Workload, 'events_perSecond'>, costs: Costs): readonly Ceiling[] {
  const reached = (isOver: (plan: Plan) => boolean) =>
    lowest((events_perSecond) => isOver(planFor({ ...workload, events_perSecond }, costs)))
  const { single } = costs
  const ingest_us = single.ingestEvent_us + single.ingestRequest_us / workload.eventsPerRequest
  return [
    {
      what: 'a day of message ids, as many as `--dedupe-ids-max` comes with',
      events_perSecond: costs.ids_max / SECONDS_PER_DAY,
      remedy: `raise it, at up to ${costs.id_bytes} bytes each; or know that the window is shorter than a day`,
    },
    {
      what: 'Heap’s own limit of an environment: 15,000 events a minute',
      events_perSecond: costs.heapEvents_perSecond,
      remedy:
        'triggers that let through what is looked at; an environment for each product; a higher limit agreed with Heap, told in the settings',
    },
    {
      what: 'one process: the thread that delivers',
      events_perSecond: 1e6 / (single.deliveryEvent_us * workload.destinations),
      remedy: 'a cluster: several `delivery`',
    },
    {
      what: 'one process: the thread that takes events',
      events_perSecond: 1e6 / ingest_us,
      remedy: 'a cluster: several `ingest` behind a proxy',
    },
    {
      what: 'the index by which pages find events, which each `admin` builds alone',
      events_perSecond: reached(({ parts }) => parts.admin.cores > 1),
      remedy: 'nothing but search and Schema is behind then; else an installation for each group of sources',
    },
    {
      what: 'PostgreSQL: 1 TB of disk for attempts, two days of them',
      events_perSecond: reached(({ ledger_bytes }) => ledger_bytes > 1e12),
      remedy: 'a larger disk: `--history-gib` hides what is over it, and its day is dropped when it is over',
    },
    {
      what: `NATS: 1 TB of disk each, ${workload.retention_days} days of events`,
      events_perSecond: reached(({ log_bytes }) => log_bytes > 1e12),
      remedy: '`--retention-days` and `--retention-gib`: what was delivered may go',
    },
    {
      what: 'NATS: 10 Gbit/s for what the three servers send together',
      events_perSecond: reached(({ natsOut_perSecond }) => natsOut_perSecond > 1.25e9),
      remedy: 'faster networks; then an installation for each group of sources',
    },
    {
      what: 'NATS: 12 cores together, as one stream has one leader',
      events_perSecond: reached(({ parts }) => parts.nats.cores > 12),
      remedy: 'larger requests from senders, fewer lanes; then an installation for each group of sources',
    },
    {
      what: 'lanes: 256 is the most, and each has one owner',
      events_perSecond: reached(({ parts }) => parts.delivery.processes > LANES_MAX),
      remedy: 'an installation for each group of sources',
    },
  ].toSorted((a, b) => a.events_perSecond - b.events_perSecond)
}

/** The lowest rate for which it holds: it holds for every higher one too. */
function lowest(holds: (events_perSecond: number) => boolean): number {
  let [low, high] = [1, RATE_MAX]
  while (high - low > low / 1_000) {
    const middle = (low + high) / 2
    if (holds(middle)) high = middle
    else low = middle
  }
  return high
}
