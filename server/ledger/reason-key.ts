/** As much as tells reasons apart; some quote a whole answer. */
const KEY_CHARS_MAX = 300
/** Quotes that stand around something: the one in "can't" does not. */
const QUOTED = /"[^"]*"|`[^`]*`|“[^”]*”|(?<!\w)'[^']*'(?!\w)/g
const NUMBER = /\d+(?:[.,:]\d+)*/g

/** The same for reasons that differ only in numbers and in what they quote: what a group of dead letters has in common. */
export function reasonKey(text: string): string {
  return text.replaceAll(QUOTED, '"…"').replaceAll(NUMBER, '#').slice(0, KEY_CHARS_MAX).toWellFormed()
}
