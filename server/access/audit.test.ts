import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import { openAccessDb } from './access-db.ts'
import { type AuditFilter, type AuditLog, auditLog } from './audit.ts'

const ADA = { name: 'ada', via: 'session', id: 'p1' } as const
const CI = { name: 'ci', via: 'token', id: 't1' } as const
const NOBODY = { name: 'nobody', via: 'nobody' } as const

type World = { readonly log: AuditLog; readonly at: (ms: number) => void; readonly file: DatabaseSync }

/** A log in a file, and another connection to it with which anybody who has the file may do what they like. */
function world(use: (world: World) => Promise<void>) {
  return async () => {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-audit-'))
    const db = openAccessDb(join(folder, 'access.db'))
    const file = new DatabaseSync(join(folder, 'access.db'))
    let now_ms = 1_000
    const at = (ms: number) => {
      now_ms = ms
    }
    try {
      await use({ log: auditLog(db, { now_ms: () => now_ms, onFault: () => {} }), at, file })
    } finally {
      file.close()
      await db.close()
      rmSync(folder, { recursive: true })
    }
  }
}

/** Four things at 1, 2, 3 and 4 s. */
async function fill({ log, at }: World): Promise<void> {
  at(1_000)
  await log.note({ who: ADA, what: 'login', outcome: 'ok' })
  at(2_000)
  await log.note({ who: NOBODY, what: 'login.failed', outcome: 'TOKEN_INVALID' })
  at(3_000)
  const end = await log.begin({
    who: CI,
    what: 'PATCH /admin/v1/sources/:id',
    of: { type: 'source', id: 'web' },
  })
  at(4_000)
  await end('ok', { change: 7, before: { name: 'Web' }, after: { name: 'Site' } })
}

const all = async (log: AuditLog, filter: AuditFilter = {}) => {
  const rows = await log.list(filter, { count_max: 100 })
  return rows.map(({ number }) => number)
}

describe('the audit log', () => {
  test(
    'has what was done, newest first; what was begun and ended is one entry',
    world(async (it) => {
      await fill(it)
      const rows = await it.log.list({}, { count_max: 10 })
      assert.deepEqual(
        rows.map(({ number, who, what, outcome }) => [number, who, what, outcome]),
        [
          [4, 'ci', 'PATCH /admin/v1/sources/:id', 'ok'],
          [2, 'nobody', 'login.failed', 'TOKEN_INVALID'],
          [1, 'ada', 'login', 'ok'],
        ],
      )
      const [newest] = rows
      assert.deepEqual(
        [newest?.of_type, newest?.of_id, newest?.change, newest?.before, newest?.after, newest?.ends],
        ['source', 'web', 7, '{"name":"Web"}', '{"name":"Site"}', 3],
      )
    }),
  )

  test(
    'says of what never ended that it is unfinished',
    world(async ({ log }) => {
      await log.begin({ who: ADA, what: 'DELETE /admin/v1/sources/:id' })
      const [row] = await log.list({}, { count_max: 10 })
      assert.equal(row?.outcome, 'unfinished')
    }),
  )

  const filters: readonly [filter: AuditFilter, numbers: readonly number[]][] = [
    [{ who: 'ada' }, [1]],
    [{ who: 't1' }, [4]],
    [{ what: 'login' }, [2, 1]],
    [{ what: 'login.' }, [2]],
    [{ what: 'log_n' }, []],
    [{ ofType: 'source' }, [4]],
    [{ ofType: 'source', ofId: 'other' }, []],
    [{ outcome: 'ok' }, [4, 1]],
    [{ outcome: 'refused' }, [2]],
    [{ outcome: 'TOKEN_INVALID' }, [2]],
    [{ from_ms: 2_000 }, [4, 2]],
    [{ from_ms: 2_000, to_ms: 4_000 }, [2]],
  ]
  for (const [filter, numbers] of filters) {
    test(
      `filters by ${JSON.stringify(filter)}`,
      world(async (it) => {
        await fill(it)
        assert.deepEqual(await all(it.log, filter), numbers)
        const oldestFirst: number[] = []
        for await (const { number } of it.log.each(filter)) oldestFirst.push(number)
        assert.deepEqual(oldestFirst, numbers.toReversed())
      }),
    )
  }

  test(
    'goes on before a number',
    world(async (it) => {
      await fill(it)
      const [row, ...more] = await it.log.list({}, { count_max: 1, before: 2 })
      assert.deepEqual([row?.number, more.length], [1, 0])
    }),
  )

  test(
    'refuses what it cannot write',
    world(async ({ log, file }) => {
      file.exec(`create trigger full before insert on audit begin select raise(abort, 'disk full'); end`)
      await assert.rejects(log.note({ who: ADA, what: 'login', outcome: 'ok' }), {
        code: 'AUDIT_UNAVAILABLE',
      })
      await assert.rejects(log.begin({ who: ADA, what: 'x' }), { code: 'AUDIT_UNAVAILABLE' })
    }),
  )

  test(
    'is neither changed nor cut, not by who forgets that it must not be',
    world(async (it) => {
      await fill(it)
      assert.throws(() => it.file.exec(`update audit set who = 'bob' where number = 1`), /append-only/)
      assert.throws(() => it.file.exec('delete from audit where number = 2'), /append-only/)
    }),
  )
})

