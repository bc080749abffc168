import { codePointAt } from '../code-point.ts'
import { holds, type RegexProblem } from './regex.ts'
import { parseRegex } from './regex-parse.ts'
import { programOf, type Step } from './regex-program.ts'

/** Of one test, or of all that share it: about 30 ms. A short expression takes a text of 64 KiB with a tenth of it. */
export const TEST_STEPS_MAX = 1_000_000
/** What is left for tests that share it: whoever begins anew sets it anew. */
export type Steps = { left: number }

/** Whether a text has a match somewhere, be it of nothing; false after too many steps. */
export type TextTest = (text: string) => boolean

/** The same expressions as `compileRegex` takes, for those who ask no more than whether: apart, for pages need it not. */
export function compileTest(
  source: string,
  shared?: Steps,
): { readonly ok: true; readonly test: TextTest } | ({ readonly ok: false } & RegexProblem) {
  try {
    const program = programOf(parseRegex(source))
    return { ok: true, test: (text) => test(program, text, shared ?? { left: TEST_STEPS_MAX }) }
  } catch (error) {
    if (error instanceof RangeError) return { ok: false, ...(JSON.parse(error.message) as RegexProblem) }
    throw error
  }
}

function test(program: readonly Step[], text: string, steps: Steps): boolean {
  let alive = new Set<number>()

  /** Whether the end of the expression is reached. */
  function enter(to: number, at: number, next: Set<number>): boolean {
    const stack = [to]
    while (stack.length > 0) {
      const number = stack.pop() as number
      if (next.has(number)) continue
      next.add(number)
      steps.left -= 1
      const step = program[number] as Step
      if (step.do === 'match') return true
      if (step.do === 'split') stack.push(...step.to)
      else if (step.do === 'edge' && holds(step.edge, text, at)) stack.push(number + 1)
    }
    return false
  }

  for (let at = 0; ; ) {
    if (steps.left <= 0) return false
    if (enter(0, at, alive)) return true
    if (at >= text.length) return false
    const code = codePointAt(text, at)
    at += code > 0xffff ? 2 : 1
    const next = new Set<number>()
    for (const number of alive) {
      const step = program[number] as Step
      if (step.do === 'test' && step.test(code) && enter(number + 1, at, next)) return true
    }
    alive = next
  }
}
