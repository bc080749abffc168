/**
 * PostgreSQL's texts hold every character but U+0000, and events may hold that one too. So U+0001 is an escape here: `U+0001 0`
 * stands for U+0000, and `U+0001 1` for U+0001 itself. Nearly no text has either, and is stored as it is. Equal texts are
 * stored equally, so what is looked for is found.
 */
export function storedText(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed()
  return UNUSUAL.test(whole) ? whole.replaceAll(UNUSUAL_ALL, (one) => `\u0001${one.charCodeAt(0)}`) : whole
}
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is about
const UNUSUAL = /[\u0000\u0001]/
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is about
const UNUSUAL_ALL = /[\u0000\u0001]/g

/** The reverse of `storedText`. */
export function readText(stored: string): string {
  return stored.includes('\u0001')
    ? stored.replaceAll(ESCAPED, (_, code) => String.fromCharCode(Number(code)))
    : stored
}
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is about
const ESCAPED = /\u0001([01])/g

/** JSON for a `jsonb` parameter, whose texts are stored texts. What is no JSON is left out or null, and refused by the columns. */
export function storedJson(value: unknown): string {
  const json = JSON.stringify(value)
  if (!MAYBE_UNUSUAL.test(json)) return json
  return JSON.stringify(value, (_, one) => (typeof one === 'string' ? storedText(one) : one))
}
/** How JSON writes the two characters, and half a surrogate pair. */
const MAYBE_UNUSUAL = /\\u(?:000[01]|d[89a-f])/i

/** As much of a text as an index takes: PostgreSQL refuses rows of an index above 2,700 bytes. */
const KEY_CHARS_MAX = 200

/** A text itself when it is short; else its beginning and a hash of it: what an index holds instead of a text without a limit. */
export function keyText(text: string, hash: (text: string) => string): string {
  return text.length <= KEY_CHARS_MAX ? text : `${text.slice(0, KEY_CHARS_MAX).toWellFormed()}#${hash(text)}`
}
