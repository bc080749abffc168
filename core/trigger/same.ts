import type { Json } from '../event.ts'

/**
 * Whether two values are the same: same type, same value, missing as null. Two lists are when they hold the same simple
 * values in the same order; an object is the same as nothing.
 */
export function same(a: Json | undefined, b: Json | undefined): boolean {
  const [left, right] = [a ?? null, b ?? null]
  if (!Array.isArray(left) || !Array.isArray(right)) return isSimple(left) && left === right
  return left.length === right.length && left.every((item, index) => isSimple(item) && item === right[index])
}

function isSimple(value: Json): boolean {
  return value === null || typeof value !== 'object'
}
