import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { SqlKind } from './settings.ts'
import { parametersOf, readStatement } from './statement.ts'

const BOTH: readonly SqlKind[] = ['postgresql', 'mysql']

describe('a query that is taken', () => {
  type Row = readonly [
    what: string,
    kinds: readonly SqlKind[],
    query: string,
    postgresql: string,
    mysql: string,
  ]
  const rows: readonly Row[] = [
    ['a SELECT', BOTH, 'select 1', 'select 1', 'select 1'],
    ['without its last semicolon', BOTH, ' select 1 ; -- end', ' select 1 ', ' select 1 '],
    [
      'WITH',
      BOTH,
      'with a as (select 1) select * from a',
      'with a as (select 1) select * from a',
      'with a as (select 1) select * from a',
    ],
    [
      'a variable, twice',
      BOTH,
      'select * from t where a > :last_cursor or b > {{ last_sync }} or a = :last_cursor',
      'select * from t where a > $1 or b > $2 or a = $3',
      'select * from t where a > ? or b > ? or a = ?',
    ],
    [
      'a semicolon and a variable in a text',
      BOTH,
      "select '; :last_sync' as a",
      "select '; :last_sync' as a",
      "select '; :last_sync' as a",
    ],
    [
      'words of changes as names',
      BOTH,
      'select update_count, x.deleted from x',
      'select update_count, x.deleted from x',
      'select update_count, x.deleted from x',
    ],
    ['a cast', ['postgresql'], 'select a::date from t', 'select a::date from t', ''],
    ['a slice', ['postgresql'], 'select a[1:n] from t', 'select a[1:n] from t', ''],
    ['a text in dollars', ['postgresql'], 'select $a$; :x $$ $a$', 'select $a$; :x $$ $a$', ''],
    ['a comment in a comment', ['postgresql'], 'select /* /* ; */ ; */ 1', 'select /* /* ; */ ; */ 1', ''],
    ['a backslash at the end of a text', ['postgresql'], "select '\\', ':x'", "select '\\', ':x'", ''],
    ['a backslash in an E text', ['postgresql'], "select E'\\' ; ' as a", "select E'\\' ; ' as a", ''],
    ['a backslash in a text', ['mysql'], "select '\\' ; ' as a", '', "select '\\' ; ' as a"],
    ['two minuses that are no comment', ['mysql'], 'select 1--1', '', 'select 1--1'],
    ['a comment with #', ['mysql'], 'select 1 # ; drop', '', 'select 1 # ; drop'],
    ['a name in backticks', ['mysql'], 'select `into` from t', '', 'select `into` from t'],
  ]
  for (const [what, kinds, query, ...texts] of rows) {
    for (const kind of kinds) {
      test(`${kind}: ${what}`, () => {
        const read = readStatement(query, kind)
        assert.ok(read.ok, JSON.stringify(read))
        assert.equal(parametersOf(read.statement, kind).text, texts[BOTH.indexOf(kind)])
      })
    }
  }
  test('the values of the parameters come in the order of the query', () => {
    const read = readStatement('select :last_sync, :last_cursor', 'mysql')
    assert.ok(read.ok)
    assert.deepEqual(parametersOf(read.statement, 'mysql').parameters, ['last_sync', 'last_cursor'])
  })
})

describe('a query that is refused', () => {
  type Row = readonly [kinds: readonly SqlKind[], query: string, problem: RegExp]
  const rows: readonly Row[] = [
    [BOTH, ' -- nothing', /is empty/],
    [BOTH, 'delete from t', /must be one SELECT/],
    [BOTH, 'explain select 1', /must be one SELECT/],
    [BOTH, 'select 1; select 2', /one statement/],
    [BOTH, 'select 1; delete from t', /one statement/],
    [BOTH, 'select * into x from t', /INTO/],
    [['mysql'], "select 1 into outfile '/tmp/x'", /INTO/],
    [BOTH, 'with a as (delete from t returning *) select * from a', /DELETE/],
    [BOTH, 'with a as (select 1) update t set b = 1', /UPDATE/],
    [BOTH, 'select 1)', /was not opened/],
    [BOTH, 'select (1', /not closed/],
    [BOTH, "select 'a", /quotation mark/],
    [BOTH, 'select /* a', /comment that is not closed/],
    [['mysql'], 'select 1 /*! into outfile "x" */', /would run/],
    [['mysql'], 'select 1 /*M!100000 into outfile "x" */', /would run/],
    [['mysql'], 'select ?', /parameter \?/],
    [['postgresql'], 'select $1', /parameter \$1/],
    [BOTH, 'select :since', /:since/],
    [BOTH, 'select {{since}}', /since/],
  ]
  for (const [kinds, query, problem] of rows) {
    for (const kind of kinds) {
      test(`${kind}: ${query}`, () => {
        const read = readStatement(query, kind)
        assert.ok(!read.ok, 'it is taken')
        assert.match(read.problem, problem)
      })
    }
  }
})
