// A few seconds of what `npm run sim` does for as long as one likes: docs/simulation.md.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { edited, possibleEdits } from './edits.ts'
import { hunt } from './hunt.ts'
import { NO_DOUBLES } from './mutants/doubles.ts'
import { MUTANTS } from './mutants/mutants.ts'
import { runScenario } from './run-seed.ts'
import { drawScenario } from './scenario.ts'
import { shrink } from './shrink.ts'

const MUTANT_SEEDS_MAX = 100

describe('the server with faults, in virtual time', () => {
  for (const seed of [1, 2]) {
    test(`seed ${seed}: nothing is lost, doubled, out of order, early or miscounted`, async () => {
      const { failures, trace } = await runScenario(drawScenario(seed))
      assert.deepEqual(failures, [], trace.slice(-20).join('\n'))
    })
  }

  test('a seed gives the same run again, line by line; another seed another one', async () => {
    const hashOf = async (seed: number) => (await runScenario(drawScenario(seed, 500))).hash
    const first = await hashOf(11)
    assert.equal(await hashOf(11), first)
    assert.notEqual(await hashOf(12), first)
  })

  for (const [name, doubles] of Object.entries(MUTANTS)) {
    test(`it is noticed when ${name}`, async () => {
      const { failed } = await hunt({
        from: 1,
        seeds_max: MUTANT_SEEDS_MAX,
        seconds_max: Number.MAX_SAFE_INTEGER,
        failures_max: 1,
        doubles,
      })
      assert.equal(failed.length, 1)
    })
  }
})

describe('a failing seed', () => {
  test('is made smaller, and what is left still fails', async () => {
    const doubles = MUTANTS['what is refused is dropped'] ?? (() => NO_DOUBLES)
    const scenario = drawScenario(1)
    const { edits, result } = await shrink(scenario, await runScenario(scenario, { doubles: doubles() }), {
      doubles,
      runs_max: 25,
    })
    assert.ok(edits.length > 3, edits.join(' '))
    const again = await runScenario(edited(scenario, edits), { doubles: doubles() })
    assert.deepEqual([again.failures, again.hash], [result.failures, result.hash])
    assert.ok(again.events < 1_500, `${again.events} events are left`)
  })

  test('can be left without each of its parts', () => {
    const scenario = drawScenario(3)
    const all = possibleEdits(scenario)
    assert.ok(all.length > 10)
    for (const edit of all) assert.notDeepEqual(edited(scenario, [edit]), scenario, edit)
    const phases = all.filter((edit) => edit.startsWith('phase'))
    assert.deepEqual(edited(scenario, phases).phases, [])
  })
})
