import { compilePath } from '../../path.ts'
import type { MappingValue } from '../mapping.ts'
import { type Directive, fail, isObject, isTooLarge, type Parts, TOO_LARGE } from './directive.ts'

/** `[path or value, shape]`; in the shape, paths start at the item. */
export const arrayPath: Directive = (argument, { at, part }) => {
  const [from, shape] = argument as readonly MappingValue[]
  const list = typeof from === 'string' ? compilePath(from) : part(from, 0)
  if (!shape || Object.keys(shape).length === 0) return list
  const shaped = part(shape, 1)
  return function resolveItems(root, problems) {
    const value = list(root, problems)
    if (typeof value !== 'object' || value === null) return value
    const items = Array.isArray(value) ? value : [value]
    const result = items.map((item) => shaped(item, problems)).filter((item) => item !== undefined)
    return isTooLarge(result) ? fail(problems, at, TOO_LARGE) : result
  }
}

export const transform: Directive = (argument, { at, part }) => {
  const { apply, mapping } = argument as Parts
  const before = part(apply, 'apply')
  const after = part(mapping, 'mapping')
  return function resolveTwice(root, problems) {
    const start = problems.length
    const value = before(root, problems)
    if (problems.length > start) return undefined
    if (!isObject(value)) return fail(problems, at, 'needs an object from "apply"')
    return isTooLarge(value) ? fail(problems, at, TOO_LARGE) : after(value, problems)
  }
}
