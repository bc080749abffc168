import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Sandbox, startSandbox } from '../../sandbox/server.ts'
import { missing, startDatabase, type TestDatabase } from '../../server/sql/databases.fixtures.ts'
import { appOf, heapFor, type Millrace, makePlace, type Place, until } from '../e2e/server.ts'

const APP = '31'
const ROWS = 8_000
/** After five batches of 500 rows a run waits a second for each: it is killed in its middle, however fast the machine is. */
const SLOWLY = ['--rate-key-per-second', '1']
/** The sandbox holds to none, and the server is not to wait. */
const NO_BUDGETS = { eventsPerMinute: 100_000_000, eventsPerMinutePerPerson: 100_000_000 }
const PEOPLE = 97

type Run = {
  readonly state: string
  readonly rows: number
  readonly duplicates: number
  readonly cursorAfter?: string
}
type State = { readonly running?: Run; readonly last?: Run; readonly next: readonly string[] }

for (const kind of ['postgresql', 'mysql'] as const) {
  describe(`a server that reads ${kind} and is killed`, { skip: missing(kind), timeout: 240_000 }, () => {
    let database: TestDatabase
    let place: Place
    let sandbox: Sandbox
    before(async () => {
      database = await startDatabase(kind)
      const numbers = kind === 'mysql' ? `seq_1_to_${ROWS}` : `generate_series(1, ${ROWS}) as seq`
      database.run(
        `create table orders as select seq as id, ceil(seq / 7.0) as changed, seq % ${PEOPLE} as person from ${numbers}`,
      )
      place = await makePlace()
      sandbox = await startSandbox({ limits: 'off', events_max: 2 * ROWS })
      const heap = heapFor(sandbox, 'heap', APP, ['shop'])
      place.configure({
        sources: [
          {
            ...{ id: 'shop', name: 'Shop', kind, writeKey: 'shop-key' },
            sql: {
              ...database.settings,
              query: 'select id, changed, person from orders',
              key: ['id'],
              cursor: { column: 'changed' },
              call: { type: 'track', fields: { event: 'Order', userId: 'user-{{person}}' } },
            },
          },
        ],
        destinations: [{ ...heap, settings: { ...heap.settings, ...NO_BUDGETS } }],
      })
    })
    after(async () => {
      await place?.end()
      await sandbox?.close()
      await database?.stop()
    })

    test('has each row once in the end, in order for each person', async () => {
      const stateOf = async (server: Millrace) => (await server.admin('sources/shop/sql')) as unknown as State
      let server = await place.start(...SLOWLY)
      await fetch(`${server.adminUrl}/admin/v1/sources/shop/sql/run`, { method: 'POST' })
      const cursors: (string | undefined)[] = []
      for (const rows of [1_500, 1_500]) {
        const run = await until('rows of a run', async () => {
          const { running } = await stateOf(server)
          return running !== undefined && running.rows >= rows ? running : undefined
        })
        cursors.push(run.cursorAfter)
        await server.kill()
        server = await place.start(...SLOWLY)
      }
      assert.ok(Number(cursors[0]) < Number(cursors[1]), `it went on: ${cursors}`)
      const last = await until('the last run', async () => {
        const { running, last: ended } = await stateOf(server)
        return running === undefined && ended?.state === 'done' ? ended : undefined
      })
      assert.ok(last.rows < ROWS, 'it did not begin anew')
      const { runs } = (await server.admin('sources/shop/sql/runs')) as unknown as { runs: Run[] }
      assert.deepEqual(
        runs.map(({ state }) => state),
        ['done', 'cut off', 'cut off'],
      )

      // At most the batch whose end was not noted was read twice, with the rows of the value that was not complete.
      const { accepted, duplicate } = await server.counted('sources', 'shop', 'accepted', ROWS)
      assert.equal(accepted?.total, ROWS)
      assert.ok((duplicate?.total ?? 0) <= 2 * (500 + 7), `${duplicate?.total} were read twice`)
      await server.done('heap', ROWS)
      const { counts, events } = appOf(sandbox, APP)
      // What was on its way to Heap when it was killed comes again under the same idempotency keys, and Heap drops it.
      assert.deepEqual([counts.accepted, events.length], [ROWS, ROWS])
      const lastOf = new Map<string, number>()
      for (const { identity, properties } of events as unknown as Sent[]) {
        const id = Number(properties.id)
        assert.ok(id > (lastOf.get(identity) ?? 0), `row ${id} of ${identity} came too late`)
        lastOf.set(identity, id)
      }
      await server.stop()
    })
  })
}
type Sent = { readonly identity: string; readonly properties: { readonly id: number } }
