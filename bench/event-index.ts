import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { openEventIndex } from '../server/event-index/index-file.ts'
import type { LogReader } from '../server/log/log.ts'
import { sqliteLogReader } from '../server/log/sqlite.ts'
import { decodedLog, type ReadChunk } from '../server/pipeline/decoded-log.ts'
import { fillLog } from './fill.ts'
import { median, type Result } from './harness.ts'

const READ_LIMITS = { count_max: 1_500, bytes_max: 2_000_000 }
const WAITING_POSTINGS_MAX = 28_000

/**
 * The event index built anew from a log, which parses every event; and what it costs while it keeps up, where the events
 * have been parsed for delivery already.
 */
export async function eventIndexBench({
  events,
  rounds,
}: {
  events: number
  rounds: number
}): Promise<Result[]> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-index-'))
  try {
    await fillLog(folder, events)
    const log = sqliteLogReader(join(folder, 'log.db'))
    const rates: number[] = []
    const cpus: number[] = []
    let bytes = 0
    for (let round = 0; round <= rounds; round++) {
      const path = join(folder, `index-${round}.db`)
      const { all_ms, index_us } = await build(path, log)
      bytes = bytesOf(path)
      if (round === 0) continue
      rates.push((events * 1_000) / all_ms)
      cpus.push(index_us / events)
    }
    const parsed = await parseRate(log, events)
    await log.close()
    const note = `${(bytes / events).toFixed(0)} bytes an event`
    return [
      {
        name: 'event index: built anew from the log',
        perSecond: median(rates),
        ratio: { to: 'JSON.parse of the same events', value: median(rates) / parsed, floor: 0.35 },
      },
      {
        name: 'event index: keeping up, its own part',
        perSecond: 1_000_000 / median(cpus),
        cpu_us: median(cpus),
        note,
      },
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Reading and parsing alone: nobody who reads the log can be faster. */
async function parseRate(log: LogReader, events: number): Promise<number> {
  const start_ms = performance.now()
  let [chunk, count] = [0, 0]
  for (;;) {
    const chunks = await log.after(chunk, READ_LIMITS)
    for (const { text } of chunks) count += (JSON.parse(text) as unknown[]).length
    chunk = chunks.at(-1)?.chunk ?? chunk
    if (chunks.length === 0) break
  }
  return (Math.min(count, events) * 1_000) / (performance.now() - start_ms)
}

async function build(path: string, log: LogReader): Promise<{ all_ms: number; index_us: number }> {
  const index = openEventIndex(path, log.seed)
  const decoded = decodedLog(log)
  const start_ms = performance.now()
  let index_us = 0
  const measured = (work: () => void) => {
    const before = process.cpuUsage()
    work()
    const { user, system } = process.cpuUsage(before)
    index_us += user + system
  }
  for (;;) {
    const chunks: readonly ReadChunk[] = await decoded.after(index.added(), READ_LIMITS)
    const opened = chunks.map((chunk) => ({ ...chunk, entries: chunk.open() }))
    measured(() => {
      for (const chunk of opened) index.add(chunk)
      if (chunks.length > 0 && index.waiting() < WAITING_POSTINGS_MAX) return
      index.flush()
      for (const _ of index.tidy());
    })
    if (chunks.length === 0) break
  }
  index.close()
  return { all_ms: performance.now() - start_ms, index_us }
}

/** Without pages that are free for what comes next. */
function bytesOf(path: string): number {
  const db = new DatabaseSync(path)
  const { used } = db
    .prepare(`
      select ((select page_count from pragma_page_count) - (select freelist_count from pragma_freelist_count))
        * (select page_size from pragma_page_size) as used
    `)
    .get() as { used: number }
  db.close()
  return used
}
