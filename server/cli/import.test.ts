import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DryRun, ImportEnd, ImportOptions } from '../import/import-one.ts'
import { run } from './cli.fixtures.ts'
import { type ImportCommandDeps, importCommand } from './import.ts'

const DONE: ImportEnd = {
  ...{ status: 'done', refusedFile: 'f.refused' },
  counts: { sent: 1_200, refused: 0, skipped: 3 },
}
const DRY_RUN: DryRun = {
  ...{ format: 'csv', compression: 'gzip', good: 30_000, skipped: 0, refused: 2 },
  ...{ untimed: 1, future: 0, switching: 2, oldest: '2020-01-01T00:00:00.000Z' },
  ...{ newest: '2026-01-01T00:00:00.000Z', types: new Map([['track', 30_000]]) },
  events: new Map(Array.from({ length: 12 }, (_, n) => [`E${n}`, n])),
  firstRefused: [{ line: 7, code: 'C', reason: 'R' }],
}

async function imported(ends: readonly ImportEnd[], ...args: readonly string[]) {
  const asked: [file: string, options: ImportOptions][] = []
  let now_ms = Date.parse('2026-01-02T00:00:00Z')
  const deps: ImportCommandDeps = {
    environment: (name) => (name === 'MILLRACE_WRITE_KEY' ? 'key-of-environment' : undefined),
    async importOne(file, options, { onProgress, onWait }) {
      asked.push([file, options])
      const counts = { sent: 0, refused: 0, skipped: 0 }
      onProgress({ counts, bytes: 100, bytes_max: 1_000 })
      now_ms += 10_000
      onProgress({ counts: { ...counts, sent: 5_000 }, bytes: 600, bytes_max: 1_000 })
      onWait(1_500, 'RATE_LIMITED')
      return ends[asked.length - 1] as ImportEnd
    },
    async tryOne(file, options) {
      asked.push([file, options])
      return DRY_RUN
    },
    now_ms: () => now_ms,
    draw: undefined,
  }
  return { ...(await run(importCommand, deps, ...args)), asked }
}

describe('millrace import', () => {
  test('tells how it gets on, what it waits for, and what became of each file', async () => {
    const { code, out, err, asked } = await imported([DONE, DONE], 'a', 'b', '--url', 'http://host:1/')
    assert.equal(code, 0)
    assert.deepEqual(out, [
      'a: done. 1,200 sent, 0 refused, 3 skipped.',
      'b: done. 1,200 sent, 0 refused, 3 skipped.',
    ])
    assert.deepEqual(err.slice(0, 2), [
      'a: [##############----------] 60 %, 5,000 sent (500/s), 0 refused, about 8 s left',
      'a: waiting 2 s: RATE_LIMITED',
    ])
    assert.deepEqual(
      asked.map(([file, { url, writeKey }]) => [file, url, writeKey]),
      [
        ['a', 'http://host:1', 'key-of-environment'],
        ['b', 'http://host:1', 'key-of-environment'],
      ],
    )
  })

  const refused = { ...DONE, counts: { ...DONE.counts, refused: 1 } }
  const codes: readonly (readonly [title: string, end: ImportEnd, args: readonly string[], code: number])[] =
    [
      ['calls were refused', refused, [], 1],
      ['calls were refused, as they may be', refused, ['--allow-refused'], 0],
      ['it was stopped', { ...DONE, status: 'stopped' }, [], 130],
      ['it had been done before', { ...DONE, status: 'before' }, [], 0],
      ['calls would be refused', DONE, ['--dry-run'], 1],
    ]
  for (const [title, end, args, code] of codes) {
    test(`ends with ${code} when ${title}`, async () => {
      assert.equal((await imported([end], 'a', ...args)).code, code)
    })
  }

  test('tells of a dry run what would go, what not, and what to think of', async () => {
    const { out } = await imported([], 'a', '--dry-run')
    assert.deepEqual(out, [
      'a (csv, gzip): 30,000 to send, 2 refused, 0 skipped. Nothing was sent.',
      '  types: track 30,000',
      '  events: E11 11, E10 10, E9 9, E8 8, E7 7, E6 6, E5 5, E4 4, E3 3, E2 2, and 2 more',
      '  from 2020-01-01T00:00:00.000Z to 2026-01-01T00:00:00.000Z',
      '  line 7: C: R',
      '  and 1 more refused',
      '  Warning: 1 say nothing of when they were: they get the time of the import.',
      '  Warning: 2 switch destinations off by their integrations; --destinations says otherwise.',
      '  Warning: the oldest is 2,193 days old. Heap documents no limit: send a few first (--to), and look for them there.',
      '  Warning: Heap takes 15,000 events a minute: it has all after 2 min.',
    ])
  })

  test('reads its options', async () => {
    const { asked } = await imported(
      [DONE],
      ...['a.csv', '--rate', '9000/min', '--destinations', 'heap, hook', '--from', '2020-01-01'],
      ...[
        '--map',
        'When=timestamp',
        '--map',
        'a=b=properties.x.y:number',
        '--map',
        'no=',
        '--zone',
        'Asia/Tokyo',
      ],
      ...['--delimiter', 'tab', '--columns', 'When,no', '--type', 'identify', '--only-mapped'],
    )
    const options = asked[0]?.[1]
    assert.deepEqual(
      [options?.rate, options?.destinations, options?.from_ms, options?.to_ms],
      [150, ['heap', 'hook'], Date.parse('2020-01-01'), undefined],
    )
    assert.deepEqual(options?.csv, {
      ...{ delimiter: '\t', columns: ['When', 'no'], isOnlyMapped: true, type: 'identify', event: undefined },
      dates: { format: 'iso', zone: 'Asia/Tokyo' },
      map: [
        { column: 'When', path: ['timestamp'], type: 'date' },
        { column: 'a=b', path: ['properties', 'x', 'y'], type: 'number' },
        { column: 'no', path: [], type: 'text' },
      ],
    })
    const none = await imported([DONE], 'a', '--destinations', 'none')
    assert.deepEqual(none.asked[0]?.[1].destinations, [])
  })

  const wrong: readonly (readonly string[])[] = [
    [],
    ['a', '--what'],
    ['a', '--rate', '0'],
    ['a', '--rate', '5/h'],
    ['a', '--url', 'ftp://x'],
    ['a', '--from', 'then'],
    ['a', '--destinations', 'none,heap'],
    ['a', '--format', 'xml'],
    ['a', '--type', 'sale'],
    ['a', '--map', 'x'],
    ['a', '--map', 'x=propertys.a'],
    ['a', '--map', 'x=properties..a'],
    ['a', '--map', 'x=event:colour'],
    ['a', '--delimiter', ';;'],
    ['a', '--first-errors', '-1'],
  ]
  for (const args of wrong) {
    test(`is wrong with "${args.join(' ')}"`, async () => {
      await assert.rejects(imported([DONE], ...args), { code: 'OPTION_INVALID' })
    })
  }
})
