import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { describe, test } from 'node:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import type { CsvRules } from './csv.ts'
import { ISO_UTC } from './csv-values.ts'
import { type Format, formatOf, recordsOf } from './formats.ts'
import { allOf, pieces, told } from './import.fixtures.ts'
import { openInput } from './open-input.ts'
import { BEGINNING, RECORD_BYTES_MAX } from './place.ts'

const CSV: CsvRules = {
  ...{ map: [], isOnlyMapped: false, type: 'track', event: 'Row', dates: ISO_UTC },
}

async function records(text: string | Buffer, format: Format, csv = CSV, from = BEGINNING) {
  const input = await openInput(Readable.from(pieces(text)))
  return allOf(recordsOf(input, format, csv, from))
}

type Row = readonly [
  title: string,
  format: Format,
  text: string | Buffer,
  records: readonly (readonly [line: number, what: unknown])[],
]
const row = (userId: string, properties: object) => ({ userId, properties, type: 'track', event: 'Row' })
const rows: readonly Row[] = [
  ['nothing', 'ndjson', '', []],
  [
    'a line for each',
    'ndjson',
    '{"a":1}\n{"a":2}\n',
    [
      [1, { a: 1 }],
      [2, { a: 2 }],
    ],
  ],
  [
    'a last line without its end',
    'ndjson',
    '{"a":1}\r\n\n  \n{"a":2}',
    [
      [1, { a: 1 }],
      [4, { a: 2 }],
    ],
  ],
  ['a byte order mark', 'ndjson', '\ufeff{"a":1}\n', [[1, { a: 1 }]]],
  [
    'a line that is broken',
    'ndjson',
    '{"a":\n{"a":2}\n',
    [
      [1, 'BODY_NOT_JSON'],
      [2, { a: 2 }],
    ],
  ],
  [
    'bytes that are no UTF-8',
    'ndjson',
    Buffer.from([0x22, 0xff, 0x22, 0x0a, 0x31]),
    [
      [1, 'BODY_NOT_JSON'],
      [2, 1],
    ],
  ],
  [
    'a line that is too long',
    'ndjson',
    `{"a":1}\n"${'x'.repeat(RECORD_BYTES_MAX)}"\n{"a":2}`,
    [
      [1, { a: 1 }],
      [2, 'EVENT_TOO_LARGE'],
      [3, { a: 2 }],
    ],
  ],
  ['an empty list', 'json', ' [ ] ', []],
  [
    'a list',
    'json',
    '[{"a":1},\n {"a":[{"b":"}]\\"{"}]}]\n',
    [
      [1, { a: 1 }],
      [2, { a: [{ b: '}]"{' }] }],
    ],
  ],
  [
    'an item over several lines',
    'json',
    '[\n{\n"a":1\n}\n,{"a":2}]',
    [
      [2, { a: 1 }],
      [5, { a: 2 }],
    ],
  ],
  [
    'an item that is broken',
    'json',
    '[{"a":1,},{"a":2}]',
    [
      [1, 'BODY_NOT_JSON'],
      [1, { a: 2 }],
    ],
  ],
  [
    'a list that is cut off',
    'json',
    '[{"a":1},{"a":',
    [
      [1, { a: 1 }],
      [1, 'BODY_NOT_JSON'],
    ],
  ],
  [
    'rows',
    'csv',
    'User ID,plan\n1,a\n2,"b,\nc"\n3,\n',
    [
      [2, row('1', { plan: 'a' })],
      [3, row('2', { plan: 'b,\nc' })],
      [5, { userId: '3', type: 'track', event: 'Row' }],
    ],
  ],
  ['rows with semicolons', 'csv', '\ufeffuser_id;x\n1;a,b\n', [[2, row('1', { x: 'a,b' })]]],
  [
    'rows with too few cells',
    'csv',
    'userId,x\n1\n2,b\n',
    [
      [2, 'EVENT_FIELD_INVALID'],
      [3, row('2', { x: 'b' })],
    ],
  ],
  [
    'a row with wrong quotes',
    'csv',
    'userId,x\n1,"a"b"\n2,b\n',
    [
      [2, 'EVENT_FIELD_INVALID'],
      [3, row('2', { x: 'b' })],
    ],
  ],
]
describe('the records of', () => {
  for (const [title, format, text, wanted] of rows) {
    test(`${format} with ${title}`, async () => assert.deepEqual(told(await records(text, format)), wanted))
  }
})

