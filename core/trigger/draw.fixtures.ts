import fc from 'fast-check'
import type { Json, JsonObject, SpecEvent } from '../event.ts'
import { deepFreeze, trackEvent } from '../testing.ts'
import { COMPARISONS, FUNCTIONS, type Operand, type Simple, type TriggerNode } from './syntax.ts'

/** Few keys and few values, so that drawn triggers find something in drawn events, and equal things often. */
const KEYS = ['a', 'b', 'c d', 'x.y', 'ü', '0', 'length', '__proto__', 'and', 'say "hi"', '\\', '']
const TEXTS = [
  ...['', 'a', 'b', 'ab', 'A', 'Z', '0', '10', ' 12.5 ', '-3e2', 'false', 'TRUE', 'ü', 'ÜX', '😀', '\ud83d'],
  ...['Order Completed', 'orderCompleted', 'HTTPServer', 'order-completed', 'v2Final', '[a]', 'a\\b', 'a*b'],
]
const NUMBERS = [0, 1, 2, -1, 12.5, -300, 1e21, 10, 15]

const key = fc.oneof({ weight: 5, arbitrary: fc.constantFrom('a', 'b') }, fc.constantFrom(...KEYS))
const text = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...TEXTS) },
  {
    weight: 2,
    arbitrary: fc.string({ unit: fc.constantFrom('a', 'b', 'B', '2', '-', '*', '😀'), maxLength: 5 }),
  },
  fc.string({ unit: 'binary-ascii', maxLength: 4 }).filter((drawn) => !/[\d]/.test(drawn)),
)
const simple: fc.Arbitrary<Simple> = fc.oneof(
  fc.constantFrom<Simple>(null, true, false),
  fc.constantFrom(...NUMBERS),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
  { weight: 3, arbitrary: text },
)
/** Short, and from a few values only, so that two are often equal. */
const simples = fc.array(fc.constantFrom<Simple>('a', 'b', 1, true, null), { minLength: 1, maxLength: 3 })

const NOWHERE = { start: 0, end: 0 }
const under = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(key) },
  fc.tuple(key, key),
  fc.tuple(key, fc.constantFrom('0', '1', 'length', 'toString')),
)
const path: fc.Arbitrary<Operand> = fc
  .oneof(
    { weight: 8, arbitrary: under.map((keys) => ['properties', ...keys]) },
    fc.constantFrom(['type'], ['event'], ['userId'], ['properties'], ['nowhere'], ['constructor', 'name']),
    under.filter(([first]) => first !== ''),
  )
  .map((keys) => ({ kind: 'path', keys, span: NOWHERE }))
const literal: fc.Arbitrary<Operand> = simple.map((value) => ({ kind: 'literal', value, span: NOWHERE }))
const list: fc.Arbitrary<Operand> = simples.map((values) => ({ kind: 'list', values, span: NOWHERE }))
const pattern: fc.Arbitrary<Operand> = fc
  .array(
    fc.constantFrom(
      '*',
      '?',
      'a',
      'b',
      '[ab]',
      '[a-z]',
      '[A-Z😀]',
      '[]',
      '[',
      ']',
      '-',
      '\\',
      '\\*',
      '😀',
      'Order',
    ),
    {
      maxLength: 5,
    },
  )
  .map((pieces) => ({ kind: 'literal', value: pieces.join(''), span: NOWHERE }))

/** Values, up to calls of calls. */
export const operand: fc.Arbitrary<Operand> = fc.letrec<{ operand: Operand; call: Operand }>((tie) => ({
  operand: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    { weight: 4, arbitrary: path },
    { weight: 2, arbitrary: literal },
    { weight: 3, arbitrary: tie('call') },
    list,
  ),
  call: fc
    .constantFrom(...FUNCTIONS)
    .chain((name) =>
      fc
        .tuple(
          tie('operand'),
          ...(name === 'match' ? [pattern] : name === 'contains' ? [tie('operand')] : []),
        )
        .map((given) => ({ kind: 'call', name, arguments: given, span: NOWHERE })),
    ),
})).operand

/** A trigger as the parser would give it: a group has two terms or more, which may be groups of its own kind. */
export const trigger: fc.Arbitrary<TriggerNode> = fc.letrec<{ node: TriggerNode }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('compare' as const),
        comparison: fc.constantFrom(...COMPARISONS.filter((comparison) => comparison !== 'in')),
        left: operand,
        right: operand,
      }),
    },
    fc.record({
      kind: fc.constant('compare' as const),
      comparison: fc.constant('in' as const),
      left: operand,
      right: operand.filter(({ kind }) => kind !== 'literal'),
    }),
    fc.record({
      kind: fc.constant('is-true' as const),
      operand: operand.filter(({ kind }) => kind !== 'list'),
    }),
    fc.record({ kind: fc.constant('not' as const), term: tie('node') }),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      terms: fc.array(tie('node'), { minLength: 2, maxLength: 3 }),
    }),
  ),
})).node

const shallow = fc.oneof({ weight: 4, arbitrary: simple as fc.Arbitrary<Json> }, simples)
const value: fc.Arbitrary<Json> = fc.oneof(
  { weight: 4, arbitrary: shallow },
  fc.array(shallow, { maxLength: 3 }),
  fc.array(fc.tuple(key, shallow), { maxLength: 3 }).map(toObject),
)

/** Frozen through and through: whoever changes it gets a TypeError. */
export const event: fc.Arbitrary<SpecEvent> = fc
  .tuple(
    fc.array(fc.tuple(key, value), { minLength: 2, maxLength: 8 }).map(toObject),
    fc.array(fc.tuple(key, value), { maxLength: 3 }).map(toObject),
    fc.constantFrom('a', 'Order Completed', 'orderCompleted'),
  )
  .map(([properties, own, name]) => {
    const whole = trackEvent({ event: name, properties })
    for (const [field, given] of Object.entries(own))
      if (!Object.hasOwn(whole, field))
        Object.defineProperty(whole, field, { value: given, enumerable: true, configurable: true })
    return deepFreeze(whole)
  })

/** With `__proto__` as a key like others, which is how `JSON.parse` gives it. */
function toObject(entries: readonly (readonly [string, Json])[]): JsonObject {
  return Object.fromEntries(entries)
}
