import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Json, SpecEvent } from '../event.ts'
import { deepFreeze } from '../testing.ts'
import { checkMapping } from './check.ts'
import { compileMapping } from './compile.ts'
import { CHECKS, CLEAN } from './conformance/checks.ts'
import { EVENT, nested, type Outcome } from './conformance/row.ts'
import { TOPICS } from './conformance/topics.ts'
import { liquid } from './liquid.ts'
import type { Mapping } from './mapping.ts'

const apply = (mapping: Json, event: Json) =>
  compileMapping(deepFreeze(mapping) as Mapping, { liquid })(deepFreeze(event) as unknown as SpecEvent)

for (const { topic, rows } of TOPICS) {
  describe(topic, () => {
    for (const [title, mappedTo, outcome, event] of rows) {
      test(title.slice(0, 100), () => {
        const { values, problems } = apply({ before: 1, field: mappedTo }, event ?? EVENT)
        if (outcome.kind === 'problem') tells(problems, outcome)
        else {
          assert.deepEqual(problems, [])
          assert.deepEqual(values, {
            before: 1,
            ...(outcome.kind === 'gives' ? { field: outcome.value } : {}),
          })
        }
      })
    }
  })
}

function tells(
  problems: readonly { readonly at: string; readonly problem: string }[],
  { directive, reason }: Extract<Outcome, { kind: 'problem' }>,
): void {
  const told = problems.map(({ at, problem }) => `${at}: ${problem}`)
  assert.ok(
    problems.some(
      ({ at, problem }) =>
        at.startsWith('field') && `${at}: ${problem}`.includes(directive) && reason.test(problem),
    ),
    `nothing told about field, ${directive} and ${reason}, but: ${told.join('; ') || 'nothing at all'}`,
  )
}

describe('a whole mapping', () => {
  const rows: readonly [title: string, mapping: Json, values: Json][] = [
    ['gives each field its value', { a: { '@path': '$.userId' }, b: 0 }, { a: 'ada', b: 0 }],
    ['leaves out what gets nothing', { a: { '@path': '$.nowhere' }, b: null }, { b: null }],
    ['may be empty', {}, {}],
    ['has fields with dots', { 'a.b': { '@path': '$.userId' } }, { 'a.b': 'ada' }],
    [
      'has fields with the names of what objects inherit',
      JSON.parse('{"__proto__": {"@path": "$.properties"}, "constructor": 1}'),
      JSON.parse(`{"__proto__": ${JSON.stringify(EVENT['properties'])}, "constructor": 1}`),
    ],
  ]
  for (const [title, mapping, values] of rows) {
    test(title, () => {
      const mapped = apply(mapping, EVENT)
      assert.deepEqual(mapped, { values, problems: [] })
      assert.equal(Object.getPrototypeOf(mapped.values), Object.prototype)
    })
  }

  test('tells the problems of all its fields at once', () => {
    const { problems } = apply({ a: { '@number': 'x' }, b: 1, c: [{ '@boolean': 'x' }] }, EVENT)
    assert.deepEqual(
      problems.map(({ at }) => at.slice(0, 1)),
      ['a', 'c'],
    )
  })

  test('that uses Liquid without being given it tells so, and throws nothing', () => {
    const { problems } = compileMapping({ a: { '@liquid': 'x' } })(EVENT as unknown as SpecEvent)
    assert.equal(problems.length, 1)
  })
})

describe('the check of a mapping tells', () => {
  for (const [title, mapping, told] of CHECKS) {
    test(title, () => {
      const problems = checkMapping(deepFreeze(mapping) as Mapping, { liquid })
      assert.deepEqual(
        problems.map(({ at }) => at),
        told.map(([at]) => at),
        JSON.stringify(problems),
      )
      for (const [index, [, reason]] of told.entries()) assert.match(problems[index]?.problem ?? '', reason)
    })
  }
})

describe('the check of a mapping has nothing to say about', () => {
  for (const [title, mappedTo] of CLEAN) {
    test(title, () => assert.deepEqual(checkMapping({ field: mappedTo } as Mapping, { liquid }), []))
  }

  test('what the tables above make values of', () => {
    const values = TOPICS.flatMap(({ rows }) => rows)
      .filter(([, , { kind }]) => kind !== 'problem')
      .map(([title, mappedTo]) => [title, checkMapping({ field: mappedTo } as Mapping, { liquid })] as const)
      .filter(([, problems]) => problems.length > 0)
    assert.deepEqual(values, [])
  })
})

test('the check of a mapping throws at nothing, however deep', () => {
  for (const around of [
    (inside: Json) => [inside],
    (inside: Json) => ({ a: inside }),
    (inside: Json) => ({ '@first': [inside] }),
  ]) {
    const problems = checkMapping({ field: nested(20_000, around, 1) } as Mapping)
    assert.ok(problems.length >= 1)
  }
})
