/**
 * The words of a text: runs of letters, with the marks on them, and digits; a new one also begins at a capital after a small letter or a digit,
 * and at the last of several capitals before a small letter. `HTTPServer-2b` has `HTTP`, `Server` and `2b`.
 */
export function wordsOf(text: string): readonly string[] {
  return (
    text
      .replace(/([\p{Ll}\p{Nd}]\p{M}*)(?=\p{Lu})|(\p{Lu})(?=\p{Lu}\p{Ll})/gu, '$1$2 ')
      .match(/[\p{L}\p{M}\p{Nd}]+/gu) ?? []
  )
}

export function titlecase(text: string): string {
  return wordsOf(text)
    .map((word) => {
      const [first = ''] = word
      return first.toUpperCase() + word.slice(first.length).toLowerCase()
    })
    .join(' ')
}
