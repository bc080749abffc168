import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ruleProblems } from '../../core/redact/check.ts'
import { moved, presetsLeft, RULE_PRESETS } from './rule-presets.ts'

const RULES = RULE_PRESETS.map(({ rule }) => rule)

test('the presets are rules', () => assert.deepEqual(ruleProblems(RULES), []))
test('a preset that is there already is not offered', () => {
  assert.deepEqual(presetsLeft(RULES), [])
  assert.equal(presetsLeft(RULES.slice(1)).length, 1)
})
test('a rule goes one place up or down, and not out of the list', () => {
  const [a, b] = RULES.slice(0, 2)
  assert.deepEqual(moved(RULES.slice(0, 2), 1, -1), [b, a])
  assert.deepEqual(moved(RULES.slice(0, 2), 0, 1), [b, a])
  assert.deepEqual(moved(RULES.slice(0, 2), 0, -1), [a, b])
})
