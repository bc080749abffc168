/** One place of a pattern: a character that must stand there, any character, or one of a set. */
type Part =
  | { readonly kind: 'character'; readonly code: number }
  | { readonly kind: 'any' }
  | { readonly kind: 'set'; readonly ranges: readonly (readonly [from: number, to: number])[] }
/** What stands between two `*`. */
type Run = readonly Part[]

/**
 * Compiles a glob: `*` any characters, `?` one, `[a-z]` one of a set, `\x` the character itself. The whole text must
 * fit, by code point. Each run between two `*` takes the first place where it fits, which is enough and never has to be
 * taken back: the time is at most the text's length times the pattern's.
 */
export function compileGlob(pattern: string): (text: string) => boolean {
  const [first = [], ...others] = runsOf(pattern)
  const last = others.pop()
  const [size, tail] = [first.length, last?.length ?? 0]
  const plain = last?.length === 0 && others.length === 0 ? plainText(first) : undefined
  if (plain !== undefined) return (text) => text.startsWith(plain)
  return function matches(text) {
    const codes = codesOf(text)
    const end = codes.length - tail
    if (last === undefined ? codes.length !== size : end < size) return false
    if (!fits(first, codes, 0) || (last !== undefined && !fits(last, codes, end))) return false
    let at = size
    for (const run of others) {
      while (at + run.length <= end && !fits(run, codes, at)) at += 1
      at += run.length
      if (at > end) return false
    }
    return true
  }
}

function fits(run: Run, codes: ArrayLike<number>, at: number): boolean {
  for (let index = 0; index < run.length; index++) {
    if (!isPart(run[index] as Part, codes[at + index] as number)) return false
  }
  return true
}

function isPart(part: Part, code: number): boolean {
  if (part.kind === 'character') return part.code === code
  return part.kind === 'any' || part.ranges.some(([from, to]) => from <= code && code <= to)
}

function runsOf(pattern: string): Run[] {
  const characters = [...pattern]
  let run: Part[] = []
  const runs: Part[][] = [run]
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] as string
    const next = characters[at + 1]
    const close = character === '[' ? closeOf(characters, at) : -1
    if (character === '*') {
      run = []
      runs.push(run)
    } else if (character === '?') run.push({ kind: 'any' })
    else if (close > 0) {
      run.push({ kind: 'set', ranges: rangesOf(characters.slice(at + 1, close)) })
      at = close
    } else if (character === '\\' && next !== undefined) {
      run.push({ kind: 'character', code: codeOf(next) })
      at += 1
    } else run.push({ kind: 'character', code: codeOf(character) })
  }
  return runs
}

/** Where the set that begins here ends; -1 when it does not. */
function closeOf(characters: readonly string[], from: number): number {
  for (let at = from + 1; at < characters.length; at++) {
    if (characters[at] === '\\') at += 1
    else if (characters[at] === ']') return at
  }
  return -1
}

function rangesOf(inside: readonly string[]): (readonly [number, number])[] {
  const ranges: (readonly [number, number])[] = []
  let at = 0
  const take = () => {
    if (inside[at] === '\\') at += 1
    at += 1
    return codeOf(inside[at - 1] as string)
  }
  while (at < inside.length) {
    const from = take()
    if (inside[at] === '-' && at + 1 < inside.length) {
      at += 1
      ranges.push([from, take()])
    } else ranges.push([from, from])
  }
  return ranges
}

function codeOf(character: string): number {
  return character.codePointAt(0) as number
}

function codesOf(text: string): ArrayLike<number> {
  const codes = new Uint32Array(text.length)
  let count = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.codePointAt(at) as number
    if (code > 0xffff) at += 1
    codes[count++] = code
  }
  return codes.subarray(0, count)
}

/** The run as a text, when it is one; half a surrogate pair is none, as in a text it may be part of a whole one. */
function plainText(run: Run): string | undefined {
  const codes = run.map((part) => (part.kind === 'character' ? part.code : 0xd800))
  return codes.some((code) => code >= 0xd800 && code <= 0xdfff) ? undefined : String.fromCodePoint(...codes)
}