describe('after the end of any record, the reading goes on with the next one:', () => {
  const texts = {
    ndjson: '\ufeff{"a":1}\n\n{"b":\n{"a":3}\n{"a":"ü"}',
    json: '[{"a":1},\n{"b":,},\n\n{"a":3},{"a":"ü"}]',
    csv: 'userId,x\n1,a\n2\n3,"b\n\nc"\n4,"d"e"\n5,ü\n',
  }
  for (const format of ['ndjson', 'json', 'csv'] as const) {
    test(format, async () => {
      const all = await records(texts[format], format)
      for (const [index, { end }] of all.entries()) {
        // A row that is no CSV has no end of its own: it is told again with the one before it.
        const rest = all.slice(index + 1)
        const again = await records(texts[format], format, CSV, end)
        assert.deepEqual(told(again).slice(-rest.length || again.length), told(rest))
        assert.ok(again.length - rest.length <= (format === 'csv' ? 1 : 0))
      }
    })
  }
})

describe('a compression is looked through:', () => {
  const text = '{"a":1}\n{"a":2}\n'
  const bytes = {
    gzip: gzipSync(text),
    'gzip in two parts': Buffer.concat([gzipSync('{"a":1}\n'), gzipSync('{"a":2}\n')]),
    zstd: zstdCompressSync(text),
    none: Buffer.from(text),
  }
  for (const [name, packed] of Object.entries(bytes)) {
    test(name, async () => {
      assert.deepEqual(told(await records(packed, 'ndjson')), [
        [1, { a: 1 }],
        [2, { a: 2 }],
      ])
    })
  }
  test('one that is cut off gives what is there, and then an error', async () => {
    const lines = Array.from({ length: 20_000 }, (_, n) => `{"a":${n}}\n`).join('')
    const packed = gzipSync(lines)
    const input = await openInput(Readable.from(pieces(packed.subarray(0, packed.length - 5_000), 999)))
    let read = 0
    const reading = async () => {
      for await (const portion of recordsOf(input, 'ndjson', CSV, BEGINNING)) read += portion.length
    }
    await assert.rejects(reading, { code: 'IMPORT_UNREADABLE' })
    assert.ok(read > 1_000)
  })
})

describe('the format of', () => {
  for (const [name, head, format] of [
    ['events.csv.gz', 'anything', 'csv'],
    ['events.TSV', '', 'csv'],
    ['events', ' {"a":1}', 'ndjson'],
    ['events', '\ufeff\n[', 'json'],
    ['events', 'user,event', 'csv'],
    ['events', '', 'ndjson'],
  ] as const) {
    test(`${name} that begins with ${JSON.stringify(head)} is ${format}`, () => {
      assert.equal(formatOf(name, Buffer.from(head)), format)
    })
  }
})

describe('CSV is not read', () => {
  const wrong: readonly (readonly [title: string, text: string, rules: Partial<CsvRules>, code: string])[] = [
    ['when its first line is data', '1,2026-01-01\n2,b\n', {}, 'IMPORT_UNREADABLE'],
    ['when a name is there twice', 'a,a\n2,b\n', {}, 'IMPORT_UNREADABLE'],
    [
      'when a rule names no column',
      'a,b\n2,b\n',
      { map: [{ column: 'c', path: ['event'], type: 'text' }] },
      'OPTION_INVALID',
    ],
    [
      'with a date format that is none',
      'a,b\n2,b\n',
      { dates: { format: 'MM', zone: 'UTC' } },
      'OPTION_INVALID',
    ],
  ]
  for (const [title, text, rules, code] of wrong) {
    test(title, async () => assert.rejects(records(text, 'csv', { ...CSV, ...rules }), { code }))
  }
  test('when it is not UTF-8', async () => {
    const text = Buffer.concat([Buffer.from('userId,x\n1,'), Buffer.from([0xe4, 0x0a])])
    await assert.rejects(records(text, 'csv'), { code: 'IMPORT_UNREADABLE' })
  })
})

test('columns go where rules say, typed, and the others to the traits of an identify call', async () => {
  const text =
    'Mail,Since,Seats,Skip,type,__proto__\na@example.com,02.01.2026,5,x,identify,p\nb,02.01.2026,five,x,identify,p\n'
  const rules: CsvRules = {
    ...CSV,
    dates: { format: 'DD.MM.YYYY', zone: 'Europe/Zurich' },
    map: [
      { column: 'Mail', path: ['userId'], type: 'text' },
      { column: 'Since', path: ['traits', 'plan', 'since'], type: 'date' },
      { column: 'Seats', path: ['traits', 'plan', 'seats'], type: 'number' },
      { column: 'Skip', path: [], type: 'text' },
    ],
  }
  const [first, second] = await records(text, 'csv', rules)
  assert.deepEqual(
    JSON.parse(JSON.stringify(first !== undefined && 'value' in first ? first.value : undefined)),
    JSON.parse(
      '{"userId":"a@example.com","type":"identify","traits":{"__proto__":"p","plan":{"since":"2026-01-01T23:00:00.000Z","seats":5}}}',
    ),
  )
  assert.equal(
    second !== undefined && 'reason' in second ? second.reason : '',
    'The column "Seats" is "five", which is no number.',
  )
})
