import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { AppError } from '../../core/errors.ts'
import type { Place } from './place.ts'

export type ImportCounts = {
  /** Taken by the server, those included that it had already. */
  readonly sent: number
  readonly refused: number
  /** Outside of `--from` and `--to`. */
  readonly skipped: number
}
/** How far an import of a file is. Everything before `at` is at the server, refused or skipped; nothing behind it is counted. */
export type ImportState = {
  readonly version: 1
  /** What tells the file from another, and from itself when it was changed. */
  readonly file: { readonly bytes: number; readonly modified_ms: number; readonly head: string }
  /** A hash of where the calls go and what they are made into. */
  readonly options: string
  readonly at: Place
  readonly counts: ImportCounts
  /** The length of the file of refused calls. */
  readonly refused_bytes: number
  readonly isDone: boolean
}

export const stateFileOf = (file: string) => `${file}.millrace-import.json`
export const refusedFileOf = (file: string) => `${file}.millrace-refused.ndjson`

/**
 * What an import that was begun has written.
 *
 * @throws {AppError} IMPORT_FOREIGN: it is of another file, or was made with other options.
 */
export function readState(path: string, now: Pick<ImportState, 'file' | 'options'>): ImportState | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const foreign = (problem: string) => new AppError('IMPORT_FOREIGN', { file: path, problem })
  let state: ImportState
  try {
    state = JSON.parse(text) as ImportState
  } catch {
    throw foreign('it cannot be read')
  }
  if (state.version !== 1) throw foreign('another version wrote it')
  if (JSON.stringify(state.file) !== JSON.stringify(now.file)) throw foreign('the file was changed since')
  if (state.options !== now.options) throw foreign('the options are others now')
  return state
}

/** Whole or not at all, and on the disk when it returns. */
export function writeState(path: string, state: ImportState): void {
  const next = `${path}.next`
  const file = openSync(next, 'w')
  try {
    writeSync(file, `${JSON.stringify(state, undefined, 2)}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(next, path)
}
