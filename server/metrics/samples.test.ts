import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Instance, Source } from '../../core/configuration.ts'
import type { Count } from '../ledger/ledger.ts'
import { attemptCounts } from './attempts.ts'
import { IDS_MAX } from './bounded.ts'
import { exposition } from './exposition.ts'
import { durations } from './histogram.ts'
import { METRICS } from './metrics.ts'
import { type Facts, samplesOf } from './samples.ts'
import { sourceCounts } from './source-counts.ts'

const source = (id: string): Source => ({ id, name: id, kind: 'node', writeKey: `${id}-key` })
const instance = (id: string, more: Partial<Instance> = {}): Instance => ({
  ...{ id, kind: 'webhook', name: id, enabled: true, sources: [], settings: {}, subscriptions: [] },
  ...more,
})
/** Both read on a schedule and held to a plan. */
const database = { ...source('db'), plan: { id: 'shop' }, sql: {} as Source['sql'] & object }
const figures = (of: string, more: object = {}) => ({
  ...{ id: of, state: 'flowing' as const, lag_ms: 0, pending: 0, aside: 0, budgets: [] },
  ...more,
})
const NOTHING = durations().read()

function facts(more: Partial<Facts> = {}): Facts {
  return {
    ...{ version: '1.2.3', node: 'v24', startedAt_s: 5, cpu_s: 2, resident_bytes: 1_000, ready: true },
    threads: [{ thread: 'main', active_s: 1, idle_s: 9, heap_bytes: 10, heap_bytes_max: 100 }],
    process: { delay_p99_s: 0.01, delay_max_s: 0.02, gc_s: { minor: 0.5 } },
    checks: { disk: { ok: true }, log: { ok: false } },
    requests: { events: [{ route: '/v1/track', status: 200, count: 3 }], admin: [] },
    ...{ ingest: NOTHING, append: NOTHING, spans: undefined, turnedAway: [], attempts: [] },
    sources: new Map(),
    configuration: { sources: [source('web')], instances: [instance('heap')] },
    figures: {
      ...{ destinations: [figures('heap')], counts: [] },
      log: { bytes: 7, chunks: 1, oldest_ms: 4_000, damaged_count: 0 },
    },
    disk: { free_bytes: 50, required_bytes: 20 },
    databases: { log: 9 },
    ...more,
  }
}
/** `name{labels} value`, of those that a pattern finds. */
const lines = (given: Facts, pattern: RegExp) =>
  exposition(samplesOf(given), 'prometheus')
    .split('\n')
    .filter((line) => pattern.test(line) && !line.startsWith('#'))
const withCounts = (...counts: readonly Count[]) => {
  const { figures: known, ...rest } = facts()
  return { ...rest, figures: known === undefined ? known : { ...known, counts } }
}

function counted() {
  const counts = sourceCounts()
  for (const state of ['done', 'failed', 'cut off'] as const) {
    const ended = { id: 1, cause: 'hand', state, startedAt_ms: 0, refusals: [] } as const
    counts.ranOnce('db', { ...ended, rows: 7, accepted: 6, duplicates: 2, refused: 1 })
  }
  const finding = { kind: 'violation', path: '', rule: '', text: '' } as const
  const event = { sourceId: 'db', type: 'track', event: 'A', messageId: 'm' }
  counts.found({ ...event, findings: [finding, finding] })
  return counts.read()
}

