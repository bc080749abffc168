import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Configuration } from '../../core/configuration.ts'
import { catalogue, readRight } from './config-file.fixtures.ts'
import { readConfigFile } from './read.ts'
import { writeConfigFile } from './write.ts'

const FILE = `
sources:
  - {id: web, name: Web, kind: javascript, writeKey: wk_12345678, plan: {id: shop, violations: block, unplannedEvents: allow}}
plans:
  - id: shop
    name: Shop
    rules:
      - type: track
        event: Order Completed
        description: After paying
        schema:
          type: object
          required: [total]
          properties:
            total: {type: number}
            "on": {type: boolean}
        context: {type: object}
`

test('reads plans and who holds to them, and writes them as they are read', () => {
  const configuration = readRight(FILE)
  assert.deepEqual(configuration.sources[0]?.plan, { id: 'shop', violations: 'block' })
  assert.equal(configuration.plans?.[0]?.rules[0]?.event, 'Order Completed')
  const again = readRight(writeConfigFile(configuration, catalogue))
  assert.deepEqual(again, configuration)
})

test('a file without plans is one without plans', () => {
  const none: Configuration = { sources: [], instances: [] }
  assert.deepEqual(readRight('sources: []'), none)
  assert.deepEqual(readRight('sources: []\nplans:\n'), none)
})

const WRONG: readonly (readonly [from: string, to: string, problem: RegExp])[] = [
  [
    'id: shop, violations',
    'id: shpo, violations',
    /plan › id|"shpo" is not a tracking plan; did you mean "shop"/,
  ],
  ['violations: block', 'violations: stop', /must be one of allow, block/],
  ['violations: block', 'violation: block', /did you mean "violations"/],
  ['{type: number}', '{type: numbers}', /must be one of null/],
  ['type: track', 'type: alias', /must be one of track/],
  ['    name: Shop\n', '', /is missing/],
  ['required: [total]', '$ref: "#/x"', /write what it stands for/],
]
for (const [from, to, problem] of WRONG) {
  test(`tells what is wrong with ${to.trim() || 'no name'}`, () => {
    const read = readConfigFile(FILE.replace(from, to), catalogue, () => [])
    assert.ok(!read.ok)
    assert.match(read.problems.map((one) => one.problem).join('\n'), problem)
  })
}
