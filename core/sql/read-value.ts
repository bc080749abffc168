import type { PlacedProblem } from '../errors.ts'
import { TEXT_CHARS_MAX } from './settings.ts'

export type Unknown = Readonly<Record<string, unknown>>
export type At = PlacedProblem['at']
export type Report = (at: At, problem: string) => void

/** Gives `''` for what is wrong, which is reported. */
export function readText(given: unknown, at: At, report: Report, chars_max = TEXT_CHARS_MAX): string {
  if (given === undefined || given === null || given === '') {
    report(at, 'is missing')
    return ''
  }
  if (typeof given !== 'string') {
    report(at, 'must be a text')
    return ''
  }
  if (given.trim() === '') report(at, 'is empty')
  if (given.length > chars_max) report(at, `is too long: the limit is ${chars_max} characters`)
  return given
}

/** A whole number within bounds; undefined for what is left out or wrong. */
export function readNumber(
  given: unknown,
  at: At,
  report: Report,
  { min, max }: { readonly min: number; readonly max: number },
): number | undefined {
  if (given === undefined) return undefined
  if (typeof given === 'number' && Number.isInteger(given) && given >= min && given <= max) return given
  report(at, `must be a whole number from ${min} to ${max}`)
  return undefined
}

export function reportUnknown(given: Unknown, known: readonly string[], at: At, report: Report): void {
  for (const key of Object.keys(given)) {
    if (!known.includes(key)) report([...at, key], `is no setting here: there are ${known.join(', ')}`)
  }
}

export function isObject(value: unknown): value is Unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
