import type { Arm, Round } from './round.ts'

/** docs/benchmarks-isolation.md: written by `npm run bench:isolation -- --write`. */
export function isolationPage({
  alone,
  beside,
  results,
  rounds,
  seconds,
  machine,
  note,
}: {
  readonly alone: Round
  readonly beside: Round
  readonly results: Readonly<Record<Arm, readonly Round[]>>
  readonly rounds: number
  readonly seconds: number
  readonly machine: string
  readonly note: string
}): string {
  const row = (what: string, { p50_ms, p99_ms, cpu_share, rss_mb }: Round) =>
    `| ${[what, p50_ms.toFixed(1), p99_ms.toFixed(1), (cpu_share * 100).toFixed(0), rss_mb].join(' | ')} |`
  const change = (name: 'p50_ms' | 'p99_ms') => `${((beside[name] / alone[name] - 1) * 100).toFixed(1)} %`
  const spread = (arm: Arm) => results[arm].map(({ p99_ms }) => p99_ms.toFixed(1)).join(', ')
  return `# Isolation

Written by \`npm run bench:isolation -- --write\`. Machine: ${machine}.
How long an event takes from its answer 200 to a healthy Heap (the sandbox), when that is the only destination, and when three
sick ones get the same events: one takes requests and never answers, one answers after 5 s, one answers without end. 200 events
a second in batches of 10, at random moments, for ${seconds} s, on a fresh server each time, in turn; medians of ${rounds} rounds. The server
runs on one core, clients and receivers on the other.${note === '' ? '' : `\n${note}`}

| | p50 ms | p99 ms | % of a core | resident MB |
| --- | --- | --- | --- | --- |
${row('alone', alone)}
${row('beside the sick', beside)}
| change | ${change('p50_ms')} | ${change('p99_ms')} | | |

p99 of each round, in ms: alone ${spread('alone')}; beside ${spread('beside')}.

A busy lane begins a batch at most every 50 ms: most of an event's time is that wait. The processor time that the sick ones cost
is that of four destinations in place of one: each event is matched and mapped for each.
What bounds them: [operating.md](operating.md#what-one-destination-cannot-do-to-another).
`
}
