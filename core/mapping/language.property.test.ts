// biome-ignore-all lint/suspicious/noThenProperty: "then" is a word of the language
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Json, JsonObject } from '../event.ts'
import { anyJson, deepFreeze, trackEvent } from '../testing.ts'
import { checkMapping } from './check.ts'
import { compileMapping } from './compile.ts'
import { liquid } from './liquid.ts'
import { interpret, shapeOf } from './mapping.fixtures.ts'
import type { Mapping } from './mapping.ts'
import { mutate } from './mutate.fixtures.ts'

// Events and mappings are drawn from the same few keys and values, so that paths hit and texts can be read.
const KEYS = ['a', 'b', 'c', 'a.b', '0', 'length', '__proto__', 'constructor', 'ü x', '@path']
const TEXTS = [
  '',
  ' ',
  'a',
  'B',
  ' Ada@X.io ',
  '12.5',
  '1e3',
  'yes',
  'OFF',
  '2026-01-31',
  '2026-01-31T10:00:00+02:00',
]
const MORE_TEXTS = ['{"a":[1]}', '[1', 'a.b', '$.a', '{{a}}', 'ß', 'İ', '😀', '$&', 'aAa']
const NUMBERS = [0, -0, 1, 2, -1, 12.5, 1e21, 1_769_860_800, 1_769_860_800_000]

const key = fc.oneof({ weight: 2, arbitrary: fc.constantFrom('a', 'b', 'c') }, fc.constantFrom(...KEYS))
const fixed: fc.Arbitrary<Json> = fc.constantFrom<Json>(
  null,
  true,
  false,
  ...NUMBERS,
  ...TEXTS,
  ...MORE_TEXTS,
)
const objectOf = (value: fc.Arbitrary<Json>, keys: fc.Arbitrary<string>): fc.Arbitrary<Json> =>
  fc
    .array(fc.tuple(keys, value), { maxLength: 4 })
    .map((entries) => Object.fromEntries(entries) as JsonObject)
const { data } = fc.letrec<{ data: Json }>((tie) => ({
  data: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    { weight: 3, arbitrary: fixed },
    { weight: 2, arbitrary: fc.array(tie('data'), { maxLength: 3 }) },
    { weight: 3, arbitrary: objectOf(tie('data'), key) },
  ),
}))
const event = fc
  .tuple(data, data, data, objectOf(data, key))
  .map(([a, b, c, properties]) => trackEvent({ a, b, c, properties }))

const step = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('.a', '.b', '.c') },
  {
    weight: 2,
    arbitrary: fc.constantFrom('[0]', '[1]', '["a.b"]', '.a\\.b', '.length', '.0', '["ü x"]', '.ü\\ x'),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('.__proto__', '.constructor', '["__proto__"]', '.\\@path', '.map'),
  },
)
const path = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.constantFrom('$', '$.a', 'a', '$["a"]', 'properties', 'type', 'userId', 'nowhere.at.all'),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom('a', 'b', '$.c', '$.properties', 'properties'), fc.array(step, { maxLength: 2 }))
      .map(([first, rest]) => first + rest.join('')),
  },
)
const template = fc
  .array(
    fc.oneof(
      path.map((one) => `{{${one}}}`),
      path.map((one) => `{{{ ${one} }}}`),
      fc.constantFrom('x', ' ', '{', '{{}}', '$&'),
    ),
    {
      maxLength: 4,
    },
  )
  .map((parts) => parts.join(''))

const plainKey = key.filter((one) => !one.startsWith('@'))
const flag = fc.boolean()
const some = <T>(needed: Record<string, fc.Arbitrary<T>>, optional: Record<string, fc.Arbitrary<T>>) =>
  fc.record(
    { ...needed, ...optional },
    { requiredKeys: Object.keys(needed) },
  ) as unknown as fc.Arbitrary<Json>
const directive = (name: string, argument: fc.Arbitrary<Json>, weight = 1) => ({
  weight,
  arbitrary: argument.map((given): Json => ({ [name]: given })),
})

