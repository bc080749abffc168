import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readSqlSettings } from './read-settings.ts'

const GOOD = {
  ...{ host: 'db.example.com', database: 'shop', user: 'reader', password: 'secret', query: 'select 1' },
  call: { type: 'track', fields: { event: 'Order {{state}}', userId: '{{customer}}' } },
}

describe('settings of a database', () => {
  const taken: readonly (readonly [what: string, change: object])[] = [
    ['the least', {}],
    ['an address', { host: '2001:db8::1', port: 6_543 }],
    ['a schedule', { schedule: { cron: '0 6 * * 1-5', zone: 'Europe/Zurich' } }],
    ['a cursor with a beginning', { cursor: { column: 'id', start: '0' }, query: 'select :last_cursor' }],
    [
      'columns that go elsewhere',
      {
        call: {
          type: 'identify',
          columns: [
            { column: 'a', to: '' },
            { column: 'b', to: 'traits.b', type: 'json' },
          ],
        },
      },
    ],
  ]
  for (const [what, change] of taken) {
    test(`${what}: they are as they were given`, () => {
      assert.deepEqual(readSqlSettings({ ...GOOD, ...change }, 'postgresql'), {
        ok: true,
        settings: { ...GOOD, ...change },
      })
    })
  }

  const refused: readonly (readonly [change: object, at: string, problem: RegExp])[] = [
    [{ host: '' }, 'host', /is missing/],
    [{ host: '/var/run/postgresql' }, 'host', /name or the address of a machine/],
    [{ host: 'a b' }, 'host', /name or the address/],
    [{ port: 0 }, 'port', /from 1 to 65535/],
    [{ hots: 'x' }, 'hots', /is no setting here/],
    [{ tls: 'on' }, 'tls', /verify, encrypt, off/],
    [{ ca: 'x' }, 'ca', /PEM/],
    [{ query: 'drop table x' }, 'query', /one SELECT/],
    [{ query: 'select :last_cursor' }, 'query', /there is no cursor column/],
    [{ query: 'select :last_cursor', cursor: { column: 'id' } }, 'cursor.start', /in the first run/],
    [{ key: 'id' }, 'key', /a list of names/],
    [{ cursor: 'id' }, 'cursor', /must be a column/],
    [{ schedule: { minutes: 5, cron: '* * * * *' } }, 'schedule', /either minutes or cron/],
    [{ schedule: { minutes: 0 } }, 'schedule.minutes', /from 1/],
    [{ schedule: { cron: 'x' } }, 'schedule.cron', /five parts/],
    [{ rowsMax: 1.5 }, 'rowsMax', /whole number/],
    [{ timeoutSeconds: 100_000 }, 'timeoutSeconds', /from 1 to 7200/],
    [{ call: undefined }, 'call', /what a row becomes/],
    [{ call: { type: 'tarck' } }, 'call.type', /must be one of track/],
    [{ call: { type: 'track', fields: { user: 'x' } } }, 'call.fields.user', /is no field of a call/],
    [{ call: { type: 'track', fields: { properties: 'x' } } }, 'call.fields.properties', /a field below/],
    [{ call: { type: 'track', fields: { 'userId.x': 'x' } } }, 'call.fields.userId.x', /nothing below/],
    [{ call: { type: 'track', columns: [{ column: 'a' }] } }, 'call.columns.0.to', /must be a field/],
    [
      {
        call: {
          type: 'track',
          columns: [
            { column: 'a', to: '' },
            { column: 'a', to: '' },
          ],
        },
      },
      'call.columns.1.column',
      /twice/,
    ],
    [{ call: { type: 'track', zone: 'Mars' } }, 'call.zone', /time zone/],
  ]
  for (const [change, at, problem] of refused) {
    test(`${at} of ${JSON.stringify(change)} is refused`, () => {
      const read = readSqlSettings({ ...GOOD, ...change }, 'postgresql')
      assert.ok(!read.ok, 'they are taken')
      assert.deepEqual(
        read.problems.map((one) => one.at.join('.')),
        [at],
      )
      assert.match(read.problems[0]?.problem ?? '', problem)
    })
  }
})
