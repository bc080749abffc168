import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ruleProblems } from './check.ts'
import { RULES_MAX } from './rule.ts'

const MASK = { how: 'mask' }
const ROWS: readonly (readonly [
  title: string,
  rules: unknown,
  at: readonly (string | number)[],
  problem: RegExp,
])[] = [
  ['no list', {}, [], /list of rules/],
  [
    'too many',
    Array.from({ length: RULES_MAX + 1 }, () => ({ ...MASK, pattern: 'email' })),
    [],
    /limit of 50/,
  ],
  ['no rule', ['email'], [0], /must be a rule/],
  [
    'a name that is mistyped',
    [{ ...MASK, patern: 'email', path: 'a' }],
    [0, 'patern'],
    /did you mean "pattern"/,
  ],
  ['nothing to do', [{ path: 'properties.a' }], [0, 'how'], /must be one of drop, mask, hash/],
  ['nothing to look for', [MASK], [0], /needs a path, a pattern or a regex/],
  ['a pattern that is not known', [{ ...MASK, pattern: 'mail' }], [0, 'pattern'], /must be one of email/],
  ['two things to look for', [{ ...MASK, pattern: 'email', regex: 'a' }], [0, 'regex'], /beside a pattern/],
  [
    'a wrong expression',
    [
      { ...MASK, pattern: 'ip' },
      { ...MASK, regex: 'a(' },
    ],
    [1, 'regex'],
    /lacks a "\)" \(at character 3\)/,
  ],
  ['a long expression', [{ ...MASK, regex: 'a'.repeat(201) }], [0, 'regex'], /limit of 200/],
  ['a path without a key', [{ ...MASK, path: 'properties..a' }], [0, 'path'], /lacks a key/],
  ['what delivery needs', [{ how: 'drop', path: 'messageId' }], [0, 'path'], /is needed/],
  ['an id that would be dropped', [{ how: 'drop', path: 'userId' }], [0, 'path'], /only be hashed/],
  ['an id that would be masked', [{ how: 'mask', path: 'anonymousId' }], [0, 'path'], /only be hashed/],
  ['a name that would be dropped', [{ how: 'drop', path: 'event' }], [0, 'path'], /not dropped/],
  ['too much that stays', [{ ...MASK, pattern: 'card', keepLast: 9 }], [0, 'keepLast'], /from 0 to 8/],
  ['what stays of a hash', [{ how: 'hash', pattern: 'card', keepLast: 4 }], [0, 'keepLast'], /for mask/],
  ['keys without a pattern', [{ ...MASK, path: 'a', keys: true }], [0, 'keys'], /for a pattern/],
]

describe('redaction rules as people write them', () => {
  for (const [title, rules, at, problem] of ROWS) {
    test(`${title}: told with its place`, () => {
      const found = ruleProblems(rules).find((one) => JSON.stringify(one.at) === JSON.stringify(at))
      assert.match(found?.problem ?? '', problem)
    })
  }
  test('what is right has no problem', () => {
    const rules = [
      { path: 'userId', how: 'hash' },
      { path: 'name', how: 'mask' },
      { pattern: 'email', how: 'mask', keys: true, keepLast: 4 },
      { path: 'properties.note', regex: '\\d+', how: 'drop' },
    ]
    assert.deepEqual(ruleProblems(rules), [])
  })
})
