import { TRANSFORM_CHARS_MAX } from '../../core/transform/transform.ts'
import type { Path } from './problem.ts'
import { type Reader, readText } from './reader.ts'

/** The transformation of a source or an action. What is wrong with its JavaScript is found by the check of the whole. */
export function readTransform(reader: Reader, at: Path, value: unknown): { readonly transform?: string } {
  if (value === undefined) return {}
  if (value === null) reader.report(at, 'is empty: leave the line out for no transformation')
  const transform = readText(reader, at, value, TRANSFORM_CHARS_MAX)
  return transform === '' ? {} : { transform }
}
