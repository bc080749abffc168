import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import type { Entry } from '../core/event.ts'
import { openEventIndex } from '../server/event-index/index-file.ts'
import { INDEXER } from '../server/indexer/indexer.ts'
import { sqliteLedger } from '../server/ledger/sqlite.ts'
import { sqliteLog } from '../server/log/sqlite.ts'
import { transaction } from '../server/sqlite/migrate.ts'

/** What a commit of some batches gives each lane. */
const EVENTS_PER_CHUNK = 25
const CHUNKS_PER_COMMIT = 400
const POSTINGS_MAX = 28_000
const SPREAD_MS = 48 * 3_600_000
const PEOPLE = 1_000_000
const [ID, PERSON] = ['00id00', '00person00']
/** About 0.4 KB: what grows with a log grows with the number of events, and fifty million have to fit on a disk. */
const EVENT = {
  ...{
    type: 'track',
    messageId: ID,
    userId: PERSON,
    event: 'Order Completed',
    timestamp: '2026-01-01T00:00:00Z',
  },
  properties: { order_id: ID, revenue: 12.5, currency: 'EUR', coupon: null, city: 'Berlin' },
  context: { library: { name: 'analytics.js', version: '2.1.0' }, locale: 'de-DE', ip: '10.1.2.3' },
} as const
const AROUND = { kind: 'event', sourceId: 'bench', receivedAt: '2026-01-01T00:00:00.000Z' } as const

/**
 * A data folder whose log has so many events before anybody sends one, all of them delivered, counted and indexed: made
 * without the server, some 200,000 a second. What the folder has already stays.
 *
 * @returns How many the log has.
 */
export async function fillLargeLog(folder: string, count: number): Promise<void> {
  const path = join(folder, 'log.db')
  const log = sqliteLog(path)
  const { lanes, seed } = log
  await log.close()
  const last = fill(path, join(folder, 'index.db'), { count, lanes, seed })
  const ledger = sqliteLedger(join(folder, 'ledger.db'))
  for (const readerId of ['heap', INDEXER]) {
    for (let lane = 0; lane < lanes; lane++) {
      const nothing = { counts: [], attempts: [], deadLetters: [], refusals: [] }
      await ledger.record({ ...nothing, readerId, lane, cursor: { chunk: last + 1, index: 0 } })
    }
  }
  await ledger.close()
  // What the machine still has to write would be in the way of what is measured.
  execFileSync('sync')
}

type Fill = { readonly count: number; readonly lanes: number; readonly seed: number }

function fill(path: string, indexPath: string, { count, lanes, seed }: Fill): number {
  const db = new DatabaseSync(path)
  db.exec('pragma synchronous = off; pragma journal_mode = off; pragma locking_mode = exclusive')
  const index = openEventIndex(indexPath, seed)
  const insert = db.prepare(
    'insert into chunk (chunk, lane, count, at_ms, fingerprints, crc, text) values (?, ?, ?, ?, randomblob(?), ?, ?)',
  )
  const { first, there } = db
    .prepare('select coalesce(max(chunk), 0) + 1 as first, coalesce(sum(count), 0) as there from chunk')
    .get() as { first: number; there: number }
  const chunks = Math.ceil((count - there) / EVENTS_PER_CHUNK)
  const makeChunk = chunkMaker()
  const oldest_ms = Date.now() - SPREAD_MS
  for (let from = 0; from < chunks; from += CHUNKS_PER_COMMIT) {
    transaction(db, () => {
      for (let n = from; n < Math.min(chunks, from + CHUNKS_PER_COMMIT); n++) {
        const { text, entries } = makeChunk(first + n)
        const at_ms = oldest_ms + Math.floor((n * SPREAD_MS) / chunks)
        insert.run(first + n, n % lanes, EVENTS_PER_CHUNK, at_ms, 8 * EVENTS_PER_CHUNK, crc32(text), text)
        index.add({ chunk: first + n, at_ms, entries })
      }
    })
    if (index.waiting() < POSTINGS_MAX) continue
    index.flush()
    for (const _ of index.tidy());
  }
  index.flush()
  index.close()
  db.close()
  return first + chunks - 1
}

/** A text with other ids and people in each chunk, and the same as entries, which are used again for the next. */
function chunkMaker() {
  const parts = JSON.stringify({ ...AROUND, event: EVENT }).split(ID)
  const entries = Array.from(
    { length: EVENTS_PER_CHUNK },
    () => ({ ...AROUND, event: { ...EVENT } }) as { event: { messageId: string; userId: string } },
  )
  return (chunk: number) => {
    const texts = entries.map(({ event }, n) => {
      const number = chunk * EVENTS_PER_CHUNK + n
      const id = `filled-${number}`
      const person = `person_${(Math.imul(number, 2_654_435_761) >>> 0) % PEOPLE}`
      event.messageId = id
      event.userId = person
      return parts.join(id).replace(PERSON, person)
    })
    return { text: `[${texts.join(',')}]`, entries: entries as unknown as readonly Entry[] }
  }
}
