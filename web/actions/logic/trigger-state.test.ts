import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { FormCondition, FormGroup } from '../../../core/trigger/form.ts'
import { addTo, itemAt, NEW_ROW, removeAt, replaceAt, takes, withOperator } from './form-edit.ts'
import { codeParts, isRight, triggerState, withForm, withMode, withText } from './trigger-state.ts'

const row = (field: string, value: string): FormCondition => ({
  ...{ kind: 'condition', field, operator: 'is', value },
})
const group = (join: 'all' | 'any', ...items: FormGroup['items']): FormGroup => ({
  ...{ kind: 'group', join, isNot: false, items },
})
const TRIGGER = 'type = "track" and (event = "A" or event = "B")'
const FORM = group('all', row('type', 'track'), group('any', row('event', 'A'), row('event', 'B')))

describe('a trigger that is written as rows', () => {
  test('begins with the rows of its text', () => {
    assert.deepEqual(triggerState(TRIGGER), {
      ...{ mode: 'conditions', text: TRIGGER, form: FORM, problem: undefined, rowProblems: {} },
    })
  })
  test('becomes code as soon as a row is complete, and keeps the last right code until then', () => {
    const begun = withForm(triggerState(TRIGGER), addTo(FORM, [1], NEW_ROW))
    assert.deepEqual([begun.text, begun.rowProblems], [TRIGGER, { '1.2': 'choose a field' }])
    assert.equal(isRight(begun), false)
    const done = withForm(begun, replaceAt(addTo(FORM, [1], NEW_ROW), [1, 2], row('event', 'C')))
    assert.equal(done.text, 'type = "track" and (event = "A" or event = "B" or event = "C")')
    assert.ok(isRight(done))
  })
  test('names each row that is wrong, and a group with nothing in it', () => {
    const form = group('all', row('a ..', 'x'), group('any'), { kind: 'code', text: ' ' }, row('b', 'y'))
    const { rowProblems } = withForm(triggerState(TRIGGER), form)
    assert.deepEqual(Object.keys(rowProblems), ['0', '1', '2'])
    assert.equal(rowProblems['1'], 'a group needs at least one condition')
  })
  test('keeps rows as they were left, also where their code could be read as fewer', () => {
    const nested = group('all', group('all', row('type', 'track')))
    const state = withForm(triggerState(TRIGGER), nested)
    assert.deepEqual([state.text, state.form], ['type = "track"', nested])
    const back = withMode(withMode(state, 'code'), 'conditions')
    assert.deepEqual(back.form, group('all', row('type', 'track')))
  })
})

describe('a trigger that is written as code', () => {
  test('has no rows while it is wrong, and its problem has a place', () => {
    const state = withText('type == "track"')
    assert.deepEqual([state.form, state.problem?.span], [undefined, { start: 5, end: 7 }])
    assert.equal(withMode(state, 'conditions').mode, 'code')
  })
  test('has rows again once it is right', () => {
    assert.deepEqual(withMode(withText(TRIGGER), 'conditions').form, FORM)
  })
  test('that is wrong as it is saved is shown as code', () => {
    assert.equal(triggerState('type = ').mode, 'code')
  })
  test('tells which of its parts no row can say', () => {
    const { form } = triggerState(`${TRIGGER} and "a" in properties.list`)
    assert.deepEqual(form && codeParts(form), ['"a" in properties.list'])
  })
})

describe('rows and groups', () => {
  test('are found by their place', () => {
    assert.deepEqual(itemAt(FORM, [1, 0]), row('event', 'A'))
    assert.equal(itemAt(FORM, [0, 0]), undefined)
  })
  test('that are removed take their empty group with them, but not the form itself', () => {
    const one = removeAt(FORM, [1, 0])
    assert.deepEqual(removeAt(one, [1, 0]), group('all', row('type', 'track')))
    assert.deepEqual(removeAt(removeAt(removeAt(FORM, [1]), [0]), [0]), group('all'))
  })
  const operators: readonly [FormCondition['operator'], FormCondition['value'], FormCondition['value']][] = [
    ['is one of', 'a', ['a']],
    ['is one of', '', []],
    ['is', ['a', 'b'], 'a'],
    ['is', [], ''],
    ['contains', 5, 5],
    ['starts with', 5, '5'],
    ['exists', 'a', undefined],
    ['is', undefined, ''],
  ]
  for (const [operator, before, after] of operators) {
    test(`with "${operator}", ${JSON.stringify(before)} becomes ${JSON.stringify(after)}`, () => {
      const given = before === undefined ? {} : { value: before }
      const changed = withOperator({ kind: 'condition', field: 'f', operator: 'is not', ...given }, operator)
      assert.deepEqual(changed.value, after)
      assert.equal(takes(operator) === 'nothing', !Object.hasOwn(changed, 'value'))
    })
  }
})
