import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { cutText } from '../../core/cut.ts'
import type { JsonObject } from '../../core/event.ts'
import { readSettings } from '../../core/payload.ts'
import { grouped } from './cut.ts'
import { forgetProperties, isKnown, rememberProperties } from './memory.ts'
import { heapProperties, type Note, type Of } from './values.ts'

const FAMILY = '👨‍👩‍👧'

describe('A text is cut', () => {
  const rows: readonly [title: string, text: string, chars_max: number, cut: string][] = [
    ['not at all when it fits', 'abc', 3, 'abc'],
    ['behind the last letter that fits', 'abcd', 3, 'abc'],
    ['before a pair of surrogates', 'ab😀', 3, 'ab'],
    ['behind a pair that fits', 'ab😀c', 4, 'ab😀'],
    ['before a family', `ab${FAMILY}c`, 9, 'ab'],
    ['before a flag', 'ab🇩🇪', 5, 'ab'],
    ['before a letter whose accent does not fit', 'abe\u0301', 3, 'ab'],
    ['between CR and LF never', 'ab\r\nc', 3, 'ab'],
    ['within a grapheme that alone is too long', `e${'\u0301'.repeat(20)}`, 10, `e${'\u0301'.repeat(9)}`],
    ['but even then not within a pair', '👨‍👩‍👧‍👦'.repeat(1), 3, '👨‍'],
    ['and a pair never, even when it alone is too long', '😀', 1, ''],
  ]
  for (const [title, text, chars_max, cut] of rows) {
    test(title, () => assert.equal(cutText(text, chars_max), cut))
  }

  test('to a beginning of itself, never too long, and whole where it was whole', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 60 })
    fc.assert(
      fc.property(text, fc.nat(40), (given, chars_max) => {
        const cut = cutText(given, chars_max)
        assert.ok(given.startsWith(cut) && cut.length <= chars_max)
        assert.ok(cut.isWellFormed() || !given.isWellFormed())
      }),
    )
  })
})

test('numbers are written as people read them', () => {
  assert.deepEqual([0, 999, 1_000, 1_234_567].map(grouped), ['0', '999', '1,000', '1,234,567'])
})

const MODES = ['Dotted names', 'Arrays indexed', 'All stringified', 'Dropped', 'Lists as Heap lists'] as const
const settingsOf = (nestedData: string) => {
  const read = readSettings({ nestedData: { type: 'string', label: 'L', help: 'H' } }, { nestedData })
  assert.ok(read.ok)
  return { ...read.values, anonymousEvents: 'Heap user id' } as never
}
const key = fc.oneof(
  fc.string(),
  fc.constantFrom('id', 'Email', 'a.b', '__proto__', '', ' ', 'k'.repeat(700)),
)
const value = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom('x'.repeat(1_500), FAMILY.repeat(200), ' ', Number.POSITIVE_INFINITY),
)
const properties = fc.dictionary(key, value) as fc.Arbitrary<JsonObject>

test("whatever the properties are, they come out within Heap's limits, in every mode", () => {
  fc.assert(
    fc.property(
      properties,
      fc.constantFrom(...MODES),
      fc.constantFrom('event', 'user', 'account'),
      (given, mode, of) => {
        const before = JSON.stringify(given)
        const notes: Note[] = []
        const flat = heapProperties(given, of as Of, settingsOf(mode), notes)
        assert.equal(JSON.stringify(given), before)
        for (const [name, made] of Object.entries(flat)) {
          assert.ok(name.trim() !== '' && name.length <= 512, name)
          assert.ok(
            typeof made === 'number' ? Number.isFinite(made) : made.trim() !== '' && made.length <= 1_023,
            name,
          )
          if (of === 'user') assert.ok(!/^(id|user_id)$/i.test(name) || name === 'USER_ID', name)
        }
        for (const { text } of notes) assert.ok(text.length < 1_200)
      },
    ),
  )
})

test('what lies deeper than 30 objects is kept as JSON text', () => {
  const deep = (levels: number): JsonObject => (levels === 0 ? { x: 1 } : { a: deep(levels - 1) })
  const flat = (levels: number) => heapProperties(deep(levels), 'event', settingsOf('Dotted names'), [])
  assert.deepEqual(flat(30), { [`${'a.'.repeat(30)}x`]: 1 })
  assert.deepEqual(flat(31), { [`${'a.'.repeat(30)}a`]: '{"x":1}' })
})

test('a flat object of numbers and short texts goes through as it is, and nothing is told', () => {
  const plain = fc.dictionary(
    fc.stringMatching(/^[a-z]{6}$/),
    fc.oneof(fc.double({ noDefaultInfinity: true, noNaN: true }), fc.stringMatching(/^[a-z ]{1,20}[a-z]$/)),
  )
  fc.assert(
    fc.property(plain, fc.constantFrom(...MODES), (given, mode) => {
      const notes: Note[] = []
      assert.deepEqual(heapProperties(given, 'event', settingsOf(mode), notes), { ...given })
      assert.deepEqual(notes, [])
    }),
  )
})

describe('What was last sent of a person', () => {
  const remember = (known: string | undefined, given: Record<string, string | number>) =>
    rememberProperties('k', given, { now_ms: 5, recall: () => known })
  const many = Object.fromEntries(Array.from({ length: 64 }, (_, n) => [`p${n}`, n]))

  test('is known after it, and not before', () => {
    const { value: known } = remember(undefined, { a: 1, b: 'x' })
    assert.ok(isKnown(known, { a: 1 }) && isKnown(known, { b: 'x', a: 1 }) && isKnown(known, {}))
    assert.ok(!isKnown(known, { a: 2 }) && !isKnown(known, { a: '1' }) && !isKnown(known, { a: 1, c: 1 }))
    assert.ok(!isKnown(undefined, {}) && !isKnown(undefined, { a: 1 }))
  })
  test('grows, and the newest value of each is known', () => {
    const { value: known } = remember(remember(undefined, { a: 1, b: 1 }).value, { b: 2 })
    assert.ok(isKnown(known, { a: 1, b: 2 }) && !isKnown(known, { b: 1 }))
    const more: Record<string, number>[] = [{ a: 2 }, { b: 2, a: 2 }, { a: 2, b: 2, c: 2 }]
    for (const given of more) {
      const before = remember(undefined, { a: 1, b: 1 }).value
      assert.ok(isKnown(remember(before, given).value, { a: 1, b: 1, ...given }), Object.keys(given).join())
    }
  })
  test('nothing but being there is known too', () => {
    assert.ok(isKnown(remember(undefined, {}).value, {}))
    assert.ok(!isKnown(remember(undefined, {}).value, { a: 1 }))
  })
  test('up to 64 properties; more are not remembered', () => {
    const { value: known } = remember(undefined, many)
    assert.ok(isKnown(known, many) && known.length < 1_000)
    assert.equal(remember(known, { more: 1 }).value, '')
  })
  test('can be forgotten', () => assert.ok(!isKnown(forgetProperties('k').value, {})))
  test('for a day, in memory only, as text that any store keeps', () => {
    const { until_ms, isDurable, value: known } = remember(undefined, many)
    assert.deepEqual([until_ms, isDurable, known.isWellFormed()], [5 + 86_400_000, false, true])
  })
})
