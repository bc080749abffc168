import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { SqlSettings } from '../../../core/sql/settings.ts'
import { byPlace, type Draft, draftOf, problemsOf, sqlOf } from './draft.ts'

const LEAST: SqlSettings = {
  ...{ host: 'db.example.com', database: 'shop', user: 'reader', query: 'select 1' },
  call: { type: 'track' },
}
const WHOLE: SqlSettings = {
  ...{ ...LEAST, port: 6_000, password: '***', tls: 'encrypt', key: ['id', 'part'] },
  cursor: { column: 'changed', start: '2026-01-01' },
  schedule: { cron: '0 6 * * *', zone: 'Europe/Zurich' },
  call: {
    ...{ type: 'identify', fields: { userId: 'u-{{id}}' }, onlyMapped: true, zone: 'Europe/Zurich' },
    columns: [
      { column: 'a', to: 'traits.a', type: 'number' },
      { column: 'b', to: '' },
    ],
  },
  ...{ rowsMax: 10, timeoutSeconds: 5 },
}

describe('the form of a database', () => {
  for (const [what, sql] of [
    ['the least', LEAST],
    ['everything', WHOLE],
    ['minutes', { ...LEAST, schedule: { minutes: 15 } }],
    ['an authority', { ...LEAST, ca: '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----' }],
  ] as const) {
    test(`${what}: becomes what it was made of`, () => {
      const draft = draftOf(sql, 'postgresql', 'Europe/Zurich')
      assert.deepEqual(sqlOf(draft, 'postgresql'), sql)
      assert.deepEqual(problemsOf(draft, 'postgresql'), {})
    })
  }

  test('an empty one is told everything that is missing', () => {
    const problems = problemsOf(draftOf(undefined, 'mysql', 'UTC'), 'mysql')
    assert.deepEqual(Object.keys(problems), ['host', 'database', 'user', 'query'])
  })

  const wrong: readonly (readonly [change: Partial<Draft>, at: string])[] = [
    [{ port: 'x' }, 'port'],
    [{ schedule: 'minutes', minutes: '' }, 'schedule.minutes'],
    [{ schedule: 'cron', cron: '* *' }, 'schedule.cron'],
    [{ query: 'drop table x' }, 'query'],
    [{ columns: [{ column: 'a', to: 'nix', type: '' }] }, 'call.columns.0.to'],
    [{ rowsMax: '0' }, 'rowsMax'],
  ]
  for (const [change, at] of wrong) {
    test(`${JSON.stringify(change)} is told at ${at}`, () => {
      const draft = { ...draftOf(LEAST, 'postgresql', 'UTC'), ...change }
      assert.deepEqual(Object.keys(problemsOf(draft, 'postgresql')), [at])
    })
  }

  test('problems of the server have the same places', () => {
    assert.deepEqual(byPlace([{ at: ['sql', 'call', 'columns', 0, 'to'], problem: 'is wrong' }]), {
      'call.columns.0.to': 'is wrong',
    })
  })
})
