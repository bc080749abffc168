/** Beyond the cut, so that a grapheme that begins before it and ends behind it is seen whole. */
const LOOK_AHEAD_CHARS = 256
const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })

/**
 * The beginning of a text, at most `chars_max` UTF-16 code units, cut between graphemes, so that no emoji and no
 * letter with its accents is cut in two, as Heap's own libraries do. A grapheme that alone is over the limit is cut
 * between code points.
 */
export function cutText(text: string, chars_max: number): string {
  if (text.length <= chars_max) return text
  const around = text.slice(0, chars_max + LOOK_AHEAD_CHARS)
  const at = graphemes.segment(around).containing(chars_max)?.index ?? 0
  if (at > 0) return text.slice(0, at)
  const isPair = /[\uD800-\uDBFF]/.test(text.charAt(chars_max - 1))
  return text.slice(0, isPair ? chars_max - 1 : chars_max)
}

/** "cut from 3,120 to 1,023 characters" */
export function cutWords(before: string, after: string): string {
  return `cut from ${grouped(before.length)} to ${grouped(after.length)} characters`
}

/** 3120 as "3,120". */
export function grouped(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ',')
}
