import type { Json } from '../../event.ts'
import { compilePath } from '../../path.ts'
import type { MappingValue } from '../mapping.ts'
import { type Directive, fail, isObject, type Parts, TOO_LARGE, WEIGHT_MAX, weightOf } from './directive.ts'

/** `[path or value, shape]`; in the shape, paths start at the item. */
export const arrayPath: Directive = (argument, { at, part }) => {
  const [from, shape] = argument as readonly MappingValue[]
  const list = typeof from === 'string' ? compilePath(from) : part(from, 0)
  if (!shape || Object.keys(shape).length === 0) return list
  const shaped = part(shape, 1)
  return function resolveItems(root, problems) {
    const value = list(root, problems)
    if (typeof value !== 'object' || value === null) return value
    const start = problems.length
    const result: Json[] = []
    let weight = 0
    for (const item of Array.isArray(value) ? value : [value]) {
      const made = shaped(item, problems)
      if (problems.length > start) return undefined
      if (made === undefined) continue
      weight += weightOf(made, WEIGHT_MAX)
      if (weight > WEIGHT_MAX) return fail(problems, at, TOO_LARGE)
      result.push(made)
    }
    return result
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
    return weightOf(value, WEIGHT_MAX) > WEIGHT_MAX ? fail(problems, at, TOO_LARGE) : after(value, problems)
  }
}
