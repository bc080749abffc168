import type { Result } from './harness.ts'

/** docs/benchmarks.md: written by `npm run bench -- --write`, and by nobody's hand but for the last part. */
export function benchmarksPage(
  results: readonly Result[],
  machine: string,
  { events, rounds }: { readonly events: number; readonly rounds: number },
): string {
  const rows = results.map(({ name, perSecond, cpu_us, p99_ms, rss_mb, note, ratio }) =>
    [
      name,
      Math.round(perSecond).toLocaleString('en-US'),
      cpu_us?.toFixed(1) ?? '',
      p99_ms?.toFixed(1) ?? '',
      rss_mb ?? '',
      ratio === undefined ? (note ?? '') : `${ratio.value.toFixed(2)} of ${ratio.to}`,
    ].join(' | '),
  )
  return `# Benchmarks

Written by \`npm run bench -- --write\`. Machine: ${machine}.
${events.toLocaleString('en-US')} events a round (70 % track, 30 % identify, about 1.2 KB), median of ${rounds} rounds after one that warms up.
The measured process runs on one core, the load on another. Figures move with the machine; only ratios within a run
compare. CPU is the processor time of all threads of the measured process.

| what | events/s | CPU µs an event | p99 ms | resident MB | ratio |
| --- | --- | --- | --- | --- | --- |
${rows.map((row) => `| ${row} |`).join('\n')}

- *transform*: parse, check, match, map, flatten, build the request, write it out. *plain* is the same work by hand
  ([bench/plain.ts](../bench/plain.ts)), without configuration; it builds a request for each event where ours builds bulk requests.
- *languages*: triggers and mappings alone. Patterns and texts that take the square of the length in other matchers take a
  time in proportion to it here, from 1 KB to 1 MB.
- *durable ingest*: HTTP in, fsync, 200. *bare node:http* parses the same bodies and keeps nothing.
- *event index*: what is kept so that events are found by messageId, person and name, and the shapes of events. *its own part*
  is the processor time without reading and parsing, which delivery has done. Pages: [benchmarks-pages.md](benchmarks-pages.md).
- *whole path*: HTTP in, fsync, read, mapped, bulk requests to the sandbox, answers recorded.

What sick destinations cost a healthy one: [benchmarks-isolation.md](benchmarks-isolation.md). What a long backlog costs:
[benchmarks-pending.md](benchmarks-pending.md). Several processes beside one: [benchmarks-cluster.md](benchmarks-cluster.md).
Where the time goes, and what was tried: [profile.md](profile.md).
`
}