/** Mappings that are right: each directive with what docs/mappings.md says it takes. */
const { value } = fc.letrec<{ value: Json }>((tie) => {
  const inner = tie('value')
  const list = fc.array(inner, { maxLength: 3 })
  const pattern: fc.Arbitrary<Json> = fc.constantFrom('a', 'A', '.', '1', 'aA', '$', ' ')
  const replacement: fc.Arbitrary<Json> = fc.constantFrom('', '$&', 'xx', 'a')
  const shape = fc.oneof(directive('@path', path).arbitrary, objectOf(inner, plainKey))
  const keys: fc.Arbitrary<Json> = fc.array(key, { maxLength: 3 })
  const items: fc.Arbitrary<Json> = fc.oneof(
    directive('@path', path).arbitrary,
    directive('@literal', inner).arbitrary,
    objectOf(inner, plainKey),
  )
  const computed: fc.Arbitrary<Json> = directive('@first', list).arbitrary
  return {
    value: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      { weight: 4, arbitrary: fixed },
      directive('@path', path, 12),
      directive('@path', computed),
      { weight: 2, arbitrary: list },
      { weight: 2, arbitrary: objectOf(inner, plainKey) },
      directive('@template', template, 2),
      directive('@literal', inner),
      directive('@if', some({ exists: inner }, { blank: inner, then: inner, else: inner })),
      directive('@if', some({ blank: inner }, { then: inner, else: inner })),
      directive('@case', some({ operator: fc.constantFrom<Json>('lower', 'upper'), value: inner }, {})),
      directive(
        '@replace',
        some(
          { value: inner, pattern },
          { replacement, ignorecase: flag, global: flag, pattern2: pattern, replacement2: replacement },
        ),
        2,
      ),
      directive(
        '@arrayPath',
        fc.tuple(fc.oneof(path, items), shape).map((given) => given as Json),
        3,
      ),
      directive(
        '@arrayPath',
        fc.tuple(fc.oneof(path, items)).map((given) => given as Json),
      ),
      directive(
        '@flatten',
        some({ value: inner }, { separator: fc.constantFrom<Json>('', '.', '_'), omitArrays: flag }),
        2,
      ),
      directive('@json', some({ mode: fc.constantFrom<Json>('encode', 'decode'), value: inner }, {}), 2),
      directive(
        '@merge',
        some({ objects: list as fc.Arbitrary<Json> }, { direction: fc.constantFrom<Json>('left', 'right') }),
        2,
      ),
      directive('@transform', some({ apply: objectOf(inner, plainKey), mapping: inner }, {}), 2),
      directive('@transform', some({ apply: directive('@path', path).arbitrary, mapping: inner }, {})),
      directive('@excludeWhenNull', inner),
      directive('@first', list, 2),
      directive(
        '@lookup',
        some(
          { value: inner, table: objectOf(inner, fc.constantFrom(...TEXTS, '0', '1', 'true', '__proto__')) },
          { default: inner },
        ),
        2,
      ),
      directive('@concat', list),
      directive(
        '@concat',
        some({ values: list as fc.Arbitrary<Json> }, { separator: fc.constantFrom<Json>('', '-') }),
      ),
      ...['@lower', '@upper', '@trim', '@hash', '@number', '@string', '@boolean', '@datetime'].map((name) =>
        directive(name, inner),
      ),
      directive('@omit', some({ value: inner, keys }, {})),
      directive('@pick', some({ value: inner, keys }, {})),
    ),
  }
})

const mapped = (mapping: Json, root: Json) => compileMapping(mapping as Mapping, { liquid })(root)
const checked = (mapping: Json) => checkMapping(mapping as Mapping, { liquid })

/** What JSON can carry, in plain objects and lists: nothing undefined, no number without digits, no other prototype. */
function isPlain(json: unknown): boolean {
  if (typeof json === 'number') return Number.isFinite(json)
  if (typeof json !== 'object' || json === null)
    return ['string', 'boolean'].includes(typeof json) || json === null
  const proto = Object.getPrototypeOf(json)
  return (
    (Array.isArray(json) ? proto === Array.prototype : proto === Object.prototype) &&
    Object.values(json).every(isPlain)
  )
}

test('a compiled mapping gives what the plainest reading of the document gives', () => {
  const counts = { value: 0, nothing: 0, problem: 0, unsaid: 0 }
  const holds = (mappedTo: Json, root: Json, map: ReturnType<typeof compileMapping>) => {
    const reading = interpret(mappedTo, root)
    counts[reading.kind] += 1
    if (reading.kind === 'unsaid') return
    const { values, problems } = map(root)
    assert.ok(isPlain(values))
    if (reading.kind === 'problem') {
      assert.equal(reading.why, 'event')
      assert.ok(problems.length > 0, 'it tells no problem')
      assert.ok(problems.every(({ at }) => at.startsWith('field')))
    } else {
      assert.deepEqual(problems, [])
      assert.deepEqual(values, reading.kind === 'value' ? { field: reading.value } : {})
    }
  }
  fc.assert(
    fc.property(value, event, event, (mappedTo, one, other) => {
      deepFreeze([mappedTo, one, other])
      assert.deepEqual(checked({ field: mappedTo }), [])
      const map = compileMapping({ field: mappedTo } as Mapping, { liquid })
      // The first again, so that it shows what the second might have left behind.
      for (const root of [one, other, one]) holds(mappedTo, root as unknown as Json, map)
    }),
    { numRuns: 20_000 },
  )
  const { value: values, nothing, problem, unsaid } = counts
  const isFair = values > 15_000 && nothing > 3_000 && problem > 3_000 && unsaid < 3_000
  assert.ok(isFair, `the draw is lopsided: ${JSON.stringify(counts)}`)
})

