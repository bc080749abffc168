import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CallType, Entry, JsonObject } from '../../core/event.ts'
import { catalogue } from '../../destinations/index.ts'
import { openEventIndex, openEventIndexReader } from '../event-index/index-file.ts'
import type { Progress } from '../ledger/ledger.ts'
import { memoryLedger } from '../ledger/memory.ts'
import { entryText, readEntries } from '../log/envelope.ts'
import { memoryLog } from '../log/memory.ts'

export const NOON_MS = Date.parse('2026-01-02T12:00:00.000Z')

/** A log with an index of it, a ledger, and a clock that the test moves. */
export function lookupWorld() {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-lookup-'))
  const path = join(folder, 'index.db')
  const clock = { now_ms: NOON_MS, clock_ms: 0 }
  const log = memoryLog({ lanes: 2, now: () => clock.now_ms })
  const ledger = memoryLedger()
  const writer = openEventIndex(path, log.seed)
  const index = openEventIndexReader(path)
  const deps = {
    ...{ log, ledger, index, catalogue },
    now_ms: () => clock.now_ms,
    clock_ms: () => clock.clock_ms,
  }
  return {
    ...{ deps, log, ledger, clock },
    /** Appends entries of one key together, so to one chunk. */
    append: (entries: readonly Entry[], key = 'p') =>
      log.append(entries.map((entry) => ({ key, text: entryText(entry) }))),
    event: (event: JsonObject = {}, sourceId = 'website') => eventEntry(event, sourceId, clock.now_ms),
    /** Indexes what is in the log. */
    async indexAll(): Promise<void> {
      for (const chunk of await log.after(writer.added(), { count_max: 1e9, bytes_max: 1e9 })) {
        writer.add({ ...chunk, entries: readEntries(chunk) })
      }
      writer.flush()
      for (const _ of writer.tidy());
    },
    /** Stores what a reader did. */
    record: (readerId: string, more: Partial<Progress>) =>
      ledger.record({
        ...{ readerId, lane: 0, cursor: undefined, counts: [], attempts: [], deadLetters: [], refusals: [] },
        ...more,
      }),
    close(): void {
      index.close()
      writer.close()
      rmSync(folder, { recursive: true })
    },
  }
}
export type LookupWorld = ReturnType<typeof lookupWorld>

let made = 0
function eventEntry(event: JsonObject, sourceId: string, now_ms: number): Entry {
  const receivedAt = new Date(now_ms).toISOString()
  made += 1
  const type: CallType = 'track'
  const common = { type, messageId: `made-${made}`, userId: 'ada', timestamp: receivedAt }
  return {
    ...{ kind: 'event', sourceId, receivedAt },
    event: { ...common, ...('type' in event ? {} : { event: 'Seen' }), ...event },
  } as Entry
}
