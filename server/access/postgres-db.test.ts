import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { POSTGRES_MISSING, type ScratchPostgres, scratchPostgres } from '../../test/cluster/postgres.ts'
import { connectPostgres } from '../postgres/connect.ts'
import { person } from './access.fixtures.ts'
import { accessStoreConformance } from './access-store.conformance.ts'
import { auditLog } from './audit.ts'
import { openPostgresAccess } from './postgres-db.ts'
import { sqliteAccessStore } from './sqlite-store.ts'

const server: ScratchPostgres | undefined = POSTGRES_MISSING === false ? await scratchPostgres() : undefined
after(() => server?.remove())
const newUrl = () => server?.newUrl() ?? ''
const ADA = { name: 'ada', via: 'session', id: 'p1' } as const

describe('PostgreSQL', { skip: POSTGRES_MISSING }, () => {
  accessStoreConformance('the PostgreSQL store', async () => {
    const db = await openPostgresAccess(newUrl())
    return { store: sqliteAccessStore(db), end: db.close }
  })

  test('what several processes note at once is one chain, whole, and is trimmed as one', async () => {
    const url = newUrl()
    const dbs = await Promise.all([openPostgresAccess(url), openPostgresAccess(url), openPostgresAccess(url)])
    const logs = dbs.map((db) => auditLog(db, { now_ms: Date.now, onFault: assert.ifError }))
    await Promise.all(
      logs.map(async (log) => {
        for (let n = 0; n < 30; n++) {
          await log.note({ who: ADA, what: `did ${n}`, outcome: 'ok', after: { text: '\u0000 é "\ud83d' } })
        }
      }),
    )
    const report = await logs[0]?.verify()
    assert.deepEqual([report?.ok, report?.rows], [true, 90])
    const removed = await Promise.all(logs.map((log) => log.trim(Date.now() + 1)))
    assert.ok(removed.reduce((sum, count) => sum + count, 0) >= 90, String(removed))
    assert.equal((await logs[1]?.verify())?.ok, true)
    await Promise.all(dbs.map((db) => db.close()))
  })

  test('nobody changes, cuts or empties the audit log', async () => {
    const url = newUrl()
    const db = await openPostgresAccess(url)
    await auditLog(db, { now_ms: Date.now, onFault: assert.ifError }).note({
      ...{ who: ADA, what: 'login', outcome: 'ok' },
    })
    const other = connectPostgres({ url, connections_max: 1, waitsForDisk: true, name: 'test' })
    for (const one of ["update audit set who = 'eve'", 'delete from audit', 'truncate audit']) {
      await assert.rejects(other.script(one), /append-only/, one)
    }
    await Promise.all([db.close(), other.close()])
  })

  test('of two admins whom two processes remove at once, one stays', async () => {
    const url = newUrl()
    const dbs = await Promise.all([openPostgresAccess(url), openPostgresAccess(url)])
    const [one, other] = dbs.map(sqliteAccessStore)
    await one?.addPerson(person('ada', { role: 'admin' }))
    await one?.addPerson(person('bob', { role: 'admin' }))
    const ends = await Promise.allSettled([one?.removePerson('ada'), other?.removePerson('bob')])
    assert.deepEqual(ends.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
    assert.equal((await one?.people())?.length, 1)
    await Promise.all(dbs.map((db) => db.close()))
  })
})
