import { type Edit, edited, possibleEdits } from './edits.ts'
import type { Doubles } from './mutants/doubles.ts'
import { type RunResult, runScenario } from './run-seed.ts'
import type { Scenario } from './scenario.ts'

export type Shrunk = { readonly edits: readonly Edit[]; readonly result: RunResult; readonly runs: number }

/**
 * Leaves out phases, crashes, faults and events as long as it still fails in some way. What is left is a smaller story of
 * the same seed: each part draws from a stream of its own, so the rest stays as it was.
 */
export async function shrink(
  scenario: Scenario,
  failed: RunResult,
  { doubles, runs_max = 60 }: { readonly doubles: () => Doubles; readonly runs_max?: number },
): Promise<Shrunk> {
  let edits: readonly Edit[] = []
  let result = failed
  let runs = 0
  const refused = new Set<Edit>()
  for (const edit of possibleEdits(scenario)) {
    const isGone = edits.some((one) => one.startsWith('phase') && edit !== one && isOf(edit, one))
    if (runs >= runs_max || refused.has(edit) || isGone) continue
    runs += 1
    const tried = await runScenario(edited(scenario, [...edits, edit]), { doubles: doubles() })
    if (tried.failures.length > 0) {
      edits = [...edits, edit]
      result = tried
    } else refused.add(edit)
  }
  return { edits, result, runs }
}

function isOf(edit: Edit, phase: Edit): boolean {
  return /\d+/.exec(edit)?.[0] === /\d+/.exec(phase)?.[0]
}
