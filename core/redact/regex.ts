/**
 * Regular expressions that never try one way after the other: all are followed at once, so the time of a match is at most the
 * length of the text times that of the expression, and all of a text has a limit in steps. What they know: characters, `.`, sets such as `[a-z_]`
 * and `[^,]`, `\d` `\w` `\s` and their opposites, groups, `|`, `?`, `*`, `+`, `{2,5}`, `^`, `$` and `\b`.
 */
export type Regex = {
  /** Where it matches: from the left, each time the longest, without overlaps. @throws {RangeError} after too many steps. */
  readonly find: (text: string) => readonly (readonly [from: number, to: number])[]
}
export type RegexProblem = { readonly at: number; readonly problem: string }

/** Of a compiled expression, in instructions: `{2,5}` repeats what it stands behind. */
const PROGRAM_MAX = 2_000
const REPEAT_MAX = 255
const DEPTH_MAX = 20
/** For one text: some 100 ms. */
const STEPS_MAX = 10_000_000

type Test = (code: number) => boolean
type Edge = 'start' | 'end' | 'word'
type Node =
  | { readonly is: 'one'; readonly test: Test }
  | { readonly is: 'edge'; readonly edge: Edge }
  | { readonly is: 'all'; readonly nodes: readonly Node[] }
  | { readonly is: 'any'; readonly nodes: readonly Node[] }
  | { readonly is: 'repeat'; readonly node: Node; readonly min: number; readonly max: number }
type Step =
  | { readonly do: 'test'; readonly test: Test }
  | { readonly do: 'edge'; readonly edge: Edge }
  | { readonly do: 'split'; readonly to: readonly number[] }
  | { readonly do: 'match' }

export function compileRegex(
  source: string,
): { readonly ok: true; readonly regex: Regex } | ({ readonly ok: false } & RegexProblem) {
  try {
    const program = programOf(parse(source))
    return { ok: true, regex: { find: (text) => find(program, text) } }
  } catch (error) {
    if (error instanceof RangeError) return { ok: false, ...(JSON.parse(error.message) as RegexProblem) }
    throw error
  }
}

function fail(at: number, problem: string): never {
  throw new RangeError(JSON.stringify({ at, problem }))
}

function parse(source: string): Node {
  const letters = [...source]
  let at = 0
  const peek = () => letters[at]

  function choice(depth: number): Node {
    if (depth > DEPTH_MAX) fail(at, `is nested over ${DEPTH_MAX} groups deep`)
    const nodes = [sequence(depth)]
    while (peek() === '|') {
      at += 1
      nodes.push(sequence(depth))
    }
    return nodes.length === 1 ? (nodes[0] as Node) : { is: 'any', nodes }
  }

  function sequence(depth: number): Node {
    const nodes: Node[] = []
    while (peek() !== undefined && peek() !== '|' && peek() !== ')') nodes.push(repeated(depth))
    return { is: 'all', nodes }
  }

  function repeated(depth: number): Node {
    const begin = at
    const node = atom(depth)
    const counts = countsAt()
    if (counts === undefined) return node
    if (node.is === 'edge') fail(begin, 'repeats something that has no length')
    if (countsAt() !== undefined || peek() === '?') fail(at, 'repeats a repetition; put it in a group')
    return { is: 'repeat', node, ...counts }
  }

  function countsAt(): { readonly min: number; readonly max: number } | undefined {
    const simple = { '?': [0, 1], '*': [0, Infinity], '+': [1, Infinity] }[peek() ?? '']
    if (simple !== undefined) {
      at += 1
      return { min: simple[0] as number, max: simple[1] as number }
    }
    const given = /^\{(\d{1,4})(,(\d{0,4}))?\}/.exec(letters.slice(at, at + 12).join(''))
    if (given === null) return undefined
    const min = Number(given[1])
    const max = given[2] === undefined ? min : given[3] === '' ? Infinity : Number(given[3])
    if (max < min || min > REPEAT_MAX || (max > REPEAT_MAX && max !== Infinity))
      fail(at, `must repeat from less to more, at most ${REPEAT_MAX} times`)
    at += given[0].length
    return { min, max }
  }

  function atom(depth: number): Node {
    const letter = letters[at] as string
    at += 1
    switch (letter) {
      case '(': {
        if (peek() === '?') {
          if (letters[at + 1] !== ':') fail(at, 'only (…) and (?:…) are known as groups')
          at += 2
        }
        const inner = choice(depth + 1)
        if (peek() !== ')') fail(at, 'lacks a ")"')
        at += 1
        return inner
      }
      case '[':
        return { is: 'one', test: set() }
      case '.':
        return { is: 'one', test: (code) => code !== 10 }
      case '^':
        return { is: 'edge', edge: 'start' }
      case '$':
        return { is: 'edge', edge: 'end' }
      case '\\':
        return escaped()
      case '*':
      case '+':
      case '?':
        return fail(at - 1, `"${letter}" repeats nothing; write \\${letter} for the character`)
      default:
        return { is: 'one', test: is(letter) }
    }
  }

  function escaped(): Node {
    const letter = peek()
    if (letter === undefined) fail(at - 1, 'ends with a "\\"')
    at += 1
    if (letter === 'b') return { is: 'edge', edge: 'word' }
    const test = CLASSES[letter]
    if (test === undefined && /[A-Za-z0-9]/.test(letter)) fail(at - 2, `\\${letter} is not known`)
    return { is: 'one', test: test ?? is(letter) }
  }

  function set(): Test {
    const begin = at - 1
    const isNot = peek() === '^'
    if (isNot) at += 1
    const tests: Test[] = []
    const taken = () => {
      const letter = letters[at] ?? fail(begin, 'lacks a "]"')
      at += 1
      if (letter !== '\\') return letter
      const after = letters[at] ?? fail(begin, 'lacks a "]"')
      at += 1
      if (CLASSES[after] === undefined && /[A-Za-z0-9]/.test(after)) fail(at - 1, `\\${after} is not known`)
      return CLASSES[after] ?? after
    }
    while (peek() !== ']') {
      const from = taken()
      if (typeof from !== 'string') tests.push(from)
      else if (peek() === '-' && letters[at + 1] !== ']') {
        at += 1
        const to = taken()
        const [first, last] = [
          from.codePointAt(0) ?? 0,
          typeof to === 'string' ? (to.codePointAt(0) ?? 0) : -1,
        ]
        if (last < first) fail(begin, 'has a range from more to less')
        tests.push((code) => code >= first && code <= last)
      } else tests.push(is(from))
    }
    at += 1
    if (tests.length === 0) fail(begin, 'is an empty set')
    return (code) => tests.some((test) => test(code)) !== isNot
  }

  const node = choice(0)
  if (at < letters.length) fail(at, 'has a ")" too many')
  return node
}

