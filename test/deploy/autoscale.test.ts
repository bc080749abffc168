// What autoscaling asks for is there, and says what it should: Prometheus works the rules out for figures that are given.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { parse, stringify } from 'yaml'
import { METRICS } from '../../server/metrics/metrics.ts'
import { MANIFESTS, ROLE_WORKLOADS } from './manifests.fixtures.ts'

const RULES = resolve('deploy/prometheus/autoscale.yml')
const hasPromtool = spawnSync('promtool', ['--version']).status === 0
type Rule = { readonly record: string; readonly expr: string }
const rules = (parse(readFileSync(RULES, 'utf8')) as { groups: [{ rules: readonly Rule[] }] }).groups[0].rules

test('what is scaled asks for rules that there are, of workloads that there are', () => {
  const scaled = MANIFESTS.filter(({ kind }) => kind === 'ScaledObject')
  assert.equal(scaled.length, 2)
  const asked = scaled.flatMap(({ spec }) => spec.triggers ?? []).map(({ metadata }) => metadata.query)
  assert.deepEqual(asked.toSorted(), rules.map(({ record }) => record).toSorted())
  for (const { spec } of scaled) {
    assert.ok(ROLE_WORKLOADS.some(({ metadata }) => metadata.name === spec.scaleTargetRef?.name))
  }
})

test('the rules ask for metrics that there are, with their labels and the one that scraping adds', () => {
  for (const { expr } of rules) {
    const asked = [...expr.matchAll(/\b(millrace_\w+)(?:\{([^}]*)\})?/g)]
    assert.ok(asked.length > 0, expr)
    for (const [, name = '', within = ''] of asked) {
      const metric = (METRICS as Readonly<Record<string, { readonly labels: readonly string[] }>>)[name]
      assert.ok(metric !== undefined, name)
      for (const [, label = ''] of within.matchAll(/(\w+)=/g))
        assert.ok([...metric.labels, 'role'].includes(label), label)
    }
  }
})

test('in Kubernetes every process with a health port is scraped, with its role', () => {
  const text = readFileSync('deploy/prometheus/scrape-kubernetes.yml', 'utf8')
  const [job] = parse(text).scrape_configs
  const labels = job.relabel_configs.map(({ source_labels }: { source_labels: string[] }) => source_labels[0])
  assert.equal(labels[0], '__meta_kubernetes_pod_label_app_kubernetes_io_name')
  assert.equal(job.relabel_configs[1].regex, 'health')
  assert.ok(
    job.relabel_configs.some(({ target_label }: { target_label?: string }) => target_label === 'role'),
  )
})

type Case = {
  readonly name: string
  readonly series: Readonly<Record<string, string>>
  readonly expected: number
}
const flowing = (destination: string, value = '1+0x20') => ({
  [`millrace_destination_state{destination="${destination}",state="flowing",instance="a"}`]: value,
})
const lag = (destination: string, seconds: number, instance = 'a') => ({
  [`millrace_lag_seconds{destination="${destination}",instance="${instance}"}`]: `${seconds}+0x20`,
})
const budget = (destination: string, used: number) => ({
  [`millrace_budget_used_units{destination="${destination}",budget="events",instance="a"}`]: `${used}+0x20`,
  [`millrace_budget_limit_units{destination="${destination}",budget="events",instance="a"}`]: '15000+0x20',
})
const LAG = 'millrace:lag_of_work:seconds'
const cases: readonly (Case & { readonly asked: string })[] = [
  {
    asked: LAG,
    name: 'the destination furthest behind counts',
    series: { ...flowing('a'), ...flowing('b'), ...lag('a', 10), ...lag('b', 400) },
    expected: 400,
  },
  {
    asked: LAG,
    name: 'what two processes tell counts once',
    series: { ...flowing('a'), ...lag('a', 90), ...lag('a', 90, 'b') },
    expected: 90,
  },
  {
    asked: LAG,
    name: 'a destination that fails does not count',
    series: { ...flowing('a', '0+0x20'), ...lag('a', 900) },
    expected: 0,
  },
  {
    asked: LAG,
    name: 'nor one that is at its receiver’s limit',
    series: { ...flowing('a'), ...lag('a', 900), ...budget('a', 14_900) },
    expected: 0,
  },
  {
    asked: LAG,
    name: 'but one that is not',
    series: { ...flowing('a'), ...lag('a', 900), ...budget('a', 6_000) },
    expected: 900,
  },
  { asked: LAG, name: 'with nothing to tell it is 0', series: {}, expected: 0 },
  {
    asked: 'millrace:delivery_busy:threads',
    name: 'two processes that deliver, each busy for half of the time',
    series: {
      'millrace_thread_active_seconds_total{role="delivery",thread="readers",instance="a"}': '0+30x20',
      'millrace_thread_active_seconds_total{role="delivery",thread="readers",instance="b"}': '0+30x20',
      'millrace_thread_active_seconds_total{role="indexer",thread="readers",instance="c"}': '0+60x20',
    },
    expected: 1,
  },
  {
    asked: 'millrace:ingest_busy:threads',
    name: 'the main thread of those that take events',
    series: {
      'millrace_thread_active_seconds_total{role="ingest",thread="main",instance="a"}': '0+15x20',
      'millrace_thread_active_seconds_total{role="ingest",thread="readers",instance="a"}': '0+60x20',
    },
    expected: 0.25,
  },
]

for (const { asked, name, series, expected } of cases) {
  test(`${asked}: ${name}: ${expected}`, {
    skip: hasPromtool ? false : 'promtool is not here; on Debian: apt-get install prometheus',
  }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-rules-'))
    const file = join(folder, 'test.yml')
    const input_series = Object.entries(series).map(([key, values]) => ({ series: key, values }))
    const exp_samples = [{ labels: asked, value: expected }]
    const one = {
      interval: '1m',
      input_series,
      promql_expr_test: [{ expr: asked, eval_time: '10m', exp_samples }],
    }
    writeFileSync(file, stringify({ rule_files: [RULES], tests: [one] }))
    const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', file], { encoding: 'utf8' })
    rmSync(folder, { recursive: true })
    assert.equal(status, 0, stdout + stderr)
  })
}
