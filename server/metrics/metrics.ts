export type Metric = {
  readonly type: 'counter' | 'gauge' | 'histogram'
  /** One sentence without its full stop, as Prometheus shows it. */
  readonly help: string
  readonly labels: readonly string[]
  /** How those that share their labels are made one: see `boundedIds`. Added up when left out. */
  readonly together?: 'max'
}

/**
 * Every metric, once: `docs/metrics.md` has the table of it, and whoever measures names one of these. Names and units are those of
 * https://prometheus.io/docs/practices/naming/: seconds and bytes, `_total` for what only rises. Each label has few values:
 * ids of sources and destinations (`boundedIds`), codes of the error table, or what stands in the code.
 */
export const METRICS = {
  millrace_build_info: gauge('Always 1; its labels say what runs', ['version', 'node']),
  millrace_ready: gauge('1 while events are taken, as /readyz says'),
  millrace_check_ok: gauge('1 for each check of /readyz that is well', ['check']),
  process_start_time_seconds: gauge('When the process started, in seconds since 1970'),
  process_cpu_seconds_total: counter('Processor time that the process has used, over all its threads'),
  process_resident_memory_bytes: gauge('Memory of the process, over all its threads'),
  millrace_thread_active_seconds_total: counter('Time that the event loop of a thread was busy', ['thread']),
  millrace_thread_idle_seconds_total: counter('Time that the event loop of a thread waited', ['thread']),
  millrace_thread_heap_used_bytes: gauge('Memory that the JavaScript of a thread uses', ['thread']),
  millrace_thread_heap_limit_bytes: gauge('Memory that the JavaScript of a thread may use', ['thread']),
  millrace_event_loop_delay_p99_seconds: gauge(
    'Delay that 99 % of the timers of the main thread stayed below within the last 10 s',
  ),
  millrace_event_loop_delay_max_seconds: gauge(
    'Longest delay of a timer of the main thread within the last 10 s',
  ),
  millrace_gc_seconds_total: counter('Time that the main thread stood still for garbage collection', [
    'kind',
  ]),

  millrace_http_requests_total: counter('Requests that were answered, by the port that they came to', [
    'port',
    'route',
    'status',
  ]),
  millrace_ingest_duration_seconds: histogram(
    'Time from a request with events to its answer; a 200 is an acknowledgement',
  ),
  millrace_log_append_duration_seconds: histogram(
    'Time until the events of a request would survive a crash of the machine',
  ),
  millrace_requests_refused_total: counter('Requests that were refused as a whole', ['code', 'source']),
  millrace_calls_total: counter('Calls that the log holds, by what they became', ['source', 'outcome']),
  millrace_calls_refused_total: counter('Calls that broke the spec, by reason', ['source', 'code']),
  millrace_plan_findings_total: counter(
    'What of the events was not as the tracking plan of their source says',
    ['source', 'kind'],
  ),
  millrace_sql_runs_total: counter('Readings of a database that have ended, by how', ['source', 'outcome']),
  millrace_sql_calls_total: counter('Calls made of the rows of a database, by what they became', [
    'source',
    'outcome',
  ]),
  millrace_sql_last_run_ok: gauge('1 when the last reading of a database came to its end, 0 when it failed', [
    'source',
  ]),

  millrace_events_read_total: counter('Events that a destination has read, by what came of them', [
    'destination',
    'outcome',
  ]),
  millrace_events_expired_total: counter('Events that a limit removed before they were read', [
    'destination',
  ]),
  millrace_deliveries_total: counter('Deliveries that have ended for good, dead letters not among them', [
    'destination',
    'outcome',
  ]),
  millrace_dead_letters: gauge('Dead letters that are kept now', ['destination']),
  millrace_parked_deliveries: gauge('Deliveries that wait for their turn or were set aside', ['destination']),
  millrace_aside_deliveries: gauge('Deliveries that fail alone and are tried again by themselves', [
    'destination',
  ]),
  millrace_pending_events: gauge('Events that a destination has not read; an estimate when there are many', [
    'destination',
  ]),
  millrace_lag_seconds: gauge(
    'Age of the oldest event that a destination has not read',
    ['destination'],
    'max',
  ),
  millrace_destination_state: gauge('1 for the state that a destination is in, 0 for the others', [
    'destination',
    'state',
  ]),
  millrace_budget_used_units: gauge('What was used of a limit of the receiver within its window', [
    'destination',
    'budget',
  ]),
  millrace_budget_limit_units: gauge('What a limit of the receiver allows within its window', [
    'destination',
    'budget',
  ]),
  millrace_attempts_total: counter('Requests to a destination, by how they were judged', [
    'destination',
    'outcome',
  ]),
  millrace_attempt_failures_total: counter('Requests to a destination that did not deliver, by reason', [
    'destination',
    'code',
  ]),
  millrace_attempt_duration_seconds: histogram('Time from a request to a destination to its answer', [
    'destination',
  ]),
  millrace_delivery_age_seconds: histogram('Age of the first event of each request that delivered', [
    'destination',
  ]),

  millrace_spans_total: counter('Spans of traces that the collector took, or that were dropped', ['outcome']),

  millrace_disk_free_bytes: gauge('Free space where the data is'),
  millrace_disk_free_required_bytes: gauge('Free space below which events are answered 503'),
  millrace_database_size_bytes: gauge('Size of a file of the data folder, with what is not in it yet', [
    'database',
  ]),
  millrace_log_bytes: gauge('Size of the events that the log holds'),
  millrace_log_oldest_timestamp_seconds: gauge(
    'When the oldest events of the log came, in seconds since 1970',
  ),
  millrace_log_damaged_events: gauge('Events that were damaged on the disk and set aside'),
  millrace_collect_duration_seconds: gauge('Time that it took to gather these figures'),
} as const satisfies Readonly<Record<string, Metric>>

export type MetricName = keyof typeof METRICS

function counter<const L extends readonly string[] = readonly []>(help: string, labels?: L) {
  return { type: 'counter', help, labels: labels ?? [] } as const
}

function gauge<const L extends readonly string[] = readonly []>(help: string, labels?: L, together?: 'max') {
  return {
    type: 'gauge',
    help,
    labels: labels ?? [],
    ...(together === undefined ? {} : { together }),
  } as const
}

function histogram<const L extends readonly string[] = readonly []>(help: string, labels?: L) {
  return { type: 'histogram', help, labels: labels ?? [] } as const
}
