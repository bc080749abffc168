/** What is done with what a rule finds. */
export const REDACT_HOWS = ['drop', 'mask', 'hash'] as const
export type RedactHow = (typeof REDACT_HOWS)[number]

/** What is looked for in texts, wherever they stand. */
export const REDACT_PATTERNS = ['email', 'card', 'phone', 'ip', 'ssn', 'iban'] as const
export type RedactPattern = (typeof REDACT_PATTERNS)[number]

/**
 * Takes something out of events: what stands at a place (`properties.email`, `context.traits.*`, `**.password`), or what
 * looks like something (`pattern`, or a `regex` of the person's own). With a path and a pattern, only there.
 */
export type RedactRule = {
  readonly how: RedactHow
  /** Keys with dots between them; `*` is any one key, `**` any number of them. */
  readonly path?: string
  readonly pattern?: RedactPattern
  /** In the language of `regex.ts`, which cannot take long. */
  readonly regex?: string
  /** With a pattern or a regex: look into names of properties too. */
  readonly keys?: boolean
  /** With `mask`: how many characters at the end stay readable. */
  readonly keepLast?: number
}

/** Of a source or a destination. Each costs time for every event. */
export const RULES_MAX = 50
export const REGEX_CHARS_MAX = 200
export const PATH_CHARS_MAX = 255
export const KEEP_LAST_MAX = 8

/** A rule in a few words, such as `mask email` or `drop properties.password`. */
export function ruleText({ how, path, pattern, regex }: RedactRule): string {
  const what = pattern ?? (regex === undefined ? undefined : `/${regex}/`)
  const where = path === undefined ? '' : what === undefined ? path : `in ${path}`
  return [how, what, where].filter((part) => part !== undefined && part !== '').join(' ')
}
