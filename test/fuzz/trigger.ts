import assert from 'node:assert/strict'
import { compileNode } from '../../core/trigger/compile.ts'
import { EVENTS } from '../../core/trigger/conformance/events.ts'
import { ROWS } from '../../core/trigger/conformance/topics.ts'
import { explainTrigger, triggerHints } from '../../core/trigger/explain.ts'
import { fromForm, toForm } from '../../core/trigger/form.ts'
import { withoutSpans } from '../../core/trigger/oracle.fixtures.ts'
import { readTrigger } from '../../core/trigger/parse.ts'
import { printTrigger } from '../../core/trigger/print.ts'
import { type Random, randomFrom } from '../crash/random.ts'
import { type Failure, type FuzzRun, REPORT_EVERY } from './fuzz-run.ts'
import { mutated } from './mutate.ts'

/** Longer ones find nothing new, and the printed form of what is read stays below the limit of the language. */
const CHARS_MAX = 1_000
/** Far above what any text of this length takes, and far above a pause of the machine. */
const SLOW_MS = 2_000

/** Random and mutated texts: each is a trigger that keeps its promises, or names its problem with a place in the text. */
export function fuzzTrigger({ count, seed, report }: FuzzRun): Failure | undefined {
  const random = randomFrom(seed)
  const known = ROWS.map(([, trigger]) => trigger)
  const facts = { read: 0, refused: 0, slowest_ms: 0 }
  for (let run = 1; run <= count; run++) {
    const input = draw(random, known)
    const began_ms = performance.now()
    const problem = problemWith(input)
    const took_ms = performance.now() - began_ms
    facts.slowest_ms = Math.max(facts.slowest_ms, Math.round(took_ms))
    if (took_ms > SLOW_MS) return { run, input, problem: `it took ${Math.round(took_ms)} ms` }
    if (problem !== undefined) return { run, input: smallest(input), problem }
    facts[readTrigger(input).ok ? 'read' : 'refused'] += 1
    if (run % REPORT_EVERY === 0 || run === count) report(run, facts)
  }
  return undefined
}

function draw(random: Random, known: readonly string[]): string {
  let text = random.whole(0, 20) === 0 ? '' : pick(random, known)
  for (let changes = random.whole(0, 4); changes > 0; changes--) text = mutated(text, random, known)
  return text.slice(0, CHARS_MAX)
}

const pick = (random: Random, from: readonly string[]) => from[random.whole(0, from.length - 1)] ?? ''

/** The promise that a text breaks. */
function problemWith(text: string): string | undefined {
  try {
    const read = readTrigger(text)
    if (!read.ok) {
      const { span, problem, suggestion } = read.problem
      assert.ok(0 <= span.start && span.start <= span.end && span.end <= text.length, 'its place is outside')
      assert.ok(problem !== '' && suggestion !== '', 'its problem says nothing')
      return undefined
    }
    const { node } = read
    const match = compileNode(node)
    const printed = printTrigger(node)
    const again = readTrigger(printed)
    assert.ok(again.ok, `printed as ${printed} it is none`)
    assert.deepEqual(withoutSpans(again.node), withoutSpans(node), `printed as ${printed} it is another`)
    assert.equal(printTrigger(again.node), printed, 'printed again it is written otherwise')
    const back = fromForm(toForm(node))
    assert.ok(back.ok, 'its conditions are no trigger')
    assert.deepEqual(withoutSpans(back.node), withoutSpans(node), 'its conditions are another trigger')
    for (const event of Object.values(EVENTS)) {
      const explained = explainTrigger(node, event)
      assert.equal(explained.matches, match(event), 'its explanation says otherwise')
    }
    for (const { span } of triggerHints(node))
      assert.ok(0 <= span.start && span.start < span.end && span.end <= text.length, 'a hint stands outside')
    return undefined
  } catch (error) {
    return String(error)
  }
}

/** Without every part that it breaks its promise without. */
function smallest(text: string): string {
  let left = text
  for (let chars = Math.ceil(left.length / 2); chars >= 1; chars = chars === 1 ? 0 : Math.ceil(chars / 2)) {
    for (let at = 0; at < left.length; ) {
      const shorter = left.slice(0, at) + left.slice(at + chars)
      if (problemWith(shorter) === undefined) at += chars
      else left = shorter
    }
  }
  return left
}
