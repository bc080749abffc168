import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PlanRule } from '../../core/tracking-plan/tracking-plan.ts'
import { draftsOf, inOrder, mergedRules, newDraft, ruleChanges, ruleName, rulesOf } from './plan-draft.ts'

const A: PlanRule = { type: 'track', event: 'A', description: 'Of a', schema: { type: 'object' } }
const PAGES: PlanRule = { type: 'page', schema: {}, context: { required: ['ip'] } }

test('rules become drafts and rules again', () => {
  assert.deepEqual(rulesOf(draftsOf([A, PAGES])), { ok: true, rules: [A, PAGES] })
})

test('a text that is no JSON object is told with its place', () => {
  const drafts = [newDraft(0), { ...newDraft(1), schema: '{', context: '[]' }]
  assert.deepEqual(rulesOf(drafts), {
    ok: false,
    problems: [
      { at: [1, 'schema'], problem: 'is no JSON object' },
      { at: [1, 'context'], problem: 'is no JSON object' },
    ],
  })
})

test('a name that calls of a type cannot have is left out', () => {
  const written = rulesOf([{ ...newDraft(0, 'identify'), event: 'Left from before' }])
  assert.ok(written.ok)
  assert.equal(written.rules[0]?.event, undefined)
})

test('rules are known by their names, or by what they are of', () => {
  assert.deepEqual([A, PAGES, { type: 'group' } as const].map(ruleName), [
    'A',
    'All other page calls',
    'All group calls',
  ])
  assert.deepEqual(inOrder([PAGES, { ...A, event: 'B' }, A]).map(ruleName), [
    'A',
    'B',
    'All other page calls',
  ])
})

test('what is different is told rule by rule', () => {
  const changed = { ...A, schema: {} }
  const other: PlanRule = { type: 'track', event: 'C', schema: {} }
  const found = ruleChanges([A, PAGES], [changed, other])
  assert.deepEqual(
    found.map(({ name, change }) => [name, change]),
    [
      ['A', 'changed'],
      ['All other page calls', 'removed'],
      ['C', 'added'],
    ],
  )
  assert.deepEqual(ruleChanges([A], [{ ...A }]), [])
  assert.deepEqual(mergedRules([A, PAGES], [changed, other]), [changed, PAGES, other])
})
