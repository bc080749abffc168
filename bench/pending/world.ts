import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fingerprint } from '../../core/identity.ts'
import { sqliteLedger } from '../../server/ledger/sqlite.ts'
import { sqliteLog } from '../../server/log/sqlite.ts'
import { makeEvents } from '../events.ts'

const SOURCE = 'bench'
/** The ledger as it was when the log was made. */
export const BEGUN = 'ledger.begun'

/**
 * A log with events as ingest writes them, and a ledger (`ledger.begun`) with a destination that has read none of them; what
 * is there already stays.
 */
export async function fillPending(folder: string, count: number): Promise<void> {
  if (existsSync(join(folder, BEGUN))) return
  mkdirSync(folder, { recursive: true })
  const log = sqliteLog(join(folder, 'log.db'))
  const receivedAt = new Date().toISOString()
  for (let first = 0; first < count; first += 1_000) {
    const entries = makeEvents(Math.min(1_000, count - first), first).map((event) => ({
      key: `${SOURCE}\n${event['anonymousId']}`,
      text: JSON.stringify({ kind: 'event', sourceId: SOURCE, receivedAt, event }),
      fingerprint: fingerprint(`${SOURCE}\n${event['messageId']}`, log.seed),
    }))
    await log.append(entries)
  }
  const ledger = sqliteLedger(join(folder, 'ledger.db'))
  await ledger.start(
    'heap',
    Array.from({ length: log.lanes }, () => ({ chunk: 0, index: 0 })),
  )
  await ledger.close()
  await log.close()
  copyFileSync(join(folder, 'ledger.db'), join(folder, BEGUN))
}

/** Budgets that a backlog never meets. */
export function pendingConfig(folder: string, url: string, { paused }: { readonly paused: boolean }): string {
  const file = join(folder, 'millrace.yaml')
  const settings = `{ appId: "11", apiUrl: "${url}", eventsPerMinute: 100000000, eventsPerMinutePerPerson: 100000000 }`
  writeFileSync(
    file,
    `sources:\n  - { id: ${SOURCE}, name: Bench, kind: http, writeKey: bench-write-key }\n` +
      `destinations:\n  - { id: heap, kind: heap, name: Heap, paused: ${paused}, sources: [${SOURCE}], settings: ${settings} }\n`,
  )
  return file
}

/** Takes everything. */
export async function startSink() {
  const server = createServer((request, response) => {
    request.resume()
    request.on('end', () => response.end('{}'))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => server.close().closeAllConnections(),
  }
}
