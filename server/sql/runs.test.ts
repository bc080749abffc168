import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { AppError } from '../../core/errors.ts'
import type { Json, JsonObject } from '../../core/event.ts'
import type { SqlRun } from '../../core/sql/run.ts'
import type { SqlSettings } from '../../core/sql/settings.ts'
import { until } from '../../test/e2e/server.ts'
import { addressRule } from '../net/address-rule.ts'
import { missing, startDatabase, type TestDatabase } from './databases.fixtures.ts'
import type { TakenCall } from './read-run.ts'
import { type SqlRuns, sqlRuns } from './runs.ts'

const NOW_MS = Date.parse('2026-03-01T10:07:00Z')
const MINUTE_MS = 60_000
/** Three rows of each value of `step`. */
const ROWS = 60
const QUERY: Partial<SqlSettings> = {
  query: 'select id, step, user_id from rows_in_steps',
  key: ['id'],
  cursor: { column: 'step' },
  call: { type: 'track', fields: { event: 'Stepped' } },
}

/** Runs over things that are kept in memory, with a log that drops what it knows, and a clock that stands. */
function world(database: TestDatabase) {
  const kept = new Map<string, string>()
  const log = new Map<string, JsonObject>()
  const troubles: unknown[] = []
  const faults: { take?: (calls: readonly JsonObject[]) => void } = {}
  const clock = { now_ms: NOW_MS }
  const make = (): SqlRuns =>
    sqlRuns({
      rule: addressRule(['loopback']),
      now_ms: () => clock.now_ms,
      kept: async (name) => JSON.parse(kept.get(name) ?? 'null') ?? undefined,
      keep: async (name, value: Json) => {
        kept.set(name, JSON.stringify(value))
      },
      onTrouble: (_, error) => troubles.push(error),
      async take(_key, calls) {
        faults.take?.(calls)
        return calls.map((call): TakenCall => {
          const id = String(call['messageId'])
          if (call['userId'] === 'refused')
            return { status: 'refused', code: 'EVENT_FIELD_INVALID', reason: 'It is refused.' }
          const status = log.has(id) ? 'duplicate' : 'accepted'
          log.set(id, call)
          return { status }
        })
      },
    })
  const source = (change: Partial<SqlSettings> = {}) => ({
    ...{ id: 'shop', kind: database.kind, writeKey: 'shop-key' },
    settings: { ...database.settings, ...QUERY, ...change },
  })
  return { kept, log, troubles, faults, clock, make, source }
}

