/**
 * The code point at a place of a text; half a surrogate pair is itself. For `String.prototype.codePointAt`, which in
 * V8 13.6 (Node 24) reads beyond the end of a part of a longer text once it is compiled: the half pair that the part ends
 * with comes out joined with what follows in the whole. Parts of so few characters are copies.
 */
export function codePointAt(text: string, at: number): number {
  const unit = text.charCodeAt(at)
  return unit < 0xd800 ? unit : (text.slice(at, at + 2).codePointAt(0) as number)
}
