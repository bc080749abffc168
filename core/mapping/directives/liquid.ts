import { type Directive, fail, isTooLong, TOO_LONG } from './directive.ts'

/** Liquid itself is a power that is given, because it is too large for every page: ../liquid.ts. */
export const liquid: Directive = (argument, { at, powers }) => {
  const compiled = powers.liquid?.(argument as string)
  const render = typeof compiled === 'function' ? compiled : undefined
  return function resolveLiquid(root, problems) {
    const rendered = render?.(root) ?? { ok: false, problem: 'cannot be used here' }
    if (!rendered.ok) return fail(problems, at, rendered.problem)
    return isTooLong(rendered.text) ? fail(problems, at, TOO_LONG) : rendered.text
  }
}
