import { isUtf8 } from 'node:buffer'
import type { ErrorCode } from '../../core/errors.ts'

/** How far an import has come in a file, at the end of a record; both of what is inside its compression. */
export type Place = { readonly bytes: number; readonly line: number }
export const BEGINNING: Place = { bytes: 0, line: 0 }

/**
 * One line of NDJSON, one item of a JSON array or one row of CSV: either the value that it holds, or why it holds none.
 * `line` is the line that it begins on, from 1; `end` is where the next one begins.
 */
export type ImportRecord = { readonly line: number; readonly end: Place } & (
  | { readonly value: unknown }
  | { readonly code: ErrorCode; readonly reason: string; readonly text: string }
)

/** How much of an unreadable record is kept to be looked at. */
export const SHOWN_CHARS_MAX = 2_000
/** A line may hold a whole batch: Segment's and RudderStack's are at most 4 MB. */
export const RECORD_BYTES_MAX = 16 * 1_048_576

/** Reads what the bytes of a record hold. */
export function readRecord(bytes: Buffer, at: { readonly line: number; readonly end: Place }): ImportRecord {
  if (!isUtf8(bytes)) return unreadable(bytes, at, 'The line is not UTF-8.')
  try {
    return { ...at, value: JSON.parse(bytes.toString('utf8')) }
  } catch {
    return unreadable(bytes, at, 'The line is not JSON.')
  }
}

export function tooLong(at: { readonly line: number; readonly end: Place }): ImportRecord {
  const reason = `The line has more than ${RECORD_BYTES_MAX} bytes.`
  return { ...at, code: 'EVENT_TOO_LARGE', reason, text: '' }
}

function unreadable(
  bytes: Buffer,
  at: { readonly line: number; readonly end: Place },
  reason: string,
): ImportRecord {
  return { ...at, code: 'BODY_NOT_JSON', reason, text: bytes.toString('utf8').slice(0, SHOWN_CHARS_MAX) }
}
