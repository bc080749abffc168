import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ruleProblems } from '../../core/redact/check.ts'
import type { RedactRule } from '../../core/redact/rule.ts'
import { draftOf, NEW_DRAFT, type RuleDraft, ruleOf } from './rule-draft.ts'
import { RULE_PRESETS } from './rule-presets.ts'

describe('A rule that is opened and left as it is stays the same:', () => {
  const rules: readonly RedactRule[] = [
    ...RULE_PRESETS.map(({ rule }) => rule),
    { regex: 'KD-\\d{6}', how: 'hash', keys: true },
    { path: 'properties.note', pattern: 'phone', how: 'mask', keepLast: 2 },
    { path: 'context.traits.*', how: 'mask', keepLast: 0 },
  ]
  for (const rule of rules) {
    test(JSON.stringify(rule), () => assert.deepEqual(ruleOf(draftOf(rule)), rule))
  }
})

describe('What was typed becomes a rule:', () => {
  const rows: readonly [about: string, typed: Partial<RuleDraft>, rule: RedactRule][] = [
    ['as it begins', {}, { how: 'mask', pattern: 'email' }],
    [
      'the expression counts where one is meant',
      { what: 'regex', regex: 'a+' },
      { how: 'mask', regex: 'a+' },
    ],
    ['and not elsewhere', { regex: 'a+' }, { how: 'mask', pattern: 'email' }],
    ['what stays readable is for mask', { how: 'hash', keepLast: '4' }, { how: 'hash', pattern: 'email' }],
    ['it is a number', { keepLast: '4' }, { how: 'mask', pattern: 'email', keepLast: 4 }],
    [
      'names are looked into with a pattern',
      { isInNames: true },
      { how: 'mask', pattern: 'email', keys: true },
    ],
    ['and not without', { isInNames: true, what: '', path: 'a' }, { how: 'mask', path: 'a' }],
  ]
  for (const [about, typed, rule] of rows) {
    test(about, () => assert.deepEqual(ruleOf({ ...NEW_DRAFT, ...typed }), rule))
  }
  test('what is no count is told', () => {
    const problems = ruleProblems([ruleOf({ ...NEW_DRAFT, keepLast: 'four' })])
    assert.deepEqual(
      problems.map(({ at }) => at),
      [[0, 'keepLast']],
    )
  })
})
