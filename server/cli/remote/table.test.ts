import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ago } from './ago.ts'
import { type Column, table } from './table.ts'

type Row = { readonly id: string; readonly text: string }
const COLUMNS: readonly Column<Row>[] = [
  ['id', ({ id }) => id, 'fixed'],
  ['text', ({ text }) => [text, 'bad']],
]
const plain = (columns: number | undefined) => ({ columns, paint: (text: string) => text })

describe('a table', () => {
  test('is as wide as what it holds where nobody says how wide', () => {
    assert.deepEqual(table([{ id: 'a', text: 'x'.repeat(200) }], COLUMNS, plain(undefined)), [
      'ID  TEXT',
      `a   ${'x'.repeat(200)}`,
    ])
  })

  test('is cut to the terminal, and ids never', () => {
    const [title, line] = table([{ id: 'a-long-id', text: 'x'.repeat(200) }], COLUMNS, plain(30))
    assert.deepEqual([title, line], ['ID         TEXT', `a-long-id  ${'x'.repeat(18)}…`])
  })

  test('shows what would change a terminal as what cannot', () => {
    const [, line] = table([{ id: 'a', text: '\x1b[2J\x07\u202eevil\nnext' }], COLUMNS, plain(undefined))
    assert.equal(line, 'a   \ufffd[2J\ufffd\ufffdevil next')
  })
})

describe('how long ago', () => {
  const NOW_MS = Date.parse('2026-08-01T12:00:00Z')
  const rows: readonly [iso: string, text: string][] = [
    ['2026-08-01T11:59:59.900Z', 'now'],
    ['2026-08-01T11:59:30Z', '30 s ago'],
    ['2026-08-01T11:01:00Z', '59 min ago'],
    ['2026-07-31T13:00:00Z', '23 h ago'],
    ['2026-07-30T12:00:00Z', '2 d ago'],
    ['2026-08-03T12:00:00Z', 'in 2 d'],
    ['no time', 'no time'],
  ]
  for (const [iso, text] of rows) test(text, () => assert.equal(ago(iso, NOW_MS), text))
})
