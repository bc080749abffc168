/** What is done with what a rule finds. */
export const REDACT_HOWS = ['drop', 'mask', 'hash'] as const
export type RedactHow = (typeof REDACT_HOWS)[number]

/** What is looked for in texts. `regex`: a pattern of the person's own. */
export const REDACT_PATTERNS = ['email', 'card', 'phone', 'ip', 'ssn', 'iban'] as const
export type RedactPattern = (typeof REDACT_PATTERNS)[number]

/**
 * Takes something out of events: what stands at a place (`properties.email`, `context.traits.*`, `**.password`), or what
 * looks like something, wherever it stands. With both, only there.
 */
export type RedactRule = {
  readonly how: RedactHow
  /** Keys with dots between them; `*` is any key, `**` any number of them. */
  readonly path?: string
  readonly pattern?: RedactPattern
  /** A regular expression that cannot take long: no groups that repeat, no look-around, no back-references. */
  readonly regex?: string
  /** With `mask`: how many characters at the end stay readable. */
  readonly keepLast?: number
  /** For people. */
  readonly name?: string
}
