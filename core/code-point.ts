/**
 * The code point at a place of a text; half a surrogate pair is itself. For `String.prototype.codePointAt`, which in
 * V8 13.6 (Node 24) reads beyond the end of a part of a longer text once it is compiled: the half pair that the part ends
 * with comes out joined with what follows in the whole.
 */
export function codePointAt(text: string, at: number): number {
  const first = text.charCodeAt(at)
  if (first < 0xd800 || first > 0xdbff || at + 1 >= text.length) return first
  const second = text.charCodeAt(at + 1)
  return second < 0xdc00 || second > 0xdfff ? first : (first - 0xd800) * 0x400 + second - 0xdc00 + 0x10000
}
