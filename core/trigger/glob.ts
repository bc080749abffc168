/** What may stand at one place: code points from the first of a pair to the second. */
type Place = readonly (readonly [from: number, to: number])[]
/** What stands between two `*`. */
type Run = readonly Place[]

const ANY: Place = [[0, 0x10ffff]]

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
    if (!isOf(run[index] as Place, codes[at + index] as number)) return false
  }
  return true
}

function isOf(place: Place, code: number): boolean {
  for (const [from, to] of place) if (from <= code && code <= to) return true
  return false
}

function runsOf(pattern: string): Run[] {
  const characters = [...pattern]
  let run: Place[] = []
  const runs = [run]
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at]
    const close = character === '[' ? closeOf(characters, at) : 0
    if (character === '*') {
      run = []
      runs.push(run)
    } else if (character === '?') run.push(ANY)
    else if (close > 0) {
      run.push(rangesOf(characters.slice(at + 1, close)))
      at = close
    } else {
      if (character === '\\' && at + 1 < characters.length) at += 1
      run.push(rangesOf(['\\', characters[at] as string]))
    }
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

function rangesOf(inside: readonly string[]): Place {
  const ranges: (readonly [number, number])[] = []
  let at = 0
  const take = () => {
    if (inside[at] === '\\') at += 1
    at += 1
    return inside[at - 1]?.codePointAt(0) as number
  }
  while (at < inside.length) {
    const from = take()
    const isRange = inside[at] === '-' && at + 1 < inside.length
    if (isRange) at += 1
    ranges.push([from, isRange ? take() : from])
  }
  return ranges
}

function codesOf(text: string): ArrayLike<number> {
  const codes = new Uint32Array(text.length)
  let count = 0
  for (const character of text) codes[count++] = character.codePointAt(0) as number
  return codes.subarray(0, count)
}

/** The run as a text, when it is one; half a surrogate pair is none, as in a text it may be part of a whole one. */
function plainText(run: Run): string | undefined {
  const codes = run.map((place) =>
    place.length === 1 && place[0]?.[0] === place[0]?.[1] ? place[0]?.[0] : 0xd800,
  )
  return codes.some((code = 0) => code >= 0xd800 && code <= 0xdfff)
    ? undefined
    : String.fromCodePoint(...(codes as number[]))
}
