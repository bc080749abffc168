import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { FORMATS, KEYWORDS } from '../../core/tracking-plan/keywords.ts'
import { PLAN_CHARS_MAX, PLAN_RULES_MAX, PLANS_MAX } from '../../core/tracking-plan/tracking-plan.ts'
import { typescriptOf } from '../../core/tracking-plan/typescript.ts'
import { readRight } from './config-file.fixtures.ts'

const TEXT = readFileSync(new URL('../../docs/tracking-plans.md', import.meta.url), 'utf8')

test('the plan of docs/tracking-plans.md is one that a configuration file may have, and has types', () => {
  const yaml = /```yaml\n([\s\S]*?)```/.exec(TEXT)?.[1] ?? ''
  const { plans = [], sources } = readRight(yaml)
  assert.equal(sources[0]?.plan?.id, plans[0]?.id)
  const [plan] = plans
  assert.ok(plan)
  assert.match(typescriptOf(plan), /"Order Completed"/)
})

test('docs/tracking-plans.md names each keyword and format that counts, and the limits as they are', () => {
  const keywords = Object.entries(KEYWORDS).filter(([, kind]) => kind !== 'note')
  for (const name of [...keywords.map(([name]) => name), ...FORMATS])
    assert.ok(TEXT.includes(`\`${name}\``), name)
  for (const limit of [PLANS_MAX, PLAN_RULES_MAX, PLAN_CHARS_MAX])
    assert.ok(TEXT.includes(`| ${limit.toLocaleString('en-US')}`), String(limit))
})
