import { Readable } from 'node:stream'
import { type CsvError, parse } from 'csv-parse'
import { AppError } from '../../core/errors.ts'
import { compileRow, type Row, type RowRules } from './csv-row.ts'
import { type ImportRecord, type Place, SHOWN_CHARS_MAX } from './place.ts'

export type CsvRules = RowRules & {
  /** Between cells; left out: what the first line has most of, `,`, `;`, a tab or `|`. */
  readonly delimiter?: string | undefined
  /** The names of the columns, where the first line is not a header. */
  readonly columns?: readonly string[] | undefined
}

const DELIMITERS = [',', ';', '\t', '|']
const ROW_BYTES_MAX = 1_048_576
const PORTION = 200
/** What a name of a column is not. */
const NO_NAME = /^\s*$|^[+-]?\d+([.,]\d+)?$|^\d{4}-\d{2}-\d{2}/

type Parsed = { readonly record: string[]; readonly info: { readonly lines: number; readonly bytes: number } }

/**
 * The records of CSV (RFC 4180), in portions: a row is one, over several lines when its cells are.
 *
 * @param from The end of the last record that is not wanted again; the bytes begin at the beginning of the file.
 * @throws {AppError} OPTION_INVALID (see `compileRow`), IMPORT_UNREADABLE: the first line is no header, or the text not UTF-8.
 */
export async function* csvRecords(
  chunks: AsyncIterable<Buffer>,
  head: Buffer,
  rules: CsvRules,
  from: Place,
): AsyncGenerator<readonly ImportRecord[]> {
  const wrong: { readonly line: number; readonly reason: string }[] = []
  const parser = parse({
    ...{ bom: true, info: true, skip_empty_lines: true, relax_column_count: true },
    ...{ skip_records_with_error: true, max_record_size: ROW_BYTES_MAX },
    delimiter: rules.delimiter ?? delimiterOf(head),
    on_skip(error: CsvError | undefined): undefined {
      wrong.push({ line: Number(error?.['lines'] ?? 0), reason: `The row is no CSV: ${error?.message}` })
    },
  })
  const source = Readable.from(checkedUtf8(chunks), { objectMode: false })
  source.once('error', (error) => parser.destroy(error))
  source.pipe(parser)

  let read = rules.columns === undefined ? undefined : compileRow(rules.columns, rules)
  let last: Place = { bytes: 0, line: 0 }
  let portion: ImportRecord[] = []
  for await (const { record, info } of parser as AsyncIterable<Parsed>) {
    const before = last
    last = { bytes: info.bytes, line: info.lines }
    if (read === undefined) {
      read = compileRow(headerOf(record), rules)
      continue
    }
    const skipped = wrongUntil(info.lines, before)
    portion.push(...skipped)
    const line = Math.max(before.line, ...skipped.map((one) => one.line)) + 1
    if (info.lines > from.line) portion.push(recordOf(record, read(record), line, last))
    if (portion.length < PORTION) continue
    yield portion
    portion = []
  }
  yield [...portion, ...wrongUntil(Number.POSITIVE_INFINITY, last)]

  /** The parser tells of rows that it could not read before their turn has come. */
  function wrongUntil(line: number, end: Place): readonly ImportRecord[] {
    const now = wrong.filter((one) => one.line < line)
    wrong.splice(0, wrong.length, ...wrong.filter((one) => one.line >= line))
    return now
      .filter((one) => one.line > from.line)
      .map((one) => {
        return { line: one.line, end, code: 'EVENT_FIELD_INVALID', reason: one.reason, text: '' } as const
      })
  }
}

function recordOf(cells: readonly string[], row: Row, line: number, end: Place): ImportRecord {
  if (row.ok) return { line, end, value: row.value }
  const text = JSON.stringify(cells).slice(0, SHOWN_CHARS_MAX)
  return { line, end, code: 'EVENT_FIELD_INVALID', reason: row.reason, text }
}

/** Data in the place of names would be lost, and every row after it be misread. */
function headerOf(names: readonly string[]): readonly string[] {
  const strange = names.find((name, index) => NO_NAME.test(name) || names.indexOf(name) < index)
  if (strange === undefined) return names
  const problem = `the first line is no header: "${strange}" is no name of a column, or there twice; name them with --columns`
  throw new AppError('IMPORT_UNREADABLE', { problem })
}

/** Of the first line outside quotes. */
function delimiterOf(head: Buffer): string {
  const [line = ''] = head
    .toString('utf8')
    .replaceAll(/"[^"]*"/g, '')
    .split(/\r?\n/, 1)
  const counts = DELIMITERS.map((delimiter) => line.split(delimiter).length)
  return DELIMITERS[counts.indexOf(Math.max(...counts))] as string
}

async function* checkedUtf8(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  try {
    for await (const chunk of chunks) {
      decoder.decode(chunk, { stream: true })
      yield chunk
    }
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause
    throw new AppError('IMPORT_UNREADABLE', { problem: 'the text is not UTF-8: convert it first' }, { cause })
  }
}
