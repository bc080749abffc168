import { type Directive, failed, isTooLong, TOO_LONG } from './argument.ts'

const TEMPLATE_CHARS_MAX = 10_000

/** Liquid itself is a power that is given, because it is too large for every page: ../liquid.ts. */
export const liquid: Directive = (argument, compiler) => {
  if (typeof argument !== 'string' || argument.length > TEMPLATE_CHARS_MAX) {
    return compiler.invalid(
      `needs a text of at most ${TEMPLATE_CHARS_MAX.toLocaleString('en-US')} characters`,
    )
  }
  const render = compiler.powers.liquid?.(argument) ?? 'cannot be used here: Liquid is not loaded'
  if (typeof render === 'string') return compiler.invalid(render)
  const tooLong = compiler.problem(TOO_LONG)
  return function resolveLiquid(root, problems) {
    const rendered = render(root)
    if (!rendered.ok) return failed(problems, compiler.problem(rendered.problem))
    return isTooLong(rendered.text) ? failed(problems, tooLong) : rendered.text
  }
}
