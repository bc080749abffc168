import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { AppError } from '../errors.ts'
import type { Json, SpecEvent } from '../event.ts'
import { anyObject, deepFreeze, trackEvent } from '../testing.ts'
import { COMPARISONS } from './syntax.ts'
import { compileTrigger, parseTrigger } from './trigger.ts'

/** A trigger as the tests know it: names are plain keys, so that the interpreter needs no paths. */
type Value = null | boolean | number | string
type Node =
  | { readonly kind: 'and' | 'or'; readonly terms: readonly Node[] }
  | { readonly kind: 'not'; readonly term: Node }
  | { readonly kind: 'alone'; readonly keys: readonly string[] }
  | { readonly kind: 'in'; readonly keys: readonly string[]; readonly values: readonly Value[] }
  | {
      readonly kind: 'compare'
      readonly keys: readonly string[]
      readonly sign: string
      readonly value: Value
    }

/** The plainest reading of docs/triggers.md, to hold the compiled one against. */
function interpret(node: Node, event: SpecEvent): boolean {
  switch (node.kind) {
    case 'and':
      return !node.terms.some((term) => !interpret(term, event))
    case 'or':
      return node.terms.some((term) => interpret(term, event))
    case 'not':
      return !interpret(node.term, event)
    case 'alone':
      return find(node.keys, event) === true
    case 'in':
      return node.values.some((value) => value === find(node.keys, event))
    case 'compare': {
      const found = find(node.keys, event)
      const { sign, value } = node
      if (sign === '=') return found === value
      if (sign === '!=') return found !== value
      if (typeof found !== typeof value || (typeof found !== 'number' && typeof found !== 'string'))
        return false
      const [a, b] = [found as number, value as number]
      return (sign[0] === '<' && a < b) || (sign[0] === '>' && a > b) || (sign.length === 2 && a === b)
    }
  }
}

function find(keys: readonly string[], event: SpecEvent): Json {
  let value = event as unknown as Json
  for (const key of keys) {
    const isHolder = typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    value = isHolder ? ((value as Record<string, Json>)[key] as Json) : null
  }
  return value
}

/** With as few parentheses as the grammar needs, so that precedence is tried too. */
function print(node: Node, around: 'or' | 'and' | 'not' = 'or'): string {
  switch (node.kind) {
    case 'and':
    case 'or': {
      const text = node.terms
        .map((term) => print(term, node.kind === 'and' ? 'not' : 'and'))
        .join(` ${node.kind} `)
      const isLoose = around === 'not' || (around === 'and' && node.kind === 'or')
      return isLoose || node.terms.length === 1 ? `(${text})` : text
    }
    case 'not':
      return `!${print(node.term, 'not')}`
    case 'alone':
      return printPath(node.keys)
    case 'in':
      return `${printPath(node.keys)} in [${node.values.map(printValue).join(', ')}]`
    case 'compare':
      return `${printPath(node.keys)} ${node.sign} ${printValue(node.value)}`
  }
}

const printPath = (keys: readonly string[]) =>
  keys.map((key) => key.replace(/[^\p{L}]/gu, (character) => `\\${character}`)).join('.')
const printValue = (value: Value) =>
  typeof value === 'string' ? `"${value.replace(/["\\]/g, '\\$&')}"` : String(value)

const value: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom<Value>(null, true, false, 0, 1, -1, 'a', 'b', ''),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }),
  fc.string({ unit: 'binary', maxLength: 5 }),
)
const key = fc.constantFrom('a', 'b', 'ü', 'x y', 'a.b', '"', '\\', '0', 'and', 'in', 'constructor', '[0]')
const keys = fc.oneof(
  fc.tuple(fc.constant('properties'), key),
  fc.tuple(fc.constant('properties'), key, key),
  fc.constantFrom(['type'], ['userId'], ['nowhere']),
)
const { node } = fc.letrec<{ node: Node }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.record({ kind: fc.constant('alone' as const), keys }),
    fc.record({
      kind: fc.constant('in' as const),
      keys,
      values: fc.array(value, { minLength: 1, maxLength: 3 }),
    }),
    fc.record({
      kind: fc.constant('compare' as const),
      keys,
      sign: fc.constantFrom(...COMPARISONS.filter((comparison) => comparison !== 'in')),
      value,
    }),
    fc.record({ kind: fc.constant('not' as const), term: tie('node') }),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      terms: fc.array(tie('node'), { minLength: 1, maxLength: 3 }),
    }),
  ),
}))
const events = fc
  .dictionary(key, fc.oneof(value, fc.dictionary(key, value)))
  .map((properties) => deepFreeze(trackEvent({ properties })))

test('a compiled trigger says what the plainest interpreter says', () => {
  let matched = 0
  const runs = 5_000
  fc.assert(
    fc.property(node, events, (given, event) => {
      const matches = compileTrigger(print(given))(event)
      if (matches) matched += 1
      assert.equal(matches, interpret(given, event))
    }),
    { numRuns: runs },
  )
  assert.ok(
    matched > runs / 10 && matched < (runs * 9) / 10,
    `${matched} of ${runs} matched: the draw is lopsided`,
  )
})

test('any text is a trigger or TRIGGER_INVALID with a place in it, and nothing else is thrown', () => {
  const piece = fc.constantFrom(
    ...[
      'type',
      'properties.a',
      '"x"',
      "'",
      '"',
      '\\',
      '(',
      ')',
      '[',
      ']',
      ',',
      '!',
      '=',
      '!=',
      '<=',
      'in',
      'and',
      'or',
    ],
    ...['null', 'true', '-', '5', '1e999', '.', '$', ' ', '\n', '😀', '\ud800', '\u00a0', '\u0000'],
  )
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join('')),
    fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(' ')),
  )
  fc.assert(
    fc.property(text, anyObject, (trigger, properties) => {
      let match: ReturnType<typeof compileTrigger>
      try {
        match = compileTrigger(trigger)
      } catch (error) {
        assert.ok(error instanceof AppError && error.code === 'TRIGGER_INVALID', String(error))
        const { position } = error.details
        assert.ok(typeof position === 'number' && position >= 1 && position <= trigger.length + 1)
        return
      }
      assert.equal(typeof match(deepFreeze(trackEvent({ properties }))), 'boolean')
    }),
    { numRuns: 10_000 },
  )
})

test('every part of a trigger stands where it says', () => {
  fc.assert(
    fc.property(keys, value, (path, given) => {
      const text = `  ${printPath(path)} = ${printValue(given)}`
      const parsed = parseTrigger(text)
      assert.ok(parsed.kind === 'compare')
      assert.equal(text.slice(parsed.left.span.start, parsed.left.span.end), printPath(path))
      assert.equal(text.slice(parsed.right.span.start, parsed.right.span.end), printValue(given))
    }),
  )
})
