import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { METRICS, type Metric } from './metrics.ts'

const metrics = Object.entries(METRICS) as readonly (readonly [string, Metric])[]

/** What `promtool check metrics` and https://prometheus.io/docs/practices/naming/ ask for: undefined for nothing wrong. */
function lint(name: string, { type, help, labels }: Metric): string | undefined {
  const rules: readonly (readonly [boolean, string])[] = [
    [/^(millrace|process)(_[a-z][a-z0-9]*)+$/.test(name), 'is not snake_case below its prefix'],
    [type !== 'counter' || name.endsWith('_total'), 'is a counter without _total'],
    [type === 'counter' || !name.endsWith('_total'), 'is no counter and ends in _total'],
    [!/_(count|sum|bucket|created)$/.test(name), 'ends in what histograms end in'],
    [!/_(ms|milliseconds|minutes|hours|days|kib|mib|gib|kb|mb|percent)(_|$)/.test(name), 'has no base unit'],
    [type !== 'histogram' || name.endsWith('_seconds'), 'is a histogram of no seconds'],
    [!/_(counter|gauge|histogram)(_|$)/.test(name), 'names its type'],
    [/^[A-Z0-9].{10,120}$/.test(help) && !/[.\n]$/.test(help), 'has no help, or one with a full stop'],
    [
      labels.every((label) => /^[a-z]+$/.test(label) && !['le', 'quantile'].includes(label)),
      'has a bad label',
    ],
    [new Set(labels).size === labels.length, 'has a label twice'],
  ]
  const broken = rules.find(([isKept]) => !isKept)
  return broken === undefined ? undefined : `${name} ${broken[1]}`
}

describe('the table of metrics', () => {
  test('keeps to the names, units and helps of Prometheus', () => {
    assert.deepEqual(
      metrics.flatMap(([name, metric]) => lint(name, metric) ?? []),
      [],
    )
  })

  const good = { type: 'counter', help: 'Requests that were answered', labels: [] } as const
  const rows: readonly [name: string, metric: Metric, wrong: RegExp | undefined][] = [
    ['millrace_requests_total', good, undefined],
    ['millrace_Requests_total', good, /snake_case/],
    ['other_requests_total', good, /snake_case/],
    ['millrace_requests', good, /without _total/],
    ['millrace_requests_total', { ...good, type: 'gauge' }, /ends in _total/],
    ['millrace_lag_ms', { ...good, type: 'gauge' }, /base unit/],
    ['millrace_request_count', { ...good, type: 'gauge' }, /histograms end in/],
    ['millrace_size', { ...good, type: 'histogram' }, /no seconds/],
    ['millrace_requests_total', { ...good, help: 'Requests that were answered.' }, /full stop/],
    ['millrace_requests_total', { ...good, labels: ['le'] }, /bad label/],
    ['millrace_requests_total', { ...good, labels: ['code', 'code'] }, /twice/],
  ]
  for (const [name, metric, wrong] of rows) {
    test(`${name} ${JSON.stringify(metric)}: ${wrong ?? 'well'}`, () => {
      if (wrong === undefined) assert.equal(lint(name, metric), undefined)
      else assert.match(lint(name, metric) ?? '', wrong)
    })
  }

  test('is the one of docs/metrics.md', () => {
    const table = metrics.map(
      ([name, { type, labels, help }]) => `| \`${name}\` | ${type} | ${labels.join(', ')} | ${help} |`,
    )
    const documented = readFileSync('docs/metrics.md', 'utf8')
      .split('\n')
      .filter((line) => /^\| `(millrace|process)_/.test(line))
    assert.deepEqual(documented, table)
  })
})
