import type { Configuration, Instance, Source } from '../../core/configuration.ts'
import { FINDING_KINDS } from '../../core/tracking-plan/finding.ts'
import { type Count, INSTANCE_STATES } from '../ledger/ledger.ts'
import type { Figures } from '../lookup/figures.ts'
import type { AttemptFigures } from './attempts.ts'
import { boundedIds } from './bounded.ts'
import type { Sample } from './exposition.ts'
import type { Observed } from './histogram.ts'
import type { MetricName } from './metrics.ts'
import type { ProcessFigures } from './process.ts'
import type { RequestCount } from './requests.ts'
import type { SourceFigures } from './source-counts.ts'

/** Everything that is measured, as it is read at one moment. */
export type Facts = {
  readonly version: string
  readonly node: string
  readonly startedAt_s: number
  readonly cpu_s: number
  readonly resident_bytes: number
  readonly threads: readonly ThreadFigures[]
  readonly process: ProcessFigures
  readonly ready: boolean
  readonly checks: Readonly<Record<string, { readonly ok: boolean }>>
  readonly requests: Readonly<Record<string, readonly RequestCount[]>>
  readonly ingest: Observed
  readonly append: Observed
  /** Undefined where there are no traces. */
  readonly spans: { readonly sent: number; readonly dropped: number } | undefined
  readonly turnedAway: readonly { readonly code: string; readonly source?: string; readonly count: number }[]
  /** What was counted of sources: what their databases brought, and what tracking plans found. */
  readonly sources: ReadonlyMap<string, SourceFigures>
  readonly configuration: Pick<Configuration, 'sources' | 'instances'>
  /** Undefined while the thread that knows is starting again. */
  readonly figures: Figures | undefined
  readonly attempts: readonly AttemptFigures[]
  readonly disk: { readonly free_bytes: number; readonly required_bytes: number }
  readonly databases: Readonly<Record<string, number>>
}
export type ThreadFigures = {
  readonly thread: string
  readonly active_s: number
  readonly idle_s: number
  readonly heap_bytes: number
  readonly heap_bytes_max: number
}

/** The samples that the facts are, in no order. */
export function samplesOf(facts: Facts): readonly Sample[] {
  const { sources, instances } = facts.configuration
  const labels: Labels = {
    source: boundedIds(sources.map(({ id }) => id)),
    destination: boundedIds(instances.map(({ id }) => id)),
  }
  return [
    ...ofServer(facts),
    ...ofRequests(facts, labels),
    ...facts.attempts.flatMap((one) => ofAttempts(one, labels)),
    ...zeros(facts.configuration, labels),
    ...facts.configuration.sources.flatMap((source) =>
      ofSource(source, facts.sources.get(source.id), labels),
    ),
    ...(facts.figures === undefined ? [] : ofFigures(facts.figures, instances, labels)),
  ]
}

type Labels = Readonly<Record<'source' | 'destination', (id: string) => string | undefined>>

/** What has not happened yet is 0, and not unknown: the first time is seen as a rise. */
function zeros(
  { sources, instances }: Facts['configuration'],
  { source, destination }: Labels,
): readonly Sample[] {
  const [calls, deliveries, attempts] = [
    ['accepted', 'refused', 'duplicate'],
    ['delivered', 'unchanged', 'forgotten', 'given_up'],
    ['delivered', 'retry', 'refused'],
  ]
  return [
    ...sources.flatMap(({ id }) =>
      calls.map((outcome) => sample('millrace_calls_total', 0, source(id) ?? '', outcome)),
    ),
    ...instances.flatMap(({ id }) => {
      const label = destination(id) ?? ''
      return [
        ...deliveries.map((outcome) => sample('millrace_deliveries_total', 0, label, outcome)),
        ...attempts.map((outcome) => sample('millrace_attempts_total', 0, label, outcome)),
        ...ONES.map((name) => sample(name, 0, label)),
      ]
    }),
  ]
}
const ONES = ['millrace_dead_letters', 'millrace_parked_deliveries', 'millrace_events_expired_total'] as const