describe('the chain of the audit log', () => {
  const OPEN = 'drop trigger audit_is_not_changed; drop trigger audit_is_not_cut;'
  const tampered: readonly [how: string, sql: string, at: number][] = [
    ['another name', `update audit set who = 'bob' where number = 2`, 2],
    ['another time', 'update audit set at_ms = 1 where number = 3', 3],
    ['other contents', `update audit set "after" = '{}' where number = 4`, 4],
    ['a row that is gone', 'delete from audit where number = 2', 3],
    ['the first rows gone', 'delete from audit where number <= 2', 3],
    [
      'the first rows gone, with a checkpoint that nobody wrote',
      `insert into audit_checkpoint select 1, number, hash from audit where number = 2;
       delete from audit where number <= 2`,
      2,
    ],
    [
      'a row put in',
      `insert into audit select 5, at_ms, null, 'bob', who_id, via, address, agent, request, what, of_type, of_id,
        outcome, "change", "before", "after", hash from audit where number = 4`,
      5,
    ],
  ]
  for (const [how, sql, at] of tampered) {
    test(
      `shows ${how}`,
      world(async (it) => {
        await fill(it)
        it.file.exec(OPEN + sql)
        const report = await it.log.verify()
        assert.equal(report.ok, false)
        assert.equal(report.ok ? 0 : report.at, at)
      }),
    )
  }

  test(
    'holds from its beginning, and from where it was trimmed',
    world(async (it) => {
      assert.deepEqual(await it.log.verify(), { ok: true, rows: 0, end: await it.log.end() })
      await fill(it)
      assert.deepEqual(await it.log.verify(), { ok: true, rows: 4, end: await it.log.end() })
      it.at(5_000)
      assert.equal(await it.log.trim(3_000), 2)
      assert.deepEqual(await all(it.log), [5, 4])
      assert.deepEqual(await it.log.verify(), { ok: true, rows: 3, end: await it.log.end() })
      assert.equal(await it.log.trim(3_000), 0)
      it.at(9_000)
      assert.equal(await it.log.trim(9_000), 3)
      assert.deepEqual(await it.log.verify(), { ok: true, rows: 1, end: await it.log.end() })
    }),
  )

  test(
    'made anew as a whole, or cut at its end, shows to whoever kept a number and hash',
    world(async (it) => {
      await fill(it)
      const kept = await it.log.end()
      assert.equal((await it.log.verify(kept)).ok, true)
      assert.deepEqual(await it.log.verify({ ...kept, hash: '0' }), {
        ...{ ok: false, rows: 4, at: 4, problem: 'is not there with the hash that is expected' },
      })
      it.file.exec(`${OPEN} delete from audit where number = 4`)
      assert.equal((await it.log.verify()).ok, true)
      assert.equal((await it.log.verify(kept)).ok, false)
    }),
  )

  test(
    'keeps what a clock that went back has written later',
    world(async (it) => {
      await fill(it)
      it.at(500)
      await it.log.note({ who: ADA, what: 'login', outcome: 'ok' })
      assert.equal(await it.log.trim(4_000), 3)
      assert.deepEqual(await all(it.log), [6, 5, 4])
    }),
  )

  test(
    'goes on over two that write at once',
    world(async ({ log }) => {
      await Promise.all([1, 2, 3, 4, 5].map((n) => log.note({ who: ADA, what: `n${n}`, outcome: 'ok' })))
      assert.deepEqual(await log.verify(), { ok: true, rows: 5, end: await log.end() })
    }),
  )
})
