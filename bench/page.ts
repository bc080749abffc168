import { isMet, type Result, type Target, targetsOf } from './harness.ts'
import type { Figures } from './write-figures.ts'

/** docs/benchmarks.md: written by `npm run bench -- --write`, and by nobody's hand. */
export function benchmarksPage(figures: Figures): string {
  const results = Object.values(figures).flatMap((part) => part.results)
  const targets = results
    .flatMap(targetsOf)
    .filter(({ goal }) => typeof goal === 'number' && !Number.isNaN(goal))
  return `# Benchmarks

Written by \`npm run bench -- --write\`. ${machinesOf(figures)}
Events are about 1.2 KB, 70 % track and 30 % identify. The measured process runs on one core, the load on another. Medians of rounds after one
that warms up, in turn with what they are compared to. Figures move with the machine; only ratios within a run compare. CPU
is the processor time of all threads of the measured process.

## Targets

| what | measured | target | |
| --- | --- | --- | --- |
${targets.map(targetRow).join('\n')}

CI runs \`npm run bench -- --quick\` and fails at about half of what was measured, or at twice of it where less is better.

## Figures

| what | events/s | slowest to fastest round | CPU µs an event | p50 ms | p99 ms | resident MB | |
| --- | --- | --- | --- | --- | --- | --- | --- |
${results.map(resultRow).join('\n')}

${ABOUT}`
}

function machinesOf(figures: Figures): string {
  const told = Object.entries(figures).map(([part, { machine, note, rounds }]) => ({
    part,
    text: `${machine}; ${rounds} rounds${note === '' ? '' : `; ${note}`}`,
  }))
  const texts = [...new Set(told.map(({ text }) => text))]
  if (texts.length === 1) return `Machine: ${texts[0]}.`
  const of = (text: string) => told.filter((one) => one.text === text).map(({ part }) => part)
  return texts.map((text) => `Of ${of(text).join(', ')}: ${text}.`).join('\n')
}

function targetRow(target: Target): string {
  const { what, value, unit, bound, goal } = target
  const met = isMet(target) ? 'met' : '**not met**'
  return `| ${what} | ${numberText(value)} ${unit} | ${bound} ${numberText(goal)} ${unit} | ${met} |`
}

function resultRow({ name, perSecond, spread, cpu_us, p50_ms, p99_ms, rss_mb, note, ratio }: Result): string {
  const whole = (value: number | undefined) =>
    value === undefined ? '' : Math.round(value).toLocaleString('en-US')
  const beside = ratio === undefined ? [] : [`${ratio.value.toFixed(2)} of ${ratio.to}`]
  const cells = [
    ...[name, whole(perSecond), spread === undefined ? '' : `${whole(spread[0])} to ${whole(spread[1])}`],
    ...[cpu_us?.toFixed(1) ?? '', p50_ms?.toFixed(1) ?? '', p99_ms?.toFixed(1) ?? '', rss_mb ?? ''],
    [...beside, ...(note === undefined ? [] : [note])].join('; '),
  ]
  return `| ${cells.join(' | ')} |`
}

/** Three digits. */
export function numberText(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US')
  return String(Number(value.toPrecision(3)))
}

const ABOUT = `- *transform*: parse, check, match, map, flatten, build the request, write it out. *plain* is the same work by hand
  ([bench/plain.ts](../bench/plain.ts)), without configuration; it builds a request for each event where ours builds bulk requests.
- *languages*: triggers and mappings alone. Patterns and texts that take the square of the length in other matchers take a
  time in proportion to it here, from 1 KB to 1 MB.
- *durable ingest*: HTTP in, fsync, 200. *bare node:http* parses the same bodies and keeps nothing.
- *by hand*: what every server on these engines has to do, in one file ([bench/by-hand-server.ts](../bench/by-hand-server.ts)): HTTP, \`JSON.parse\`, written
  out into a commit of SQLite, 200; of the whole path also a fixed mapping, bulk requests and a row of what was sent. One thread, one destination,
  nothing configured, checked, counted, tried again or explained. What it takes is the least that a durable server takes here.
- *event index*: what is kept so that events are found by messageId, person and name, and the shapes of events. *its own part*
  is the processor time without reading and parsing, which delivery has done. Pages: [benchmarks-pages.md](benchmarks-pages.md).
- *whole path*: HTTP in, fsync, read, mapped, bulk requests to the sandbox, answers recorded, events counted and indexed: processor time counts until
  the server is at rest, events/s until all have arrived.
- *latency*: from the answer 200 until the request that carries the event is at the sandbox; single events at an even pace. The settings are those of
  a new server but for Heap's budgets, which would hold such a pace back.
- *growth*: the log is filled beforehand with events of 0.4 KB, delivered, counted and indexed; then what comes is measured, in turn with a server
  whose log is empty.
- *destinations*: one that takes everything, and others with a trigger that matches nothing. *sources*: the same events, of one or in turn of many.
- *cores*: the server on one core or on both; load and sandbox are on the second one each time.

## Do it again

\`\`\`sh
npm run bench                             # everything, half an hour; -- --write puts it here
npm run bench -- --only latency,growth    # some parts
npm run bench -- --quick                  # what CI runs
npm run bench -- --only growth --events-in-log 1000000
npm run bench -- --only sustained --minutes 10
npm run bench:peers                       # beside Segment's code from npm
npm run bench:flame                       # where the time goes, as an SVG
\`\`\`

On a machine that does other things besides, \`chrt -r 5\` before the command gives what is measured its core.

What sick destinations cost a healthy one: [benchmarks-isolation.md](benchmarks-isolation.md). What a long backlog costs:
[benchmarks-pending.md](benchmarks-pending.md). Several processes beside one: [benchmarks-cluster.md](benchmarks-cluster.md).
Where the time goes, and what was tried: [profile.md](profile.md).
`
