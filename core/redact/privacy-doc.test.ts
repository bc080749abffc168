import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { JsonObject } from '../event.ts'
import { ruleProblems } from './check.ts'
import { compileRedaction } from './redact.ts'

const TEXT = readFileSync(join(import.meta.dirname, '../../docs/privacy.md'), 'utf8')
const ROWS = [...TEXT.matchAll(/^\| `(\{.*?\})` \| `(\{.*?\})` \| `(\{.*?\})` \|$/gm)]

describe('the examples of docs/privacy.md', () => {
  test('are found', () => assert.ok(ROWS.length >= 9, `${ROWS.length}`))
  for (const [, rule = '', before = '', after = ''] of ROWS) {
    test(rule, () => {
      const rules = [JSON.parse(rule)]
      assert.deepEqual(ruleProblems(rules), [])
      const event = { type: 'track', ...(JSON.parse(before) as JsonObject) }
      assert.deepEqual(compileRedaction(rules, 'salt')(event), { type: 'track', ...JSON.parse(after) })
    })
  }
})
