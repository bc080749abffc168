import { codePointAt } from '../code-point.ts'
import { isWord, parseRegex } from './regex-parse.ts'
import { type Edge, programOf, type Step } from './regex-program.ts'

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

/** For one text: some 100 ms. */
export const STEPS_MAX = 10_000_000

export function compileRegex(
  source: string,
): { readonly ok: true; readonly regex: Regex } | ({ readonly ok: false } & RegexProblem) {
  try {
    const program = programOf(parseRegex(source))
    return { ok: true, regex: { find: (text) => find(program, text) } }
  } catch (error) {
    if (error instanceof RangeError) return { ok: false, ...(JSON.parse(error.message) as RegexProblem) }
    throw error
  }
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
    const code = codePointAt(text, at)
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

export function holds(edge: Edge, text: string, at: number): boolean {
  switch (edge) {
    case 'start':
      return at === 0
    case 'end':
      return at === text.length
    case 'word':
      return isWord(text.charCodeAt(at - 1)) !== isWord(text.charCodeAt(at))
  }
}
