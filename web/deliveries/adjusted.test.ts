import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Json } from '../../core/event.ts'
import { type Adjustment, marksOf } from './adjusted.ts'

const cut = (field: string): Adjustment => ({ field, text: `\`${field}\` was cut` })
type Row = readonly [
  name: string,
  value: Json | undefined,
  adjustments: readonly Adjustment[],
  marked: Record<string, string>,
]
const rows: readonly Row[] = [
  ['nothing was changed', { a: 1 }, [], {}],
  ['no body', undefined, [cut('note')], {}],
  [
    'a property is marked where it stands',
    { event: 'A', properties: { note: 'n' } },
    [cut('note')],
    { '$.properties.note': '`note` was cut' },
  ],
  [
    'in each of several events',
    { events: [{ note: 1 }, { note: 2 }] },
    [cut('note')],
    { '$.events[0].note': '`note` was cut', '$.events[1].note': '`note` was cut' },
  ],
  [
    'a name with dots',
    { properties: { 'a.b': 1 } },
    [cut('a.b')],
    { '$.properties["a.b"]': '`a.b` was cut' },
  ],
  [
    'two changes of one value',
    { note: 1 },
    [cut('note'), { field: 'note', text: 'renamed' }],
    { '$.note': '`note` was cut; renamed' },
  ],
  ['what was left out is nowhere', { a: 1 }, [cut('gone')], {}],
]

describe('Adjustments are marked in place', () => {
  for (const [name, value, adjustments, marked] of rows) {
    test(name, () => {
      const texts = Object.entries(marksOf(value, adjustments)).map(([path, { text }]) => [path, text])
      assert.deepEqual(Object.fromEntries(texts), marked)
    })
  }
})
