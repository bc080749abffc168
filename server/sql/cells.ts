import type { Json } from '../../core/event.ts'
import { parseTime_ms } from '../../core/timestamp.ts'
import { compileDate, ISO_UTC } from '../import/csv-values.ts'

/** Numbers with no more digits than these are the same in JSON; longer ones stay texts. */
const DIGITS_MAX = 15

/** A number that a database tells as a text, where JSON can carry it. */
export function numberOrText(text: string): Json {
  const value = Number(text)
  const digits = text.replace(/^[-+0.]+|\.|[eE].*$/g, '').length
  return Number.isFinite(value) && (Number.isSafeInteger(value) || digits <= DIGITS_MAX) ? value : text
}

/** ISO 8601 in UTC, of a time as the engines write it; one that lies before 1970 stays as it is. */
export function timeReader(zone: string | undefined): (text: string) => string {
  const read = compileDate({ ...ISO_UTC, ...(zone === undefined ? {} : { zone }) })
  return (text) => {
    const time_ms = read?.(text) ?? parseTime_ms(text)
    return time_ms === undefined ? text : new Date(time_ms).toISOString()
  }
}

export function jsonOrText(text: string): Json {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Bytes as base64. */
export function bytesText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
