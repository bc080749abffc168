// What the server does is what a page does: every row of both languages' tables, in the bundle for browsers, where
// there is no Node and nobody may evaluate text as code.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createContext, runInContext } from 'node:vm'
import type { Json } from '../core/event.ts'
import { checkMapping } from '../core/mapping/check.ts'
import { compileMapping } from '../core/mapping/compile.ts'
import { EVENT } from '../core/mapping/conformance/row.ts'
import { ROWS as MAPPINGS } from '../core/mapping/conformance/topics.ts'
import { liquid } from '../core/mapping/liquid.ts'
import type { Mapping } from '../core/mapping/mapping.ts'
import { EVENTS } from '../core/trigger/conformance/events.ts'
import { ROWS as TRIGGERS } from '../core/trigger/conformance/topics.ts'
import { readTrigger } from '../core/trigger/parse.ts'
import { bundle } from './page-bundle.ts'

type Run = (given: string) => string | undefined

/** Runs in a page's world: texts go in and out, so that no object of this world gets in. */
async function page(run: string): Promise<Run> {
  const code = await bundle(
    {
      compileNode: 'core/trigger/compile.ts',
      compileChecked: 'core/mapping/checked.ts',
      liquid: 'core/mapping/liquid.ts',
    },
    'millrace',
  )
  const world = createContext(
    { TextEncoder, performance },
    { codeGeneration: { strings: false, wasm: false } },
  )
  runInContext(code, world)
  return runInContext(run, world) as Run
}

test('every trigger of the table holds in a page as it does here', async () => {
  const run = await page(`(given) => {
    const { node, event } = JSON.parse(given)
    return String(millrace.compileNode(node)(event))
  }`)
  let count = 0
  for (const [name, trigger, expected] of TRIGGERS) {
    const read = readTrigger(trigger)
    if (!read.ok || typeof expected !== 'string') continue
    const holds = run(JSON.stringify({ node: read.node, event: EVENTS[name] }))
    assert.equal(holds, String(expected === 'yes'), trigger)
    count += 1
  }
  assert.ok(count > 400, `${count} rows`)
})

test('every mapping of the table gives in a page what it gives here, Liquid too', async () => {
  const run = await page(`(given) => {
    const { mapping, event } = JSON.parse(given)
    const problems = []
    const values = millrace.compileChecked(mapping, { liquid: millrace.liquid })(event, problems)
    return JSON.stringify({ values, problems })
  }`)
  let count = 0
  for (const [title, field, , event = EVENT] of MAPPINGS) {
    const mapping = { field } as Mapping
    if (checkMapping(mapping, { liquid }).length > 0) continue
    const given = JSON.stringify({ mapping, event })
    const here = compileMapping(mapping, { liquid })(JSON.parse(given).event as Json)
    assert.equal(sameLimit(run(given) ?? ''), sameLimit(JSON.stringify(here)), title)
    count += 1
  }
  assert.ok(count > 500, `${count} rows`)
})

/** Which of its limits a wasteful template meets first, time or memory, depends on how busy the machine is. */
function sameLimit(mapped: string): string {
  return mapped.replace(/(template render|memory alloc) limit exceeded[^"]*/g, 'a limit exceeded')
}