describe('the runs of a source', { skip: missing('postgresql'), timeout: 120_000 }, () => {
  let database: TestDatabase
  let at: ReturnType<typeof world>
  let runs: SqlRuns
  before(async () => {
    database = await startDatabase('postgresql')
    database.run(`create table rows_in_steps as
      select n as id, n / 3 as step, 'user ' || n % 7 as user_id from generate_series(0, ${ROWS - 1}) n`)
  })
  after(() => database?.stop())
  beforeEach(() => {
    at = world(database)
    runs = at.make()
  })

  async function ended(): Promise<SqlRun> {
    return until('the run to end', async () => {
      const { running, last } = await runs.stateOf('shop')
      return running === undefined ? last : undefined
    })
  }
  async function run(): Promise<SqlRun> {
    await runs.runNow('shop')
    return ended()
  }
  const counts = ({ rows, accepted, duplicates, refused }: SqlRun) => [rows, accepted, duplicates, refused]

  test('reads everything, and then only what is beyond its cursor', async () => {
    await runs.follow([at.source()])
    const first = await run()
    assert.deepEqual([first.state, ...counts(first)], ['done', ROWS, ROWS, 0, 0])
    assert.deepEqual([first.cursorBefore, first.cursorAfter], [undefined, '19'])
    const second = await run()
    assert.deepEqual([second.state, ...counts(second)], ['done', 0, 0, 0, 0])
    assert.equal((await runs.stateOf('shop')).cursor, '19')
    assert.equal(at.log.size, ROWS)
  })

  test('at the limit of rows ends after all rows of a value, and goes on from there', async () => {
    await runs.follow([at.source({ rowsMax: 10 })])
    const seen = []
    for (let rows = 0; rows < ROWS; ) {
      const one = await run()
      seen.push([one.rows, one.cursorAfter, one.hasMore])
      rows += one.rows
    }
    assert.deepEqual(seen.slice(0, 2), [
      [12, '3', true],
      [12, '7', true],
    ])
    assert.equal(at.log.size, ROWS)
    assert.deepEqual(counts(await run()), [0, 0, 0, 0])
  })

  test('that dies between two batches loses nothing and doubles nothing', async () => {
    await runs.follow([at.source()])
    let batches = 0
    at.faults.take = () => {
      batches += 1
      if (batches === 2) throw new AppError('LOG_UNAVAILABLE')
    }
    const broken = await run()
    assert.deepEqual([broken.state, broken.rows, broken.cursorAfter], ['failed', 20, '5'])
    at.faults.take = () => {}
    const again = await run()
    // 18 and 19 have the value 6, of which 20 had not been read.
    assert.deepEqual([again.state, ...counts(again)], ['done', 42, 40, 2, 0])
    assert.equal(at.log.size, ROWS)
  })

  test('is begun again after the server died in it, and the history says so', async () => {
    await runs.follow([at.source()])
    let release = () => {}
    let copy = new Map<string, string>()
    at.faults.take = () => {
      copy = new Map(at.kept)
    }
    await run()
    // What was on disk when the last batch was taken.
    at.kept.clear()
    for (const [name, value] of copy) at.kept.set(name, value)
    at.faults.take = () => release()
    release = () => {}
    runs = at.make()
    await runs.follow([at.source()])
    const last = await ended()
    assert.deepEqual([last.cause, last.state, last.cursorAfter], ['again', 'done', '19'])
    assert.deepEqual(
      (await runs.runs('shop')).map(({ id, state }) => [id, state]),
      [
        [2, 'done'],
        [1, 'cut off'],
      ],
    )
    assert.equal(at.log.size, ROWS)
  })

  test('that fails is tried again after a while, and says why', async () => {
    await runs.follow([at.source({ password: 'wrong-secret', schedule: { minutes: 15 } })])
    const failed = await run()
    assert.equal(failed.error?.code, 'SQL_LOGIN_REFUSED')
    assert.deepEqual(await runs.failing(), [{ id: 'shop', since_ms: NOW_MS, text: failed.error?.text }])
    assert.deepEqual((await runs.stateOf('shop')).next, [
      NOW_MS + MINUTE_MS,
      ...['2026-03-01T10:15:00Z', '2026-03-01T10:30:00Z'].map((time) => Date.parse(time)),
    ])
    at.clock.now_ms += MINUTE_MS
    await runs.follow([at.source({ password: 'wrong-secret', schedule: { minutes: 15 } })])
    const again = await until('another try', async () => {
      const last = await ended()
      return last.id === 2 ? last : undefined
    })
    assert.deepEqual([again.cause, again.state], ['again', 'failed'])
    assert.equal((await runs.stateOf('shop')).next[0], at.clock.now_ms + 2 * MINUTE_MS)
  })

  test('that failed is tried at once when its settings are mended', async () => {
    await runs.follow([at.source({ password: 'wrong-secret' })])
    await run()
    await runs.follow([at.source()])
    const mended = await until('another run', async () => {
      const last = await ended()
      return last.id === 2 ? last : undefined
    })
    assert.deepEqual([mended.state, mended.cause], ['done', 'again'])
    assert.deepEqual(await runs.failing(), [])
  })

  test('comes once when several of its times were missed', async () => {
    const source = at.source({ schedule: { minutes: 15 } })
    await runs.follow([source])
    await runs.stop()
    at.clock.now_ms += 24 * 60 * MINUTE_MS
    runs = at.make()
    await runs.follow([source])
    const last = await until('the run', async () => (await runs.stateOf('shop')).last)
    assert.deepEqual([last.id, last.cause], [1, 'schedule'])
    const { next } = await runs.stateOf('shop')
    assert.equal(next[0], Date.parse('2026-03-02T10:15:00Z'))
  })

  test('that a person stops is not tried again', async () => {
    await runs.follow([at.source()])
    at.faults.take = () => {
      runs.stopRun('shop')
    }
    const stopped = await run()
    assert.equal(stopped.state, 'stopped')
    assert.deepEqual((await runs.stateOf('shop')).next, [])
  })

  test('that the server stops goes on at its next start', async () => {
    await runs.follow([at.source()])
    const stopping = Promise.withResolvers<void>()
    at.faults.take = () => stopping.resolve(runs.stop())
    await runs.runNow('shop')
    await stopping.promise
    assert.equal((await runs.stateOf('shop')).last?.state, 'cut off')
    at.faults.take = () => {}
    runs = at.make()
    await runs.follow([at.source()])
    const last = await until('the end', async () => ((await ended()).id === 2 ? ended() : undefined))
    assert.equal(last.state, 'done')
    assert.equal(at.log.size, ROWS)
  })

  test('is one at a time', async () => {
    await runs.follow([at.source()])
    const one = runs.runNow('shop')
    await assert.rejects(runs.runNow('shop'), { code: 'SQL_RUN_UNDER_WAY' })
    await assert.rejects(runs.reset('shop', { newIds: false }), { code: 'SQL_RUN_UNDER_WAY' })
    await one
    await ended()
  })

  test('begins anew with another cursor column, and after a reset', async () => {
    await runs.follow([at.source()])
    await run()
    await runs.follow([at.source({ cursor: { column: 'id' } })])
    assert.equal((await runs.stateOf('shop')).cursor, undefined)
    const other = await run()
    assert.deepEqual([other.rows, other.cursorAfter], [ROWS, '59'])
    await runs.reset('shop', { to: '50', newIds: false })
    assert.deepEqual(counts(await run()), [9, 0, 9, 0])
    await runs.reset('shop', { newIds: true })
    assert.deepEqual(counts(await run()), [ROWS, ROWS, 0, 0])
  })

  test('counts what is refused, with the first reasons', async () => {
    const query = `select id, step, case when id % 10 = 0 then 'refused' else user_id end as user_id, user_id as n from rows_in_steps`
    const columns = [{ column: 'n', to: 'properties.n', type: 'number' }] as const
    const call = { type: 'track', fields: { event: 'Stepped' } } as const
    await runs.follow([at.source({ query })])
    const refused = await run()
    assert.deepEqual(counts(refused), [ROWS, 54, 0, 6])
    assert.deepEqual(refused.refusals[1], { row: 11, code: 'EVENT_FIELD_INVALID', reason: 'It is refused.' })
    await runs.follow([at.source({ query, call: { ...call, columns } })])
    await runs.reset('shop', { newIds: false })
    const all = await run()
    assert.deepEqual([counts(all), all.refusals.length], [[ROWS, 0, 0, ROWS], 10])
    assert.match(all.refusals[0]?.reason ?? '', /"n" holds what is no number/)
  })

  test('a source that is not there cannot be read', async () => {
    await assert.rejects(runs.runNow('nix'), { code: 'SQL_NOT_SET_UP' })
  })
})
