// The dashboard and the alert rules ask for metrics that there are, with labels that these have.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse } from 'yaml'
import { METRICS, type Metric } from '../../server/metrics/metrics.ts'

const RULES = 'deploy/prometheus/alerts.yml'
const hasPromtool = spawnSync('promtool', ['--version']).status === 0
type Panel = {
  readonly id: number
  readonly title: string
  readonly targets?: readonly { readonly expr: string }[]
}
type Rule = {
  readonly alert: string
  readonly expr: string
  readonly annotations: { readonly summary: string }
}

const dashboard = JSON.parse(readFileSync('deploy/grafana/millrace.json', 'utf8')) as {
  readonly panels: readonly Panel[]
  readonly templating: { readonly list: readonly { readonly query: string | { readonly query: string } }[] }
}
const { groups } = parse(readFileSync(RULES, 'utf8')) as { groups: readonly { rules: readonly Rule[] }[] }
const rules = groups.flatMap((group) => group.rules)
const metrics: Readonly<Record<string, Metric>> = METRICS

/** What an expression asks for that is not there: a metric, a bucket of none, or a label that it has not. */
function unknown(expr: string): readonly string[] {
  return [...expr.matchAll(/\b((?:millrace|process)_\w+)(?:\{([^}]*)\})?/g)].flatMap(
    ([, name = '', within = '']) => {
      const metric = metrics[name] ?? histogramOf(name)
      if (metric === undefined) return [name]
      const labels = [...within.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label)
      return labels.filter((label) => !metric.labels.includes(label)).map((label) => `${name}{${label}}`)
    },
  )
}

function histogramOf(name: string): Metric | undefined {
  const metric = metrics[name.replace(/_(bucket|sum|count)$/, '')]
  return metric?.type === 'histogram' ? metric : undefined
}

const rows: readonly [expr: string, unknown: readonly string[]][] = [
  ['millrace_lag_seconds{destination="heap"} > 1', []],
  ['rate(millrace_ingest_duration_seconds_bucket[5m])', []],
  ['rate(millrace_lag_seconds_bucket[5m])', ['millrace_lag_seconds_bucket']],
  ['millrace_nothing', ['millrace_nothing']],
  ['millrace_ready{source=~"a|b"}', ['millrace_ready{source}']],
]
for (const [expr, expected] of rows) {
  test(`${expr}: ${expected.length} that are not there`, () => assert.deepEqual(unknown(expr), expected))
}

test('the panels of the dashboard ask for metrics that there are', () => {
  const asked = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))
  const variables = dashboard.templating.list.map(({ query }) =>
    typeof query === 'string' ? query : query.query,
  )
  assert.deepEqual([...asked, ...variables].flatMap(unknown), [])
  assert.ok(asked.length > 20, `${asked.length} panels`)
  const { panels } = dashboard
  assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length, 'each panel has an id of its own')
})

test('what people want to see of each metric is in the dashboard or in a rule', () => {
  const text = readFileSync('deploy/grafana/millrace.json', 'utf8') + readFileSync(RULES, 'utf8')
  const ofTheScraper = [
    'millrace_build_info',
    'process_start_time_seconds',
    'millrace_collect_duration_seconds',
  ]
  const details = [
    'millrace_check_ok',
    'millrace_thread_heap_limit_bytes',
    'millrace_log_bytes',
    'millrace_spans_total',
  ]
  const missing = Object.keys(METRICS).filter((name) => !text.includes(name))
  assert.deepEqual(
    missing.toSorted(),
    [
      ...ofTheScraper,
      ...details,
      'millrace_events_read_total',
      'millrace_log_oldest_timestamp_seconds',
    ].toSorted(),
  )
})

test('the alert rules ask for metrics that there are, and say in a sentence what is wrong', () => {
  assert.deepEqual(
    rules.flatMap(({ expr }) => unknown(expr)),
    [],
  )
  for (const { alert, annotations } of rules) {
    assert.match(alert, /^Millrace[A-Z]\w+$/)
    assert.match(annotations.summary, /^[A-Z1{].+[^.]$/)
  }
})

test('the scrape configuration asks the admin port, with a token', () => {
  const {
    scrape_configs: [job],
    rule_files,
  } = parse(readFileSync('deploy/prometheus/scrape.yml', 'utf8'))
  assert.deepEqual(job.static_configs, [{ targets: ['127.0.0.1:4001'] }])
  assert.deepEqual([Object.keys(job.authorization), rule_files], [['credentials_file'], ['alerts.yml']])
})

test('promtool finds nothing wrong with the rules', {
  skip: hasPromtool ? false : 'promtool is not here; on Debian: apt-get install prometheus',
}, () => {
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'rules', RULES], { encoding: 'utf8' })
  assert.equal(status, 0, stdout + stderr)
})
