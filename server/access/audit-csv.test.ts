import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CSV_HEAD, csvLine } from './audit-csv.ts'

const ROW = {
  ...{
    number: 7,
    at_ms: 0,
    ends: null,
    who: 'ada',
    who_id: null,
    via: 'session',
    address: '::1',
    agent: 'curl',
  },
  ...{ request: null, what: 'login', of_type: null, of_id: null, outcome: 'ok', change: null, before: null },
  ...{ after: null, hash: 'ff' },
}

test('a line has as many cells as there are columns, and ends as RFC 4180 says', () => {
  assert.equal(csvLine(ROW), '7,1970-01-01T00:00:00.000Z,ada,,session,::1,curl,,login,,,ok,,,,ff\r\n')
  assert.equal(CSV_HEAD.split(',').length, csvLine(ROW).split(',').length)
})

const cells: readonly [given: string, written: string][] = [
  ['a,b', '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ['two\nlines', '"two\nlines"'],
  ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@sum', "'@sum"],
]
for (const [given, written] of cells) {
  test(`a cell: ${JSON.stringify(given)}`, () => {
    assert.ok(csvLine({ ...ROW, agent: given }).includes(`,::1,${written},`))
  })
}
