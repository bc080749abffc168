import type { Edge, Node, Test } from './regex-program.ts'

const REPEAT_MAX = 255
const DEPTH_MAX = 20

type Reader = { readonly letters: readonly string[]; at: number }

/** Reads an expression. @throws {RangeError} whose message is JSON: `{at, problem}`. */
export function parseRegex(source: string): Node {
  const reader: Reader = { letters: [...source], at: 0 }
  const node = readChoice(reader, 0)
  if (reader.at < reader.letters.length) fail(reader.at, 'has a ")" too many')
  return node
}

export function fail(at: number, problem: string): never {
  throw new RangeError(JSON.stringify({ at, problem }))
}

function readChoice(reader: Reader, depth: number): Node {
  if (depth > DEPTH_MAX) fail(reader.at, `is nested over ${DEPTH_MAX} groups deep`)
  const nodes = [readSequence(reader, depth)]
  while (reader.letters[reader.at] === '|') {
    reader.at += 1
    nodes.push(readSequence(reader, depth))
  }
  return nodes.length === 1 ? (nodes[0] as Node) : { is: 'any', nodes }
}

function readSequence(reader: Reader, depth: number): Node {
  const nodes: Node[] = []
  for (;;) {
    const letter = reader.letters[reader.at]
    if (letter === undefined || letter === '|' || letter === ')') return { is: 'all', nodes }
    nodes.push(readRepeated(reader, depth))
  }
}

function readRepeated(reader: Reader, depth: number): Node {
  const begin = reader.at
  const node = readAtom(reader, depth)
  const counts = readCounts(reader)
  if (counts === undefined) return node
  if (node.is === 'edge') fail(begin, 'repeats something that has no length')
  if (readCounts(reader) !== undefined) fail(reader.at, 'repeats a repetition; put it in a group')
  return { is: 'repeat', node, ...counts }
}

type Counts = { readonly min: number; readonly max: number }
const SIMPLE: Readonly<Record<string, Counts>> = {
  '?': { min: 0, max: 1 },
  '*': { min: 0, max: Number.POSITIVE_INFINITY },
  '+': { min: 1, max: Number.POSITIVE_INFINITY },
}
/** `{2}`, `{2,}`, `{2,5}` */
const COUNTS = /^\{(\d{1,4})(,(\d{0,4}))?\}/
const COUNTS_CHARS_MAX = 12

function readCounts(reader: Reader): Counts | undefined {
  const { letters, at } = reader
  const simple = SIMPLE[letters[at] ?? '']
  if (simple !== undefined) {
    reader.at += 1
    return simple
  }
  const given = COUNTS.exec(letters.slice(at, at + COUNTS_CHARS_MAX).join(''))
  if (given === null) return undefined
  const min = Number(given[1])
  const most = given[3] === '' ? Number.POSITIVE_INFINITY : Number(given[3])
  const max = given[2] === undefined ? min : most
  if (max < min || min > REPEAT_MAX || (max > REPEAT_MAX && max !== Number.POSITIVE_INFINITY))
    fail(at, `must repeat from less to more, at most ${REPEAT_MAX} times`)
  reader.at += given[0].length
  return { min, max }
}

function readAtom(reader: Reader, depth: number): Node {
  const letter = reader.letters[reader.at] as string
  reader.at += 1
  switch (letter) {
    case '(':
      return readGroup(reader, depth)
    case '[':
      return { is: 'one', test: readSet(reader) }
    case '.':
      return { is: 'one', test: (code) => code !== 10 }
    case '^':
    case '$':
      return { is: 'edge', edge: letter === '^' ? 'start' : ('end' satisfies Edge) }
    case '\\':
      return readEscaped(reader)
    case '*':
    case '+':
    case '?':
      return fail(reader.at - 1, `"${letter}" repeats nothing; write \\${letter} for the character`)
    default:
      return { is: 'one', test: isLetter(letter) }
  }
}

function readGroup(reader: Reader, depth: number): Node {
  const { letters, at } = reader
  if (letters[at] === '?') {
    if (letters[at + 1] !== ':') fail(at, 'only (…) and (?:…) are known as groups')
    reader.at += 2
  }
  const inner = readChoice(reader, depth + 1)
  if (letters[reader.at] !== ')') fail(reader.at, 'lacks a ")"')
  reader.at += 1
  return inner
}

function readEscaped(reader: Reader): Node {
  const begin = reader.at - 1
  const letter = reader.letters[reader.at] ?? fail(begin, 'ends with a "\\"')
  reader.at += 1
  if (letter === 'b') return { is: 'edge', edge: 'word' }
  return { is: 'one', test: escapedTest(letter, begin) ?? isLetter(letter) }
}

/** Undefined for a character that stands for itself. */
function escapedTest(letter: string, at: number): Test | undefined {
  const test = CLASSES[letter]
  if (test === undefined && /[A-Za-z0-9]/.test(letter)) fail(at, `\\${letter} is not known`)
  return test
}

/** Behind its `[`. */
function readSet(reader: Reader): Test {
  const { letters } = reader
  const begin = reader.at - 1
  const isNot = letters[reader.at] === '^'
  if (isNot) reader.at += 1
  const tests: Test[] = []
  while (letters[reader.at] !== ']') {
    const from = readSetLetter(reader, begin)
    const isRange = letters[reader.at] === '-' && letters[reader.at + 1] !== ']'
    if (typeof from !== 'string') tests.push(from)
    else if (isRange) {
      reader.at += 1
      tests.push(rangeTest(from, readSetLetter(reader, begin), begin))
    } else tests.push(isLetter(from))
  }
  reader.at += 1
  if (tests.length === 0) fail(begin, 'is an empty set')
  return (code) => tests.some((test) => test(code)) !== isNot
}

function readSetLetter(reader: Reader, begin: number): string | Test {
  const letter = reader.letters[reader.at] ?? fail(begin, 'lacks a "]"')
  reader.at += 1
  if (letter !== '\\') return letter
  const escaped = reader.letters[reader.at] ?? fail(begin, 'lacks a "]"')
  reader.at += 1
  return escapedTest(escaped, reader.at - 2) ?? escaped
}

function rangeTest(from: string, to: string | Test, begin: number): Test {
  const first = from.codePointAt(0) ?? 0
  const last = typeof to === 'string' ? (to.codePointAt(0) ?? 0) : -1
  if (last < first) fail(begin, 'has a range from more to less')
  return (code) => code >= first && code <= last
}

const isDigit: Test = (code) => code >= 48 && code <= 57
export const isWord: Test = (code) =>
  isDigit(code) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95
const isSpace: Test = (code) => code === 32 || (code >= 9 && code <= 13) || code === 160
const CLASSES: Readonly<Record<string, Test>> = {
  d: isDigit,
  w: isWord,
  s: isSpace,
  D: (code) => !isDigit(code),
  W: (code) => !isWord(code),
  S: (code) => !isSpace(code),
  n: (code) => code === 10,
  t: (code) => code === 9,
}

function isLetter(letter: string): Test {
  const wanted = letter.codePointAt(0)
  return (code) => code === wanted
}