function sample(name: MetricName, value: Sample['value'], ...labels: readonly string[]): Sample {
  return { name, labels, value }
}

function ofServer(facts: Facts): readonly Sample[] {
  const { process, disk } = facts
  return [
    sample('millrace_build_info', 1, facts.version, facts.node),
    sample('millrace_ready', Number(facts.ready)),
    ...Object.entries(facts.checks).map(([name, { ok }]) => sample('millrace_check_ok', Number(ok), name)),
    sample('process_start_time_seconds', facts.startedAt_s),
    sample('process_cpu_seconds_total', facts.cpu_s),
    sample('process_resident_memory_bytes', facts.resident_bytes),
    ...facts.threads.flatMap(({ thread, active_s, idle_s, heap_bytes, heap_bytes_max }) => [
      sample('millrace_thread_active_seconds_total', active_s, thread),
      sample('millrace_thread_idle_seconds_total', idle_s, thread),
      sample('millrace_thread_heap_used_bytes', heap_bytes, thread),
      sample('millrace_thread_heap_limit_bytes', heap_bytes_max, thread),
    ]),
    sample('millrace_event_loop_delay_p99_seconds', process.delay_p99_s),
    sample('millrace_event_loop_delay_max_seconds', process.delay_max_s),
    ...Object.entries(process.gc_s).map(([kind, s]) => sample('millrace_gc_seconds_total', s, kind)),
    sample('millrace_disk_free_bytes', disk.free_bytes),
    sample('millrace_disk_free_required_bytes', disk.required_bytes),
    ...Object.entries(facts.databases).map(([name, bytes]) =>
      sample('millrace_database_size_bytes', bytes, name),
    ),
  ]
}

function ofRequests(
  { requests, ingest, append, spans, turnedAway }: Facts,
  { source }: Labels,
): readonly Sample[] {
  return [
    ...Object.entries(requests).flatMap(([port, counts]) =>
      counts.map(({ route, status, count }) =>
        sample('millrace_http_requests_total', count, port, route, String(status)),
      ),
    ),
    sample('millrace_ingest_duration_seconds', ingest),
    sample('millrace_log_append_duration_seconds', append),
    ...Object.entries(spans ?? {}).map(([outcome, count]) => sample('millrace_spans_total', count, outcome)),
    ...turnedAway.map(({ code, source: id = '', count }) =>
      sample('millrace_requests_refused_total', count, code, source(id) ?? ''),
    ),
  ]
}

const RUNS_ENDED = ['done', 'failed'] as const
const CALLS_BECAME = ['accepted', 'duplicate', 'refused'] as const

/** Of databases and of those that hold to a plan. What has not happened yet is 0 here too. */
function ofSource(
  { id, sql, plan }: Source,
  figures: SourceFigures | undefined,
  { source }: Labels,
): readonly Sample[] {
  const label = source(id) ?? ''
  const counted = (
    name: MetricName,
    known: readonly string[],
    counts: Readonly<Record<string, number>> = {},
  ) =>
    [...new Set([...known, ...Object.keys(counts)])].map((value) =>
      sample(name, counts[value] ?? 0, label, value.replaceAll(' ', '_')),
    )
  return [
    ...(plan === undefined ? [] : counted('millrace_plan_findings_total', FINDING_KINDS, figures?.findings)),
    ...(sql === undefined ? [] : counted('millrace_sql_runs_total', RUNS_ENDED, figures?.runs)),
    ...(sql === undefined ? [] : counted('millrace_sql_calls_total', CALLS_BECAME, figures?.rows)),
    ...(sql === undefined || figures?.isWell === undefined
      ? []
      : [sample('millrace_sql_last_run_ok', Number(figures.isWell), label)]),
  ]
}

