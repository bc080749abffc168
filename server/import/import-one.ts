import { createHash } from 'node:crypto'
import { rmSync, statSync } from 'node:fs'
import { AppError } from '../../core/errors.ts'
import type { JsonObject } from '../../core/event.ts'
import type { CsvRules } from './csv.ts'
import { type Format, formatOf, recordsOf } from './formats.ts'
import { importRecords, type Progress } from './import-file.ts'
import type { CallRules } from './make-call.ts'
import { fingerprintOf, type Input, openInput } from './open-input.ts'
import { BEGINNING } from './place.ts'
import type { SendDeps } from './send.ts'
import { type ImportState, readState, refusedFileOf, stateFileOf, writeState } from './state-file.ts'
import { type DryRunCounts, tally } from './tally.ts'

/** What stands for standard input among the files. */
export const STANDARD_INPUT = '-'

export type ImportOptions = {
  readonly url: string
  readonly writeKey: string
  /** Left out: by the name and the content. */
  readonly format?: Format | undefined
  readonly csv: CsvRules
  readonly from_ms?: number | undefined
  readonly to_ms?: number | undefined
  /** Ids, names or kinds of the destinations that get the calls, none of them in an empty list; left out: as the calls say. */
  readonly destinations?: readonly string[] | undefined
  /** What ids of calls without one are made of; left out: the beginning of the file. */
  readonly name?: string | undefined
  readonly rate?: number | undefined
  /** Forgets how far it was. */
  readonly isRestart: boolean
}
export type ImportDeps = {
  readonly stdin: NodeJS.ReadableStream
  readonly send: SendDeps
  readonly isStopped: () => boolean
  readonly onProgress: (progress: FileProgress) => void
}
/** `bytes` and `bytes_max` are of the file as it is; `bytes_max` is 0 where nobody knows it. */
export type FileProgress = Pick<Progress, 'counts'> & { readonly bytes: number; readonly bytes_max: number }
export type ImportEnd = {
  /** `before`: an earlier run had done all of it. */
  readonly status: 'done' | 'stopped' | 'before'
  readonly counts: Progress['counts']
  readonly refusedFile: string
}

/**
 * Imports a file, from where an earlier run stopped; or standard input, from its beginning.
 *
 * @throws {AppError} IMPORT_UNREADABLE, IMPORT_FOREIGN, IMPORT_STOPPED, OPTION_INVALID (columns that are not there).
 */
export async function importOne(file: string, options: ImportOptions, deps: ImportDeps): Promise<ImportEnd> {
  const { input, format, rules, bytes_max } = await opened(file, options, deps.stdin)
  const refused = refusedFileOf(file === STANDARD_INPUT ? 'stdin' : file)
  const state = file === STANDARD_INPUT ? undefined : keptState(file, input, options)
  if (state?.known?.isDone === true)
    return { status: 'before', counts: state.known.counts, refusedFile: refused }
  const begin: Progress = state?.known ?? { at: BEGINNING, counts: NOTHING, refused_bytes: 0 }
  let last = begin

  const isWhole = await importRecords({
    ...{ rules, begin, refusedFile: refused, rate: options.rate, send: deps.send, isStopped: deps.isStopped },
    records: recordsOf(input, format, options.csv, begin.at),
    onSettled(progress) {
      last = progress
      state?.keep(progress, false)
      deps.onProgress({ counts: progress.counts, bytes: input.readBytes(), bytes_max })
    },
  })
  if (isWhole) state?.keep(last, true)
  return { status: isWhole ? 'done' : 'stopped', counts: last.counts, refusedFile: refused }
}

export type DryRun = DryRunCounts & { readonly format: Format; readonly compression: Input['compression'] }

/** What an import would do. @throws {AppError} IMPORT_UNREADABLE, OPTION_INVALID */
export async function tryOne(
  file: string,
  options: ImportOptions,
  {
    stdin,
    now_ms,
    refused_max,
  }: Pick<ImportDeps, 'stdin'> & { readonly now_ms: number; readonly refused_max: number },
): Promise<DryRun> {
  const { input, format, rules } = await opened(file, options, stdin)
  const counts = await tally(recordsOf(input, format, options.csv, BEGINNING), rules, { now_ms, refused_max })
  return { ...counts, format, compression: input.compression }
}

const NOTHING = { sent: 0, refused: 0, skipped: 0 }

async function opened(file: string, options: ImportOptions, stdin: NodeJS.ReadableStream) {
  const bytes_max = file === STANDARD_INPUT ? 0 : sizeOf(file)
  const input = await openInput(file === STANDARD_INPUT ? stdin : file)
  const { from_ms, to_ms, destinations } = options
  const rules: CallRules = {
    ...{ name: options.name ?? fingerprintOf(input.head), from_ms, to_ms },
    integrations: destinations === undefined ? undefined : integrationsFor(destinations),
  }
  return { input, format: options.format ?? formatOf(file, input.head), rules, bytes_max }
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size
  } catch (cause) {
    throw new AppError('IMPORT_UNREADABLE', { file, problem: (cause as Error).message }, { cause })
  }
}

function integrationsFor(destinations: readonly string[]): JsonObject {
  return { All: false, ...Object.fromEntries(destinations.map((name) => [name, true])) }
}

/** What was kept of the file, and what keeps more. */
function keptState(file: string, input: Input, { isRestart, rate: _rate, ...options }: ImportOptions) {
  const path = stateFileOf(file)
  const { size: bytes, mtimeMs: modified_ms } = statSync(file)
  const now = {
    file: { bytes, modified_ms, head: fingerprintOf(input.head) },
    // The write key among them is not kept.
    options: createHash('sha256').update(JSON.stringify(options)).digest('hex'),
  }
  if (isRestart) rmSync(path, { force: true })
  return {
    known: readState(path, now),
    keep({ at, counts, refused_bytes }: Progress, isDone: boolean): void {
      writeState(path, { version: 1, ...now, at, counts, refused_bytes, isDone } satisfies ImportState)
    },
  }
}
