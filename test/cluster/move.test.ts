// The move itself, in this process: broken off after each of its steps, and looked at row by row.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import { count, deadLetter, progress } from '../../server/ledger/conformance/testing.ts'
import { postgresLedger } from '../../server/ledger/postgres.ts'
import { sqliteLedger } from '../../server/ledger/sqlite.ts'
import { jetstreamLog } from '../../server/log/jetstream.ts'
import { jetstreamCopy } from '../../server/log/jetstream-copy.ts'
import { sqliteLog } from '../../server/log/sqlite.ts'
import { type MoveOptions, move, whatWouldMove } from '../../server/moving/move.ts'
import { ATTEMPTS, STILL_TABLES } from '../../server/moving/tables.ts'
import { moveTarget } from '../../server/moving/target.ts'
import { connectPostgres } from '../../server/postgres/connect.ts'
import { postgresStore } from '../../server/store/postgres.ts'
import { sqliteStore } from '../../server/store/sqlite.ts'
import { withNats } from './cluster.fixtures.ts'
import { fullFolder, LANES } from './move.fixtures.ts'
import { NATS_LOGIN } from './nats.ts'
import { POSTGRES_MISSING, type ScratchPostgres, scratchPostgres } from './postgres.ts'

const ALL = { count_max: 10_000 }
const EVERYTHING = { count_max: 1_000_000, bytes_max: 1_000_000_000 }
const CRASH = new Error('crash')

