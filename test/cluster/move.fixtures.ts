import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { link, person, session } from '../../server/access/access.fixtures.ts'
import { openAccessDb } from '../../server/access/access-db.ts'
import { auditLog } from '../../server/access/audit.ts'
import { sqliteAccessStore } from '../../server/access/sqlite-store.ts'
import {
  address,
  attempt,
  count,
  deadLetter,
  progress,
  refusal,
} from '../../server/ledger/conformance/testing.ts'
import { sqliteLedger } from '../../server/ledger/sqlite.ts'
import { unitsFrom } from '../../server/ledger/units.ts'
import { sqliteLog } from '../../server/log/sqlite.ts'
import { sqliteStore } from '../../server/store/sqlite.ts'
import { CONFIGURATION } from '../../server/store/store.fixtures.ts'

export const LANES = 4
/** What texts hold that PostgreSQL has no characters for, and what has no limit. */
const SUBJECTS = ['ada', 'a\u0000b\u0001c', 'long '.repeat(1_000)]
const APPENDS = 400
const ENTRIES = 7
const AUDITED = 30

/** A data folder with something of everything, as a server that was stopped leaves it. */
export async function fullFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-move-'))
  const at = (name: string) => join(folder, `${name}.db`)
  await fillLog(at('log'))
  await fillLedger(at('ledger'))
  await fillStore(at('store'))
  await fillAccess(at('access'))
  return { folder, at, remove: () => rmSync(folder, { recursive: true }) }
}

/** Lanes that were trimmed, numbers that are missing at the beginning, in the middle and at the end, and a damaged chunk. */
async function fillLog(path: string): Promise<void> {
  const log = sqliteLog(path, { lanes: LANES, seed: 7 })
  for (let n = 0; n < APPENDS; n++) {
    const entries = Array.from({ length: ENTRIES }, (_, index) => ({
      key: `p${(n * ENTRIES + index) % 50}`,
      text: JSON.stringify({ n, text: 'ö\u0000'.repeat(n % 100) }),
      ...(n % 3 === 0 ? {} : { fingerprint: { high: n, low: index } }),
    }))
    await log.append(entries)
  }
  await log.close()
  const db = new DatabaseSync(path)
  db.exec('delete from chunk where chunk < 20 or (lane = 1 and chunk < 900) or chunk = 1000')
  db.exec('delete from chunk where chunk = (select max(chunk) from chunk)')
  db.exec('update chunk set crc = crc + 1 where chunk = (select min(chunk) from chunk where chunk > 500)')
  db.close()
}

async function fillLedger(path: string): Promise<void> {
  const ledger = sqliteLedger(path)
  await ledger.start(
    'heap-1',
    Array.from({ length: LANES }, () => ({ chunk: 30, index: 0 })),
  )
  const days_ms = Array.from({ length: 60 }, (_, n) => 1_700_000_000_000.25 + n * 7_200_000)
  for (const [n, startedAt_ms] of days_ms.entries()) {
    await ledger.record(
      progress(
        { chunk: 40 + n, index: n % 3 },
        {
          lane: n % LANES,
          counts: [count(1), count(2, { name: 'dead', at_ms: startedAt_ms })],
          attempts: [
            attempt({ startedAt_ms, requestBody: `{"body":"${'x\u0000'.repeat(n * 20)}"}` }),
            attempt({ startedAt_ms, outcome: 'refused', status: 400, subscriptionIds: ['a"b', 'ö'] }),
          ],
          deadLetters: [deadLetter({ address: address(40 + n), ...(n % 2 ? { event: `E ${n}` } : {}) })],
          refusals: [refusal({ address: address(40 + n), text: 'r'.repeat(n * 30) })],
          remembered: [{ key: `key ${SUBJECTS[n % 3]} ${n}`, value: 'v', isDurable: true }],
          parked: {
            added: [
              {
                subject: SUBJECTS[n % 3] ?? '',
                subscriptionId: 'track',
                address: address(40 + n),
                due_ms: n,
              },
            ],
          },
        },
      ),
    )
  }
  const failing = { since_ms: 1.5, reason: { code: 'DESTINATION_FAILED', text: '503' } } as const
  await ledger.recordFailing('heap-1', 2, failing, [])
  await ledger.setState('heap-1', { state: 'held', since_ms: 3, reason: failing.reason })
  const use = await ledger.reserve('heap-1', unitsFrom({ events: { '': 5, ada: 2 } }), [], 0)
  await ledger.closeUses('heap-1', [{ id: use, at_ms: 9 }])
  await ledger.reserve('heap-1', unitsFrom({ events: { '': 1 } }), [], 0)
  await ledger.addReplay({
    ...{ instanceId: 'heap-1', asked: {}, perSecond_max: 1, startedAt_ms: 0, total: 1, place: { id: 0 } },
    selection: { kind: 'dead letters', filter: {}, id_max: 99 },
  })
  await ledger.trimSeries(Date.now())
  await ledger.close()
  const db = new DatabaseSync(path)
  db.exec('delete from dead_letters where id > 55')
  db.close()
}

async function fillStore(path: string): Promise<void> {
  const store = sqliteStore(path)
  await store.apply(CONFIGURATION)
  await store.apply({ ...CONFIGURATION, alerts: { channels: [], rules: {} } })
  await store.keep('salt', 'pepper')
  await store.suppress([{ hash: 'h', kind: 'userId', masked: 'a…', by: 'ada', at_ms: 1 }])
  await store.close()
}

async function fillAccess(path: string): Promise<void> {
  const db = openAccessDb(path)
  const people = sqliteAccessStore(db)
  await people.addPerson(person('ada', { role: 'admin' }))
  await people.addSession(session('s1', 'ada'))
  await people.addLink(link('l1'))
  const audit = auditLog(db, { now_ms: () => 1_700_000_000_000.5, onFault() {} })
  for (let n = 0; n < AUDITED; n++)
    await audit.note({
      who: { name: 'ada\u0001', via: 'session' },
      what: `do.${n}`,
      outcome: 'ok',
      after: { n },
    })
  await db.close()
}
