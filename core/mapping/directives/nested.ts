import type { Json } from '../../event.ts'
import { compilePath } from '../../path.ts'
import { type Directive, failed, isObject, isTooLarge, named, TOO_LARGE } from './argument.ts'

/** `[path or value, shape]`; in the shape, paths start at the item. */
export const arrayPath: Directive = (argument, compiler) => {
  if (!Array.isArray(argument) || argument.length < 1 || argument.length > 2) {
    return compiler.invalid('needs a list of a path and, if wanted, a shape: ["$.properties.products", {…}]')
  }
  const [from, shape] = argument
  const list = typeof from === 'string' ? compilePath(from) : compiler.part(from ?? null, 0)
  if (shape === undefined || shape === null || (isObject(shape) && Object.keys(shape).length === 0))
    return list
  if (!isObject(shape)) return compiler.invalid('must be an object or a directive', 1)
  const shaped = compiler.part(shape, 1)
  const tooLarge = compiler.problem(TOO_LARGE)
  return function resolveItems(root, problems) {
    const value = list(root, problems)
    if (typeof value !== 'object' || value === null) return value
    const items: readonly Json[] = Array.isArray(value) ? value : [value]
    const result = items.map((item) => shaped(item, problems)).filter((item) => item !== undefined)
    return isTooLarge(result) ? failed(problems, tooLarge) : result
  }
}

export const transform = named(['apply', 'mapping'], [], ({ apply, mapping }, compiler) => {
  if (!isObject(apply)) return compiler.invalid('must be an object or a directive', 'apply')
  const before = compiler.part(apply, 'apply')
  const after = compiler.part(mapping ?? null, 'mapping')
  const notObject = compiler.problem('needs an object from "apply"')
  const tooLarge = compiler.problem(TOO_LARGE)
  return function resolveTwice(root, problems) {
    const start = problems.length
    const value = before(root, problems)
    if (problems.length > start) return undefined
    if (!isObject(value)) return failed(problems, notObject)
    return isTooLarge(value) ? failed(problems, tooLarge) : after(value, problems)
  }
})