const isDigit: Test = (code) => code >= 48 && code <= 57
const isWord: Test = (code) =>
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

function is(letter: string): Test {
  const wanted = letter.codePointAt(0)
  return (code) => code === wanted
}

/** Each step goes on to the next one, but for a split, which goes to several. */
function programOf(node: Node): readonly Step[] {
  const steps: Step[] = []
  function add(step: Step): number {
    if (steps.length >= PROGRAM_MAX) fail(0, 'is too large once its repetitions are written out')
    return steps.push(step) - 1
  }
  function write(one: Node): void {
    switch (one.is) {
      case 'one':
        add({ do: 'test', test: one.test })
        return
      case 'edge':
        add({ do: 'edge', edge: one.edge })
        return
      case 'all':
        for (const inner of one.nodes) write(inner)
        return
      case 'any': {
        const to: number[] = []
        const split = add({ do: 'split', to })
        const ends: number[][] = []
        for (const inner of one.nodes) {
          to.push(steps.length)
          write(inner)
          const end: number[] = []
          add({ do: 'split', to: end })
          ends.push(end)
        }
        for (const end of ends) end.push(steps.length)
        steps[split] = { do: 'split', to }
        return
      }
      case 'repeat':
        repeat(one)
    }
  }
  function repeat({ node: inner, min, max }: Extract<Node, { is: 'repeat' }>): void {
    for (let count = 0; count < min; count++) write(inner)
    if (max === Infinity) {
      const to: number[] = []
      const split = add({ do: 'split', to })
      write(inner)
      add({ do: 'split', to: [split] })
      to.push(split + 1, steps.length)
      return
    }
    const outs: number[][] = []
    for (let count = min; count < max; count++) {
      const to: number[] = []
      const split = add({ do: 'split', to })
      to.push(split + 1)
      outs.push(to)
      write(inner)
    }
    for (const to of outs) to.push(steps.length)
  }
  write(node)
  add({ do: 'match' })
  return steps
}

function find(program: readonly Step[], text: string): readonly (readonly [number, number])[] {
  const found: (readonly [number, number])[] = []
  let steps = 0
  /** For each step of the program that is alive: where its match began. The earliest beginning wins. */
  let alive = new Map<number, number>()
  let best: readonly [number, number] | undefined

  function enter(to: number, began: number, at: number, next: Map<number, number>): void {
    const stack = [to]
    while (stack.length > 0) {
      const number = stack.pop() as number
      steps += 1
      if (steps > STEPS_MAX) throw new RangeError('a pattern takes too long on this text')
      const known = next.get(number)
      if (known !== undefined && known <= began) continue
      next.set(number, began)
      const step = program[number] as Step
      if (step.do === 'split') stack.push(...step.to)
      else if (step.do === 'edge' && holds(step.edge, text, at)) stack.push(number + 1)
      else if (step.do === 'match' && at > began && (best === undefined || began <= best[0]))
        best = [began, at]
    }
  }

  for (let at = 0; at <= text.length; ) {
    if (best === undefined) enter(0, at, at, alive)
    else for (const [number, began] of alive) if (began > best[0]) alive.delete(number)
    if (best !== undefined && !isMoving(alive, program)) {
      found.push(best)
      at = best[1]
      best = undefined
      alive = new Map()
      if (at >= text.length) break
      continue
    }
    if (at >= text.length) break
    const code = text.codePointAt(at) as number
    const after = at + (code > 0xffff ? 2 : 1)
    const next = new Map<number, number>()
    for (const [number, began] of alive) {
      const step = program[number] as Step
      if (step.do === 'test' && step.test(code)) enter(number + 1, began, after, next)
    }
    steps += alive.size
    alive = next
    at = after
  }
  if (best !== undefined) found.push(best)
  return found
}

function isMoving(alive: ReadonlyMap<number, number>, program: readonly Step[]): boolean {
  for (const number of alive.keys()) if (program[number]?.do === 'test') return true
  return false
}

function holds(edge: Edge, text: string, at: number): boolean {
  switch (edge) {
    case 'start':
      return at === 0
    case 'end':
      return at === text.length
    case 'word':
      return isWord(text.charCodeAt(at - 1)) !== isWord(text.charCodeAt(at))
  }
}
