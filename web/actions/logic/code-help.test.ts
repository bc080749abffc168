import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { checkField } from '../../../core/mapping/check.ts'
import type { MappingValue } from '../../../core/mapping/mapping.ts'
import { ARGUMENTS } from '../../../core/mapping/signatures.ts'
import { keysAt, valueAt } from './directive-words.ts'
import { jsonPlace } from './json-place.ts'
import { readJson } from './json-text.ts'
import { mappingProblems } from './mapping-problems.ts'

describe('a mapping that is written as JSON', () => {
  test('is read as any JSON is, with the place of each part', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent)
        const read = readJson(text)
        assert.ok(read.ok)
        assert.deepEqual(read.value, JSON.parse(text))
        for (const { start, end } of read.places.values()) JSON.parse(text.slice(start, end))
      }),
    )
  })
  test('never throws, and refuses what JSON refuses', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'{}[]",:1-e. \n\\utrn') }), (text) => {
        const read = readJson(text)
        if (read.ok) JSON.parse(text)
        else assert.ok(read.span.start <= read.span.end && read.span.end <= text.length)
      }),
    )
  })
  test('has its parts where the checks of mappings name them', () => {
    const text = '{"@first": [1, {"@lookup": {"value": 2, "table": 3}}]}'
    const read = readJson(text)
    assert.ok(read.ok)
    const [problem] = checkField(read.value as MappingValue, 'event', {})
    assert.equal(problem?.at, 'event.@first[1].@lookup.table')
    assert.deepEqual(read.places.get('@first[1].@lookup.table'), { start: 49, end: 50 })
  })

  const wrong: readonly [text: string, problem: RegExp, start: number][] = [
    ['', /value is missing/, 0],
    ['{"a": }', /value is expected/, 6],
    ["{'a': 1}", /key in double quotes/, 1],
    ['{"a": \'x\'}', /double quotes/, 6],
    ['{"a" 1}', /":" is missing/, 5],
    ['{"a": 1 "b": 2}', /"," or "}"/, 8],
    ['{"a": 1, "a": 2}', /"a" is there twice/, 9],
    ['[1, 2', /"," or "]"/, 5],
    ['{"a": "x\n}', /has no end/, 6],
    ['1 2', /more behind the end/, 2],
    ['[1,]', /value is expected/, 3],
  ]
  for (const [text, problem, start] of wrong) {
    test(`${JSON.stringify(text)} is wrong at ${start}`, () => {
      const read = readJson(text)
      assert.ok(!read.ok)
      assert.match(read.problem, problem)
      assert.equal(read.span.start, start)
    })
  }
})

describe('what may be written at a place of a mapping', () => {
  const keys: readonly [way: readonly (string | number)[], keys: readonly string[]][] = [
    [[], Object.keys(ARGUMENTS)],
    [['a', 'b'], Object.keys(ARGUMENTS)],
    [['@first', 0], Object.keys(ARGUMENTS)],
    [['@if'], ['exists', 'blank', 'then', 'else']],
    [
      ['@first', 1, '@lookup'],
      ['value', 'table', 'default'],
    ],
    [['@lookup', 'table'], []],
    [['@lookup', 'table', 'a'], Object.keys(ARGUMENTS)],
    [['@merge', 'objects', 0], Object.keys(ARGUMENTS)],
  ]
  for (const [way, expected] of keys) {
    test(`keys at "${way.join('.')}"`, () =>
      assert.deepEqual(
        keysAt(way).map(({ label }) => label),
        expected,
      ))
  }
  const values: readonly [way: readonly (string | number)[], value: ReturnType<typeof valueAt>][] = [
    [['@path'], 'path'],
    [['@merge', 'objects', 0, '@path'], 'path'],
    [['@arrayPath', 0], 'path'],
    [
      ['@case', 'operator'],
      ['lower', 'upper'],
    ],
    [
      ['@merge', 'direction'],
      ['right', 'left'],
    ],
    [['@template'], undefined],
  ]
  for (const [way, expected] of values) {
    test(`a value at "${way.join('.')}"`, () => assert.deepEqual(valueAt(way), expected))
  }
  test('every directive is described, and begins with valid JSON', () => {
    for (const { label, detail, begin } of keysAt([])) {
      assert.notEqual(detail, '', label)
      assert.ok(readJson(begin).ok, `${label}: ${begin}`)
    }
  })
})

describe('where one writes in a mapping', () => {
  type Row = readonly [text: string, way: readonly (string | number)[], isKey: boolean, typed?: string]
  const rows: readonly Row[] = [
    ['|', [], false],
    ['{|', [], true],
    ['{"@pa|', [], true, '@pa'],
    ['{"@pa|"}', [], true, '@pa'],
    ['{"@path": "$.pro|"}', ['@path'], false, '$.pro'],
    ['{"@path": |', ['@path'], false],
    ['{"@first": [1, {"@l|"}]}', ['@first', 1], true, '@l'],
    ['{"@if": {"exists": {"@path": "a"}, "th|', ['@if'], true, 'th'],
    ['{"a": "x\\"y", "b": ["{", |', ['b', 1], false],
    ['{"a": {"b": 1}, "c|"', [], true, 'c'],
    ['{"a": "no end\n|', ['a'], false],
  ]
  for (const [marked, way, isKey, typed] of rows) {
    test(JSON.stringify(marked), () => {
      const place = jsonPlace(marked.replace('|', ''), marked.indexOf('|'))
      assert.deepEqual([place.way, place.isKey, place.inText?.typed], [way, isKey, typed])
    })
  }
})

describe('what is wrong with a mapping stands at its place', () => {
  const rows: readonly [text: string, marked: string, problem: RegExp, isHint: boolean][] = [
    ['{"@frist": []}', '{"@frist": []}', /did you mean @first/, false],
    ['[1, {"@case": {"operator": "big", "value": 1}}]', '"big"', /"lower" or "upper"/, false],
    ['{"a": {"@path": "$.proprties.x"}}', '"$.proprties.x"', /did you mean `properties`/, true],
    ['{"a": }', '}', /value is expected/, false],
  ]
  for (const [text, marked, problem, isHint] of rows) {
    test(text, () => {
      const [found] = mappingProblems(text)
      assert.ok(found)
      assert.match(found.problem, problem)
      assert.deepEqual([text.slice(found.span.start, found.span.end), found.isHint], [marked, isHint])
    })
  }
  test('and a right one has nothing wrong', () => {
    assert.deepEqual(mappingProblems('{"@first": [{"@path": "$.event"}, "x"]}'), [])
  })
})
