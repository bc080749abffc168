import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Plan, painter, planLines } from './plan-lines.ts'

const NOTHING: Plan = { base: 1, problems: [], items: [], reordered: false, notes: [] }
const same = { what: 'source', id: 'backend', change: 'unchanged', fields: [] } as const
const plain = painter(false)

describe('a plan in words', () => {
  const rows: readonly [title: string, plan: Plan, lines: readonly string[]][] = [
    ['nothing to do', { ...NOTHING, items: [same] }, ['Nothing would change: 1 are as they should be.']],
    [
      'one of each, and a drift',
      {
        ...NOTHING,
        items: [
          { what: 'source', id: 'app', change: 'created', fields: [] },
          {
            ...{
              what: 'destination',
              id: 'heap',
              change: 'updated',
              drift: { by: 'bob', at: '2026-01-01T00:00:00.000Z' },
            },
            fields: [
              { at: ['settings', 'appId'], before: '1' },
              { at: ['name'], before: 'a', after: 'b\u001b[2J' },
            ],
          },
          { what: 'alerts', id: 'alerts', change: 'deleted', fields: [] },
          same,
        ],
      },
      [
        '+ source app',
        '~ destination heap   drifted: bob changed it at 2026-01-01T00:00:00.000Z, after files were applied',
        '    settings.appId: "1" → (none)',
        '    name: "a" → "b\\u001b[2J"',
        '- alerts',
        '1 to create, 1 to change, 1 to delete, 1 unchanged.',
      ],
    ],
    [
      'another order alone is a change',
      { ...NOTHING, reordered: true },
      ['~ another order of sources or destinations', '0 to create, 0 to change, 0 to delete, 0 unchanged.'],
    ],
    [
      'a note cannot steer the terminal',
      { ...NOTHING, notes: ['a\u001b]0;b\u009b'] },
      ['Nothing would change: 0 are as they should be.', 'Note: a�]0;b�'],
    ],
  ]
  for (const [title, plan, lines] of rows) {
    test(title, () => assert.deepEqual(planLines(plan, plain), lines))
  }

  test('real events: how many are different, and examples side by side', () => {
    const counts = {
      same: 3,
      changed: 0,
      'newly sent': 1,
      'no longer sent': 0,
      'newly refused': 0,
      'no longer refused': 0,
    }
    const after = {
      ...{ wrong: [], hints: [], fields: [], problems: [], adjustments: [] },
      requests: [{ method: 'POST', url: 'https://e.example/', headers: {}, json: { a: 1 } }],
    }
    const sample = { address: '1/2/3', change: 'newly sent', event: 'Signed Up', after }
    const action = { destination: 'heap', action: 'orders', name: 'Orders', counts, samples: [sample] }
    const tried = { events: 4, actions: [action], left: 0 } as unknown as NonNullable<Plan['tried']>
    assert.deepEqual(planLines({ ...NOTHING, tried }, plain).slice(1), [
      '',
      'Of the last 4 real events, by action:',
      '  heap › Orders (orders): 1 newly sent, 3 the same',
      '      newly sent: "Signed Up" 1/2/3',
      '        now:  nothing is sent',
      '        then: POST https://e.example/ {"a":1}',
    ])
  })

  test('only a terminal gets colours', () => {
    const items = [{ what: 'source', id: 'app', change: 'created', fields: [] }] as const
    assert.equal(planLines({ ...NOTHING, items }, painter(true))[0], '\u001b[32m+ source app\u001b[0m')
  })
})
