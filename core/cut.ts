/** Beyond the cut, so that a grapheme that begins before it and ends behind it is seen whole. */
const LOOK_AHEAD_CHARS = 256
let graphemes: Intl.Segmenter | undefined

/**
 * The beginning of a text, at most `chars_max` UTF-16 code units, cut between graphemes, so that no emoji and no
 * letter with its accents is cut in two, as Heap's own libraries do. A grapheme that alone is over the limit is cut
 * between code points; so is every text where there is no `Intl.Segmenter`.
 */
export function cutText(text: string, chars_max: number): string {
  if (text.length <= chars_max) return text
  const around = text.slice(0, chars_max + LOOK_AHEAD_CHARS)
  graphemes ??= Intl.Segmenter && new Intl.Segmenter('und', { granularity: 'grapheme' })
  const at = graphemes?.segment(around).containing(chars_max)?.index ?? 0
  if (at > 0) return text.slice(0, at)
  const isPair = /[\uD800-\uDBFF]/.test(text.charAt(chars_max - 1))
  return text.slice(0, isPair ? chars_max - 1 : chars_max)
}
