import { type CsvRules, csvRecords } from './csv.ts'
import { arrayRecords } from './json-array.ts'
import { lineRecords, withoutMark } from './lines.ts'
import { after, type Input } from './open-input.ts'
import type { ImportRecord, Place } from './place.ts'

export const FORMATS = ['ndjson', 'json', 'csv'] as const
export type Format = (typeof FORMATS)[number]

const CSV_NAME = /\.(csv|tsv)(\.(gz|zst))?$/i

/** By the name, for CSV; else by the first thing in it: a list is JSON, and an object is NDJSON. */
export function formatOf(name: string, head: Buffer): Format {
  if (CSV_NAME.test(name)) return 'csv'
  const [first] = withoutMark(head).toString('utf8').trimStart()
  return first === '[' ? 'json' : first === '{' || first === undefined ? 'ndjson' : 'csv'
}

/** The records of a file after a place, in portions. */
export function recordsOf(
  { chunks, head }: Input,
  format: Format,
  csv: CsvRules,
  from: Place,
): AsyncIterable<readonly ImportRecord[]> {
  switch (format) {
    case 'ndjson':
      return lineRecords(after(chunks, from.bytes), from)
    case 'json':
      return arrayRecords(chunks, from)
    case 'csv':
      return csvRecords(chunks, head, csv, from)
  }
}
