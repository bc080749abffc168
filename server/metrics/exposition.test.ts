import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { exposition, formatFor, type Sample } from './exposition.ts'
import { BOUNDS_S, durations } from './histogram.ts'

function lines(samples: readonly Sample[], format: Parameters<typeof exposition>[1] = 'prometheus') {
  return exposition(samples, format)
    .split('\n')
    .filter((line) => !line.startsWith('# HELP'))
}
const calls = (source: string, value: number): Sample => ({
  ...{ name: 'millrace_calls_total', labels: [source, 'accepted'], value },
})
const lag = (of: string, value: number): Sample => ({ name: 'millrace_lag_seconds', labels: [of], value })

describe('the text that scrapers read', () => {
  test('each metric has its help and type once, before its values, in the order of the table', () => {
    const text = exposition([lag('heap', 1.5), calls('web', 2), calls('app', 3)], 'prometheus')
    assert.equal(
      text,
      `# HELP millrace_calls_total Calls that the log holds, by what they became
# TYPE millrace_calls_total counter
millrace_calls_total{source="web",outcome="accepted"} 2
millrace_calls_total{source="app",outcome="accepted"} 3
# HELP millrace_lag_seconds Age of the oldest event that a destination has not read
# TYPE millrace_lag_seconds gauge
millrace_lag_seconds{destination="heap"} 1.5
`,
    )
  })

  test('as OpenMetrics a counter is named without its end, and the text has one', () => {
    assert.deepEqual(lines([calls('web', 2)], 'openmetrics'), [
      '# TYPE millrace_calls counter',
      'millrace_calls_total{source="web",outcome="accepted"} 2',
      '# EOF',
      '',
    ])
  })

  test('what shares its labels is added up, and of the lag the largest counts', () => {
    const [, sum, , largest] = lines([calls('other', 2), calls('other', 3), lag('other', 9), lag('other', 4)])
    assert.deepEqual(
      [sum, largest],
      [
        'millrace_calls_total{source="other",outcome="accepted"} 5',
        'millrace_lag_seconds{destination="other"} 9',
      ],
    )
  })

  test('a label is escaped', () => {
    const [, line] = lines([lag('a"b\\c\nd', 0)])
    assert.equal(line, 'millrace_lag_seconds{destination="a\\"b\\\\c\\nd"} 0')
  })

  test('buckets hold what is at most as large as their bound, and all before them', () => {
    const seen = durations()
    for (const s of [0.001, 0.0011, 0.3, 4_000]) seen.observe(s)
    const [, ...rows] = lines([{ name: 'millrace_ingest_duration_seconds', labels: [], value: seen.read() }])
    const shown = rows.map((row) => row.replace('millrace_ingest_duration_seconds', ''))
    assert.equal(shown.length, BOUNDS_S.length + 4)
    assert.deepEqual(
      [shown[0], shown[1], shown[8], shown[9], ...shown.slice(-5)],
      [
        ...['_bucket{le="0.001"} 1', '_bucket{le="0.0025"} 2', '_bucket{le="0.5"} 3', '_bucket{le="1.0"} 3'],
        ...['_bucket{le="3600.0"} 3', '_bucket{le="+Inf"} 4', '_sum 4000.3021', '_count 4', ''],
      ],
    )
  })

  const asked: readonly [string | undefined, string][] = [
    [undefined, 'prometheus'],
    ['*/*', 'prometheus'],
    ['text/plain;version=0.0.4', 'prometheus'],
    ['application/openmetrics-text;version=1.0.0,text/plain;q=0.5', 'openmetrics'],
  ]
  for (const [accept, format] of asked) {
    test(`Accept: ${accept} gets ${format}`, () => assert.equal(formatFor(accept), format))
  }
})
