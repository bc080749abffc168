import { parseArgs } from 'node:util'
import { AppError } from '../../core/errors.ts'
import { CALL_TYPES, type CallType } from '../../core/event.ts'
import { parseTime_ms } from '../../core/timestamp.ts'
import type { ColumnRule } from '../import/csv-row.ts'
import type { ValueType } from '../import/csv-values.ts'
import type { Format } from '../import/formats.ts'
import type { ImportOptions } from '../import/import-one.ts'

const TEXT = { type: 'string' } as const
const SWITCH = { type: 'boolean' } as const
const FLAGS = {
  ...{ url: TEXT, 'write-key': TEXT, format: TEXT, type: TEXT, event: TEXT, delimiter: TEXT, columns: TEXT },
  ...{ 'date-format': TEXT, zone: TEXT, from: TEXT, to: TEXT, destinations: TEXT, rate: TEXT, name: TEXT },
  ...{ 'first-errors': TEXT, map: { ...TEXT, multiple: true } },
  ...{ 'only-mapped': SWITCH, 'dry-run': SWITCH, restart: SWITCH, 'allow-refused': SWITCH },
} as const
type Flags = ReturnType<typeof parseArgs<{ options: typeof FLAGS; allowPositionals: true }>>['values']

const FORMATS: readonly Format[] = ['ndjson', 'json', 'csv']
const TYPES: readonly ValueType[] = ['text', 'number', 'boolean', 'date', 'json']
const ROOTS = [
  ...['userId', 'anonymousId', 'messageId', 'groupId', 'previousId', 'event', 'timestamp', 'type'],
  ...['name', 'category', 'properties', 'traits', 'context', 'integrations'],
]
const FALLBACK = { url: 'http://127.0.0.1:4000', errors: 10 }
const ERRORS_MAX = 10_000
const RATE_MAX = 1_000_000

export type ImportCall = {
  readonly files: readonly string[]
  readonly options: ImportOptions
  readonly isDryRun: boolean
  readonly isRefusedAllowed: boolean
  /** Of a dry run: how many refused calls are told. */
  readonly errors_max: number
}

/**
 * Reads the words of `millrace import`.
 *
 * @param writeKey Of the environment, where it stands in no list of processes.
 * @throws {AppError} OPTION_INVALID
 */
export function readImportCall(args: readonly string[], writeKey: string | undefined): ImportCall {
  const { values: flags, positionals: files } = parsed(args)
  if (files.length === 0) throw invalid('name a file, or - for standard input')
  const isDryRun = flags['dry-run'] === true
  const key = flags['write-key'] ?? writeKey
  if (key === undefined && !isDryRun) {
    throw invalid('--write-key, or MILLRACE_WRITE_KEY in the environment, names the source')
  }
  return {
    files,
    isDryRun,
    isRefusedAllowed: flags['allow-refused'] === true,
    errors_max: whole('first-errors', flags['first-errors'], FALLBACK.errors, ERRORS_MAX),
    options: {
      ...{ url: addressOf(flags.url ?? FALLBACK.url), writeKey: key ?? '', name: flags.name },
      format: oneOf('format', flags.format, FORMATS),
      csv: csvOf(flags),
      ...{ from_ms: timeOf('from', flags.from), to_ms: timeOf('to', flags.to) },
      destinations: destinationsOf(flags.destinations),
      rate: rateOf(flags.rate),
      isRestart: flags.restart === true,
    },
  }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: FLAGS, allowPositionals: true })
  } catch (cause) {
    throw new AppError(
      'OPTION_INVALID',
      { problem: (cause as Error).message.split('\n', 1)[0] ?? '' },
      { cause },
    )
  }
}

function csvOf(flags: Flags): ImportOptions['csv'] {
  const delimiter = flags.delimiter === 'tab' || flags.delimiter === '\\t' ? '\t' : flags.delimiter
  if (delimiter !== undefined && delimiter.length !== 1) throw invalid('--delimiter must be one character')
  return {
    delimiter,
    columns: flags.columns?.split(',').map((name) => name.trim()),
    map: [flags.map ?? []].flat().map(columnRule),
    isOnlyMapped: flags['only-mapped'] === true,
    type: oneOf<CallType>('type', flags.type, CALL_TYPES) ?? 'track',
    event: flags.event,
    dates: { format: flags['date-format'] ?? 'iso', zone: flags.zone ?? 'UTC' },
  }
}

/** `Amount=properties.amount:number`; nothing behind the sign leaves the column out. A name may have a sign in it. */
function columnRule(text: string): ColumnRule {
  const [, column, path = '', type = 'text'] = /^(.+)=([^=:]*)(?::([a-z]+))?$/.exec(text) ?? []
  if (column === undefined) throw invalid(`--map ${text}: write COLUMN=PATH or COLUMN=PATH:TYPE`)
  const known = oneOf('map', type, TYPES) as ValueType
  if (path === '') return { column, path: [], type: known }
  const steps = path.split('.')
  if (steps.includes('') || !ROOTS.includes(steps[0] as string)) {
    throw invalid(`--map ${text}: a path begins with one of ${ROOTS.join(', ')}`)
  }
  return { column, path: steps, type: steps[0] === 'timestamp' && type === 'text' ? 'date' : known }
}

function destinationsOf(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined
  const names = text.split(',').map((name) => name.trim())
  if (names.includes('') || (names.includes('none') && names.length > 1)) {
    throw invalid('--destinations must be ids, names or kinds with commas between, or none')
  }
  return names[0] === 'none' ? [] : names
}

/** `500`, `500/s` or `9000/min`. */
function rateOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const [, digits = '', unit = '/s'] = /^(\d+)(\/s|\/min)?$/.exec(text) ?? []
  const rate = Number(digits) / (unit === '/min' ? 60 : 1)
  if (digits === '' || rate <= 0 || rate > RATE_MAX) throw invalid('--rate must be like 500/s or 9000/min')
  return rate
}

function timeOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const time_ms = parseTime_ms(text)
  if (time_ms === undefined) throw invalid(`--${name} must be a date or a time of ISO 8601`)
  return time_ms
}

function whole(name: string, text: string | undefined, usual: number, max: number): number {
  const value = text === undefined ? usual : /^\d+$/.test(text) ? Number(text) : -1
  if (value >= 0 && value <= max) return value
  throw invalid(`--${name} must be a whole number from 0 to ${max}`)
}

function oneOf<T extends string>(name: string, text: string | undefined, known: readonly T[]): T | undefined {
  if (text === undefined) return undefined
  const found = known.find((one) => one === text)
  if (found === undefined) throw invalid(`--${name}: "${text}" must be one of ${known.join(', ')}`)
  return found
}

function addressOf(text: string): string {
  if (!URL.canParse(text) || !/^https?:/.test(text)) throw invalid('--url must be an http address')
  return text.replace(/\/+$/, '')
}

function invalid(problem: string): AppError {
  return new AppError('OPTION_INVALID', { problem })
}
