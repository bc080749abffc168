import { BOUNDS_S, type Observed, together } from './histogram.ts'
import { METRICS, type Metric, type MetricName } from './metrics.ts'

/** One value of a metric; the values of its labels in the order of its table. */
export type Sample = {
  readonly name: MetricName
  readonly labels: readonly string[]
  readonly value: number | Observed
}
export type Format = 'prometheus' | 'openmetrics'

export const CONTENT_TYPES: Readonly<Record<Format, string>> = {
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
}

/** What a scraper asks for with its `Accept`: OpenMetrics where it names that, else the older text. */
export function formatFor(accept: string | undefined): Format {
  return /application\/openmetrics-text/i.test(accept ?? '') ? 'openmetrics' : 'prometheus'
}

/**
 * The samples as scrapers read them, in the order of the table; those with the same name and labels are one.
 * https://prometheus.io/docs/instrumenting/exposition_formats/ and https://prometheus.io/docs/specs/om/open_metrics_spec/
 */
export function exposition(samples: readonly Sample[], format: Format): string {
  const byName = Map.groupBy(samples, ({ name }) => name)
  const lines = (Object.entries(METRICS) as [MetricName, Metric][]).flatMap(([name, metric]) => {
    const own = byName.get(name)
    if (own === undefined) return []
    // OpenMetrics names the family without what its samples end in.
    const family = format === 'openmetrics' ? name.replace(/_total$/, '') : name
    return [
      `# HELP ${family} ${metric.help}`,
      `# TYPE ${family} ${metric.type}`,
      ...asOne(own, metric).flatMap((sample) => sampleLines(sample, metric)),
    ]
  })
  return `${[...lines, ...(format === 'openmetrics' ? ['# EOF'] : [])].join('\n')}\n`
}

function asOne(samples: readonly Sample[], { together: how }: Metric): readonly Sample[] {
  const found = new Map<string, Sample>()
  for (const sample of samples) {
    const key = sample.labels.join('\n')
    const other = found.get(key)
    found.set(key, other === undefined ? sample : { ...sample, value: added(other.value, sample.value, how) })
  }
  return [...found.values()]
}

function added(one: Sample['value'], other: Sample['value'], how: Metric['together']): Sample['value'] {
  if (typeof one === 'object' && typeof other === 'object') return together(one, other)
  const [a, b] = [Number(one), Number(other)]
  return how === 'max' ? Math.max(a, b) : a + b
}

function sampleLines({ name, labels, value }: Sample, metric: Metric): readonly string[] {
  const pairs = metric.labels.map((label, index) => `${label}="${escaped(labels[index] ?? '')}"`)
  if (typeof value === 'number') return [line(name, pairs, value)]
  let below = 0
  const buckets = value.counts.map((count, bucket) => {
    below += count
    const bound = BOUNDS_S[bucket]
    // OpenMetrics wants 1.0 and 60.0; both read it.
    const le = bound === undefined ? '+Inf' : Number.isInteger(bound) ? `${bound}.0` : String(bound)
    return line(`${name}_bucket`, [...pairs, `le="${le}"`], below)
  })
  return [...buckets, line(`${name}_sum`, pairs, value.sum_s), line(`${name}_count`, pairs, below)]
}

function line(name: string, pairs: readonly string[], value: number): string {
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')
}