describe('what metrics are made of', () => {
  test('all that is in the table is told when there is something of it, with the labels of the table', () => {
    const attempts = attemptCounts()
    const reason = { code: 'DESTINATION_FAILED' as const, text: 'It answered 500.' }
    const tried = { instanceId: 'heap', startedAt_ms: 0, duration_ms: 5 }
    attempts.note({ ...tried, outcome: 'retry', reason }, undefined)
    const budgets = [{ name: 'events', used: 1, max: 10 }]
    const samples = samplesOf({
      ...withCounts(
        { of: 'web', part: 'EVENT_TOO_DEEP', name: 'refused', count: 1 },
        { of: 'heap', part: 'web', name: 'matched', count: 1 },
      ),
      attempts: attempts.read(),
      spans: { sent: 1, dropped: 0 },
      configuration: { sources: [source('web'), database], instances: [instance('heap')] },
      sources: new Map([['db', { runs: {}, rows: {}, isWell: true, findings: {} }]]),
      turnedAway: [{ code: 'RATE_LIMITED', count: 1 }],
      figures: {
        destinations: [figures('heap', { budgets })],
        counts: [
          { of: 'web', part: 'EVENT_TOO_DEEP', name: 'refused', count: 1 },
          { of: 'heap', part: 'web', name: 'matched', count: 1 },
        ],
        log: { bytes: 7, chunks: 1, oldest_ms: 4_000, damaged_count: 0 },
      },
    })
    const told = new Set(samples.map(({ name }) => name))
    const missing = Object.keys(METRICS).filter((name) => !told.has(name as never))
    assert.deepEqual(missing, ['millrace_collect_duration_seconds'], 'whoever gathers adds how long it took')
    for (const { name, labels } of samples) assert.equal(labels.length, METRICS[name].labels.length, name)
  })

  const rows: readonly [title: string, facts: Facts, pattern: RegExp, expected: readonly string[]][] = [
    [
      'what a database brought and what its plan found, each that has not happened as 0',
      {
        ...facts({ configuration: { sources: [source('web'), database], instances: [] } }),
        sources: counted(),
      },
      /^millrace_(sql|plan)/,
      [
        'millrace_plan_findings_total{source="db",kind="unplanned_event"} 0',
        'millrace_plan_findings_total{source="db",kind="violation"} 2',
        'millrace_plan_findings_total{source="db",kind="unplanned_property"} 0',
        'millrace_sql_runs_total{source="db",outcome="done"} 1',
        'millrace_sql_runs_total{source="db",outcome="failed"} 1',
        'millrace_sql_runs_total{source="db",outcome="cut_off"} 1',
        'millrace_sql_calls_total{source="db",outcome="accepted"} 18',
        'millrace_sql_calls_total{source="db",outcome="duplicate"} 6',
        'millrace_sql_calls_total{source="db",outcome="refused"} 3',
        'millrace_sql_last_run_ok{source="db"} 0',
      ],
    ],
    [
      'calls by type are added up to what they became',
      withCounts(
        { of: 'web', part: 'track', name: 'accepted', count: 2 },
        { of: 'web', part: 'page', name: 'accepted', count: 3 },
        { of: 'web', part: '', name: 'duplicate', count: 4 },
      ),
      /^millrace_calls_total/,
      [
        'millrace_calls_total{source="web",outcome="accepted"} 5',
        'millrace_calls_total{source="web",outcome="refused"} 0',
        'millrace_calls_total{source="web",outcome="duplicate"} 4',
      ],
    ],
    [
      'of dead letters those that there are now, over all actions',
      withCounts(
        { of: 'heap', part: 'one', name: 'dead', count: 2 },
        { of: 'heap', part: 'two', name: 'dead', count: 1 },
        { of: 'heap', part: 'two', name: 'deliveries', count: 9 },
      ),
      /^millrace_dead_letters/,
      ['millrace_dead_letters{destination="heap"} 3'],
    ],
    [
      'what is not configured any more has none',
      withCounts({ of: 'gone', part: 'one', name: 'delivered', count: 2 }),
      /gone/,
      [],
    ],
    [
      'a destination that is off is so, whatever it did last',
      facts({
        configuration: { sources: [], instances: [instance('heap', { enabled: false, paused: true })] },
      }),
      /state=.* 1$/,
      ['millrace_destination_state{destination="heap",state="off"} 1'],
    ],
    [
      'a state of two words is one value',
      facts({
        figures: {
          ...{ destinations: [figures('heap', { state: 'backing off' })], counts: [] },
          log: { bytes: 7, chunks: 0, oldest_ms: undefined, damaged_count: 0 },
        },
      }),
      /state=.* 1$|oldest/,
      ['millrace_destination_state{destination="heap",state="backing_off"} 1'],
    ],
    [
      'what a thread does not tell now is left out, and the rest is told',
      facts({ figures: undefined }),
      /^millrace_(lag|ready|log_bytes)/,
      ['millrace_ready 1'],
    ],
  ]
  for (const [title, given, pattern, expected] of rows) {
    test(title, () => assert.deepEqual(lines(given, pattern), expected))
  }

  test('labels are bounded: what is over the limit is one', () => {
    const ids = Array.from({ length: IDS_MAX + 3 }, (_, index) => `d${index}`)
    const configuration = { sources: [], instances: ids.map((id) => instance(id)) }
    const destinations = ids.map((id, index) => figures(id, { lag_ms: index * 1_000, pending: 1 }))
    const log = { bytes: 7, chunks: 0, oldest_ms: undefined, damaged_count: 0 }
    const given = facts({ configuration, figures: { destinations, counts: [], log } })
    assert.equal(lines(given, /^millrace_lag_seconds/).length, IDS_MAX + 1)
    assert.deepEqual(lines(given, /^millrace_(lag|pending).*"other"/), [
      'millrace_pending_events{destination="other"} 3',
      `millrace_lag_seconds{destination="other"} ${IDS_MAX + 2}`,
    ])
  })
})