withNats('A move', { servers: 1 }, (startNats) => {
  let postgres: ScratchPostgres | undefined
  const folders: (() => void)[] = []
  after(async () => {
    for (const remove of folders) remove()
    await postgres?.remove()
  })
  let streams = 0

  /** A full folder, and an empty place to move to. */
  async function setting() {
    const nats = await startNats()
    postgres ??= await scratchPostgres()
    const url = postgres.newUrl()
    const from = await fullFolder()
    folders.push(from.remove)
    const key = { kind: 'file', path: join(from.folder, 'secret.key'), mayMake: false } as const
    const newKey = { ...key, path: join(from.folder, 'new.key') }
    writeFileSync(newKey.path, randomBytes(32).toString('hex'))
    const log = {
      ...{ servers: nats.urls, login: NATS_LOGIN, stream: `move${streams++}`, replicas: 1 },
      isSyncVouchedFor: true,
    }
    const connect = () => connectPostgres({ url, connections_max: 2, waitsForDisk: false, name: 'test' })
    const options = (changes: Partial<MoveOptions> = {}): MoveOptions => ({
      ...{ dataFolder: from.folder, postgres: connect(), log, key, newKey, from: 'all', begin: 'new' },
      ...{ now_ms: () => 5, sleep: async () => {}, tryLock: () => ({ close() {} }) },
      ...{ onProgress() {}, onCaughtUp() {}, onStopped: async () => async () => {}, markMoved() {} },
      ...changes,
    })
    return { from, url, newKey, log, connect, options }
  }
  type Setting = Awaited<ReturnType<typeof setting>>

  /** Begins, and is broken off at a part. */
  async function brokenOff({ options }: Setting, part: string): Promise<void> {
    const onProgress: MoveOptions['onProgress'] = (progress) => {
      if (progress.part === part) throw CRASH
    }
    await assert.rejects(move(options({ onProgress })), CRASH)
  }

  test('broken off after each of its steps brings everything, once', { skip: POSTGRES_MISSING }, async () => {
    const it = await setting()
    let [crashes, marks] = [0, 0]
    const onProgress = () => {
      throw CRASH
    }
    const markMoved = () => {
      marks += 1
      if (marks === 1) throw CRASH
    }
    for (;;) {
      const begin = crashes === 0 ? 'new' : 'resume'
      const compared = await move(it.options({ begin, onProgress, markMoved })).catch((error) => {
        assert.equal(error, CRASH)
        return undefined
      })
      if (compared !== undefined) {
        assert.ok(compared.every(({ isEqual }) => isEqual))
        break
      }
      crashes += 1
    }
    // A step of the log and of each table with rows, and the end.
    assert.ok(crashes > 20, String(crashes))
    await sameLog(it)
    await sameLedger(it)
    await sameStore(it)
  })

  async function sameLog({ from, log }: Setting): Promise<void> {
    const there = await jetstreamLog(log)
    const db = new DatabaseSync(from.at('log'))
    const chunks = db.prepare(
      'select lane, chunk, count, at_ms, text from chunk where crc <> ? order by chunk',
    )
    const damaged = db.prepare('select chunk from chunk where chunk > 500 order by chunk limit 1').get()
    const number = Number(damaged?.['chunk'])
    const all = (chunks.all(-1) as object[]).map((row) => ({ ...row })) as { chunk: number }[]
    assert.deepEqual(
      await there.after(0, { ...EVERYTHING, count_max: 200 }),
      all.slice(0, (await there.after(0, { ...EVERYTHING, count_max: 200 })).length),
    )
    assert.deepEqual(
      await there.after(number, EVERYTHING),
      all.filter(({ chunk }) => chunk > number),
    )
    await assert.rejects(there.after(number - 1, { count_max: 1, bytes_max: 1 }), { code: 'CHUNK_DAMAGED' })
    const { seq } = db.prepare("select seq from sqlite_sequence where name = 'chunk'").get() as {
      seq: number
    }
    const [added] = await there.append([{ key: 'new', text: '{}' }])
    assert.equal(added?.chunk, seq + 1)
    db.close()
    const here = sqliteLog(from.at('log'))
    assert.deepEqual([there.lanes, there.seed], [LANES, here.seed])
    const prints = async (one: typeof here) =>
      [...(await one.fingerprints(0, 100_000))].map(({ halves }) => [...halves])
    assert.deepEqual((await prints(there)).slice(0, -1), await prints(here))
    await Promise.all([there.close(), here.close()])
  }

  async function sameLedger({ from, connect }: Setting): Promise<void> {
    const [here, there] = [sqliteLedger(from.at('ledger')), await postgresLedger(connect())]
    for (const one of [
      (ledger: typeof here) => ledger.cursors(),
      (ledger: typeof here) => ledger.attempts({}, ALL),
      (ledger: typeof here) => ledger.attempts({ subscriptionId: 'a"b' }, ALL),
      (ledger: typeof here) => ledger.deadLetters({}, ALL),
      (ledger: typeof here) => ledger.refusals({}, ALL),
      (ledger: typeof here) => ledger.replays({}),
      (ledger: typeof here) => ledger.states(),
      (ledger: typeof here) => ledger.failing('heap-1', 2),
      (ledger: typeof here) => ledger.budgetUses('heap-1'),
      (ledger: typeof here) => ledger.parked('heap-1', 'a\u0000b\u0001c', 100),
      (ledger: typeof here) => ledger.nextSubjects('heap-1', 100),
      (ledger: typeof here) => ledger.recall('heap-1', ['key ada 0', `key ${'long '.repeat(1_000)} 2`], 0),
    ])
      assert.deepEqual(await one(there), await one(here))
    const added = deadLetter({ subscriptionId: 'other' })
    await there.record(progress({ chunk: 99, index: 0 }, { deadLetters: [added] }))
    // 56 to 60 were given before, to letters that are gone.
    assert.equal((await there.deadLetters({ subscriptionId: 'other' }, ALL))[0]?.id, 61)
    await Promise.all([here.close(), there.close()])
  }

  async function sameStore({ from, url, newKey }: Setting): Promise<void> {
    const here = sqliteStore(from.at('store'))
    const there = await postgresStore({ url, key: newKey })
    assert.deepEqual(await there.read(), await here.read())
    assert.deepEqual(await there.changes({}, 100), await here.changes({}, 100))
    assert.equal(await there.kept('salt'), 'pepper')
    await Promise.all([here.close(), there.close()])
  }

  test('refuses a place with something in it, and begins anew when it is told to', {
    skip: POSTGRES_MISSING,
  }, async () => {
    const it = await setting()
    const taken = (begin: MoveOptions['begin'], problem: RegExp) =>
      assert.rejects(move(it.options({ begin })), (error: { code: string; details: { problem: string } }) => {
        assert.equal(error.code, 'MOVE_TARGET_TAKEN')
        assert.match(error.details.problem, problem)
        return true
      })
    assert.deepEqual((await whatWouldMove(it.options())).problems, [])
    await brokenOff(it, 'attempts')
    await taken('new', /--resume/)
    // What a killed command had still on its way comes late, or too early for the next.
    const late = moveTarget(it.connect())
    for (const before of [undefined, [1]])
      await assert.rejects(late.add(ATTEMPTS, [], { before, after: [2] }), { code: 'MOVE_TARGET_TAKEN' })
    await late.close()
    // Another folder has another log, and may not go on with this one's move.
    const other = await setting()
    const dataFolder = other.from.folder
    new DatabaseSync(other.from.at('log')).exec('update meta set seed = 8')
    const key = { kind: 'file', path: join(dataFolder, 'secret.key'), mayMake: false } as const
    await assert.rejects(move(it.options({ begin: 'resume', dataFolder, key })), {
      code: 'MOVE_TARGET_TAKEN',
    })
    await move(it.options({ begin: 'anew' }))
    await taken('resume', /has ended/)
    await taken('anew', /was broken off/)
    const db = it.connect()
    await db.rows('drop table moving')
    await db.close()
    await taken('new', /The table attempts has rows/)
    const beside = await setting()
    await assert.rejects(move({ ...beside.options(), log: it.log }), { code: 'MOVE_TARGET_TAKEN' })
  })

  const changes: readonly (readonly [title: string, part: string, change: (it: Setting) => Promise<void>])[] =
    [
      ['a count that is another', 'cursors', (it) => inPostgres(it, 'update counts set count = count + 1')],
      [
        'a body that is another',
        'cursors',
        (it) => inPostgres(it, "update dead_letters set request_body = '{}' where id = 1"),
      ],
      ['a cursor that is gone', 'cursors', (it) => inPostgres(it, 'delete from cursors where lane = 1')],
      ['an attempt that is gone', 'cursors', (it) => inPostgres(it, 'delete from attempts where id = 3')],
      [
        'a person who was deleted meanwhile',
        'attempts',
        async ({ from }) => {
          const db = new DatabaseSync(from.at('store'))
          db.exec(`insert into deletions (is_running, body) values (0, '{}')`)
          db.close()
        },
      ],
      [
        'an event that was changed in place',
        'attempts',
        async ({ from }) => {
          const db = new DatabaseSync(from.at('log'))
          db.exec(`update chunk set text = '[]', crc = 0 where chunk = 100`)
          db.close()
        },
      ],
    ]
  for (const [title, part, change] of changes)
    test(`finds ${title}, and switches nothing`, { skip: POSTGRES_MISSING }, async () => {
      const it = await setting()
      await brokenOff(it, part)
      await change(it)
      const markMoved = () => assert.fail('was switched')
      await assert.rejects(move(it.options({ begin: 'resume', markMoved })), { code: 'MOVE_DIFFERS' })
      await move(it.options({ begin: 'anew' }))
    })

  async function inPostgres({ connect }: Setting, sql: string): Promise<void> {
    const db = connect()
    await db.script(sql)
    await db.close()
  }

  test('what was copied while nobody wrote is copied anew when somebody has written since', {
    skip: POSTGRES_MISSING,
  }, async () => {
    const it = await setting()
    await brokenOff(it, 'cursors')
    const ledger = sqliteLedger(it.from.at('ledger'))
    await ledger.record(progress({ chunk: 500, index: 0 }, { counts: [count(5)] }))
    // It has also trimmed what went over before.
    assert.ok((await ledger.trimAttempts({ before_ms: 1_700_000_000_000 + 86_400_000, bytes_max: 1e9 })) > 0)
    const log = new DatabaseSync(it.from.at('log'))
    log.exec('delete from chunk where lane = 2 and chunk < 300')
    log.close()
    await ledger.close()
    await move(it.options({ begin: 'resume' }))
    await sameLedger(it)
  })

  test('stores no chunk twice, though two copy at once', { skip: POSTGRES_MISSING }, async () => {
    const { log } = await setting()
    const options = { ...log, lanes: LANES, seed: 7, first_chunk: 5 }
    const [one, other] = [await jetstreamCopy(options), await jetstreamCopy(options)]
    const [at_ms, crc, prints] = [1, 2, new Uint8Array(8)]
    // A group of several and one of a single chunk; both have a gap before them.
    for (const numbers of [[8, 9, 12], [20]]) {
      const chunks = numbers.map((chunk) => ({
        lane: chunk % LANES,
        chunk,
        count: 1,
        at_ms,
        crc,
        prints,
        text: '[1]',
      }))
      const ends = await Promise.allSettled([one.add(chunks), other.add(chunks)])
      assert.ok(ends.some(({ status }) => status === 'fulfilled'))
    }
    await one.finish(
      25,
      new Map([
        [0, 9],
        [1, 9],
      ]),
    )
    const heads: string[] = []
    for await (const { lane, chunk } of other.heads()) heads.push(`${lane}:${chunk}`)
    assert.deepEqual(heads, ['1:9', '0:12', '0:20'])
    assert.equal(await other.next(), 25)
    await Promise.all([one.close(), other.close()])
  })

  test('leaves out what nothing needs any more, when it is asked to', {
    skip: POSTGRES_MISSING,
  }, async () => {
    const it = await setting()
    const { options } = it
    const db = new DatabaseSync(it.from.at('ledger'))
    db.exec(
      'update cursors set chunk = 700 + lane; delete from parked; update dead_letters set chunk = 690 where id = 1; delete from dead_letters where id > 1',
    )
    db.close()
    await move(options({ from: 'needed' }))
    const log = await jetstreamLog(it.log)
    const [first] = await log.headsAfter(0, 1)
    assert.equal(first?.chunk, 690)
    await log.close()
  })

  test('names every table there is', () => {
    const derived = ['attempt_bytes', 'attempt_chunks', 'attempt_actions', 'dead_letter_bytes']
    const known = [ATTEMPTS, ...STILL_TABLES].map(({ name }) => name)
    return fullFolder().then(({ at, remove }) => {
      for (const file of ['store', 'access', 'ledger']) {
        const db = new DatabaseSync(at(file))
        const tables = db.prepare(
          "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'",
        )
        for (const { name } of tables.all() as { name: string }[])
          assert.ok([...known, ...derived, 'data_keys'].includes(name), `${file} ${name}`)
        db.close()
      }
      remove()
    })
  })
})