/** A mapping that was right, with a few things changed. */
const wrong = fc.tuple(value, fc.array(fc.nat(), { minLength: 9, maxLength: 20 })).map(([given, numbers]) => {
  let next = 0
  const below = (count: number) => (numbers[next++ % numbers.length] as number) % count
  let json = given
  for (let times = 1 + below(3); times > 0; times--) json = mutate(json, below)
  return json
})

test('the check tells what is wrong whatever the event, and no event tells of it where the check is clean', () => {
  const counts = { well: 0, wrong: 0, unsaid: 0 }
  fc.assert(
    fc.property(wrong, event, (mappedTo, root) => {
      deepFreeze([mappedTo, root])
      const shape = shapeOf(mappedTo)
      counts[shape] += 1
      const told = checked({ field: mappedTo })
      if (shape !== 'unsaid') assert.equal(told.length === 0, shape === 'well', JSON.stringify(told))
      for (const { at, problem } of told) assert.ok(at.startsWith('field') && problem.length > 3)
      const { values, problems } = mapped({ field: mappedTo }, root as unknown as Json)
      if (told.length > 0) {
        assert.deepEqual({ values, problems }, { values: {}, problems: told })
        return
      }
      assert.ok(isPlain(values))
      const reading = interpret(mappedTo, root as unknown as Json)
      if (reading.kind === 'unsaid') return
      assert.equal(problems.length > 0, reading.kind === 'problem', JSON.stringify({ reading, problems }))
      if (reading.kind === 'problem') assert.equal(reading.why, 'event')
      if (reading.kind === 'value') assert.deepEqual(values, { field: reading.value })
    }),
    { numRuns: 20_000 },
  )
  const isFair = counts.well > 2_000 && counts.wrong > 2_000 && counts.unsaid < 4_000
  assert.ok(isFair, `the draw is lopsided: ${JSON.stringify(counts)}`)
})

test('any JSON is a mapping of any JSON: problems or values, the same each time, and nothing is thrown or changed', () => {
  const anyMapping = fc.oneof(anyJson, wrong, objectOf(wrong, fc.oneof(key, fc.string({ maxLength: 4 }))))
  fc.assert(
    fc.property(
      anyMapping,
      fc.oneof(
        anyJson,
        event.map((one) => one as unknown as Json),
      ),
      (mapping, root) => {
        deepFreeze([mapping, root])
        const told = checked(mapping)
        assert.ok(told.every(({ at, problem }) => typeof at === 'string' && typeof problem === 'string'))
        const first = mapped(mapping, root)
        assert.ok(isPlain(first.values))
        assert.deepEqual(mapped(mapping, root), first)
      },
    ),
    { numRuns: 8_000 },
  )
})

test('no mapping and no event changes what objects inherit', () => {
  const before = Object.getOwnPropertyNames(Object.prototype)
  const hostile = fc.constantFrom('__proto__', 'constructor', 'prototype', '__pro', 'to__', 'polluted')
  const tree = (leaf: fc.Arbitrary<Json>) => objectOf(objectOf(objectOf(leaf, hostile), hostile), hostile)
  const wrapped = fc.constantFrom<(inner: Json) => Json>(
    (inner) => inner,
    (inner) => ({ '@merge': { objects: [{}, inner] } }),
    (inner) => ({ '@flatten': { value: inner, separator: '' } }),
    (inner) => ({ '@omit': { value: inner, keys: ['x'] } }),
    (inner) => ({ '@pick': { value: inner, keys: ['__proto__', 'constructor'] } }),
    (inner) => ({ '@excludeWhenNull': inner }),
    (inner) => ({ '@json': { mode: 'decode', value: { '@json': { mode: 'encode', value: inner } } } }),
    (inner) => ({ '@transform': { apply: { a: inner }, mapping: { '@path': '$.a' } } }),
    (inner) => ({ '@arrayPath': [[inner], { b: { '@path': '$' } }] }),
    (inner) => ({ '@lookup': { value: '__proto__', table: {}, default: inner } }),
  )
  fc.assert(
    fc.property(
      tree(fixed),
      tree(fc.constant({ '@path': '$.properties' })),
      wrapped,
      (properties, mapping, wrap) => {
        const root = trackEvent({ properties }) as unknown as Json
        const { values } = mapped({ a: wrap({ '@path': '$.properties' }), b: wrap(mapping) }, root)
        assert.ok(isPlain(values))
        assert.deepEqual(Object.getOwnPropertyNames(Object.prototype), before)
        assert.equal(({} as Record<string, unknown>)['polluted'], undefined)
      },
    ),
    { numRuns: 2_000 },
  )
})