function ofAttempts(one: AttemptFigures, { destination }: Labels): readonly Sample[] {
  const label = destination(one.destination)
  if (label === undefined) return []
  return [
    ...Object.entries(one.outcomes).map(([outcome, count]) =>
      sample('millrace_attempts_total', count, label, outcome),
    ),
    ...Object.entries(one.failures).map(([code, count]) =>
      sample('millrace_attempt_failures_total', count, label, code),
    ),
    sample('millrace_attempt_duration_seconds', one.duration, label),
    sample('millrace_delivery_age_seconds', one.age, label),
  ]
}

function ofFigures(
  { destinations, counts, log }: Figures,
  instances: readonly Instance[],
  labels: Labels,
): readonly Sample[] {
  const byId = new Map(instances.map((instance) => [instance.id, instance]))
  return [
    ...counts.flatMap((count) => ofCount(count, labels)),
    ...destinations.flatMap((one) => {
      const [label, instance] = [labels.destination(one.id), byId.get(one.id)]
      return label === undefined || instance === undefined ? [] : ofDestination(one, instance, label)
    }),
    sample('millrace_log_bytes', log.bytes),
    ...(log.oldest_ms === undefined
      ? []
      : [sample('millrace_log_oldest_timestamp_seconds', log.oldest_ms / 1_000)]),
    sample('millrace_log_damaged_events', log.damaged_count),
  ]
}

/** Where each count of the ledger goes; those that are sums of others go nowhere. */
const COUNTS: Readonly<
  Record<Count['name'], { readonly metric: MetricName; readonly outcome?: string } | undefined>
> = {
  accepted: { metric: 'millrace_calls_total', outcome: 'accepted' },
  refused: { metric: 'millrace_calls_total', outcome: 'refused' },
  duplicate: { metric: 'millrace_calls_total', outcome: 'duplicate' },
  read: undefined,
  discarded: { metric: 'millrace_events_read_total', outcome: 'discarded' },
  filtered: { metric: 'millrace_events_read_total', outcome: 'filtered' },
  matched: { metric: 'millrace_events_read_total', outcome: 'matched' },
  deliveries: undefined,
  delivered: { metric: 'millrace_deliveries_total', outcome: 'delivered' },
  unchanged: { metric: 'millrace_deliveries_total', outcome: 'unchanged' },
  forgotten: { metric: 'millrace_deliveries_total', outcome: 'forgotten' },
  givenUp: { metric: 'millrace_deliveries_total', outcome: 'given_up' },
  dead: { metric: 'millrace_dead_letters' },
  parked: { metric: 'millrace_parked_deliveries' },
  replayed: undefined,
  expired: { metric: 'millrace_events_expired_total' },
}

/** `other`, and the same for one that shares its name: a sum. */
function ofCount({ of, part, name, count }: Count, labels: Labels): readonly Sample[] {
  const target = COUNTS[name]
  if (target === undefined) return []
  const { metric, outcome } = target
  const isOfSource = metric === 'millrace_calls_total'
  const label = isOfSource ? labels.source(of) : labels.destination(of)
  if (label === undefined) return []
  const one = sample(metric, count, label, ...(outcome === undefined ? [] : [outcome]))
  return name === 'refused' ? [one, sample('millrace_calls_refused_total', count, label, part)] : [one]
}

const STATES = [...INSTANCE_STATES, 'paused', 'off'] as const

function ofDestination(
  { state = 'flowing', lag_ms, pending, aside, budgets }: Figures['destinations'][number],
  { enabled, paused }: Instance,
  label: string,
): readonly Sample[] {
  const now = enabled ? (paused === true ? 'paused' : state) : 'off'
  return [
    ...STATES.map((one) =>
      sample('millrace_destination_state', Number(one === now), label, one.replaceAll(' ', '_')),
    ),
    sample('millrace_lag_seconds', lag_ms / 1_000, label),
    sample('millrace_pending_events', pending, label),
    sample('millrace_aside_deliveries', aside, label),
    ...budgets.flatMap(({ name, used, max }) => [
      sample('millrace_budget_used_units', used, label, name),
      sample('millrace_budget_limit_units', max, label, name),
    ]),
  ]
}
