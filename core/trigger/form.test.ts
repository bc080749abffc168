import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { FORM_OPERATORS, type FormCondition, fromForm, toForm } from './form.ts'
import { printTrigger } from './print.ts'

describe('an operator that an editor offers', () => {
  const given = (operator: string): Partial<FormCondition> => {
    if (/one of|none of/.test(operator)) return { value: ['a', 'b'] }
    return /exist|true/.test(operator) ? {} : { value: 'a' }
  }
  for (const operator of FORM_OPERATORS) {
    test(`${operator}: is a trigger, and comes back`, () => {
      const item: FormCondition = {
        kind: 'condition',
        field: 'properties.plan',
        operator,
        ...given(operator),
      }
      const form = { kind: 'group', join: 'all', isNot: false, items: [item] } as const
      const read = fromForm(form)
      assert.ok(read.ok)
      assert.deepEqual(toForm(read.node), form, printTrigger(read.node))
    })
  }
})

describe('a form that says no trigger', () => {
  const group = (item: FormCondition) =>
    ({ kind: 'group', join: 'all', isNot: false, items: [item] }) as const
  const rows: readonly [title: string, item: FormCondition, problem: RegExp][] = [
    ['no value', { kind: 'condition', field: 'event', operator: 'is' }, /needs a value/],
    [
      'no values',
      { kind: 'condition', field: 'event', operator: 'is one of', value: [] },
      /at least one value/,
    ],
    ['a field that is none', { kind: 'condition', field: 'a..b', operator: 'exists' }, /a key is missing/],
    ['two fields', { kind: 'condition', field: 'a and b', operator: 'exists' }, /must be one field/],
  ]
  for (const [title, item, problem] of rows) {
    test(title, () => {
      const read = fromForm(group(item))
      assert.ok(!read.ok)
      assert.match(read.problem.problem, problem)
    })
  }

  test('nothing at all', () => {
    assert.equal(fromForm({ kind: 'group', join: 'any', isNot: false, items: [] }).ok, false)
  })
})
