import { parseArgs } from 'node:util'
import { AppError } from '../../core/errors.ts'

type Described = Readonly<
  Record<
    string,
    { readonly env: string; readonly fallback: string; readonly help: string; readonly isSwitch?: true }
  >
>

/**
 * Reads `--name value` flags. Every option of `described` may be given; a switch takes no value, and is then `true`.
 *
 * @throws {AppError} OPTION_INVALID for a flag that is not there, or one without its value.
 */
export function readFlags<D extends Described>(
  args: readonly string[],
  described: D,
): { readonly flags: Partial<Record<keyof D & string, string>>; readonly rest: readonly string[] } {
  const options = Object.fromEntries(
    Object.entries(described).map(([name, { isSwitch }]) => {
      return [name, { type: isSwitch === true ? ('boolean' as const) : ('string' as const) }]
    }),
  )
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
    const texts = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]))
    return { flags: texts as Partial<Record<keyof D & string, string>>, rest: positionals }
  } catch (cause) {
    const problem = (cause as Error).message.split('\n', 1)[0] ?? ''
    throw new AppError('OPTION_INVALID', { problem }, { cause })
  }
}

/** The options as lines of help text. */
export function optionLines(described: Described): readonly string[] {
  return Object.entries(described).map(([name, { env, fallback, help }]) => {
    const usual = fallback === '' ? '' : ` (${fallback})`
    return `  --${name.padEnd(16)} ${help}${usual}; ${env}`
  })
}
