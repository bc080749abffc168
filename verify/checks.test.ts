import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { missingOrRepeated, outOfOrder } from './checks.ts'
import type { SentEvent } from './clients.ts'
import { equationLine, type Sums, unbalanced, wrongSums } from './equation.ts'

const arrived = (...texts: readonly string[]) =>
  texts.map((text) => ({ person: text.slice(0, -1), number: Number(text.slice(-1)) }))
const sent = (...texts: readonly string[]): readonly SentEvent[] =>
  arrived(...texts).map((one) => ({ ...one, messageId: `${one.person}-${one.number}`, kind: 'wanted' }))

describe('What arrived, beside what was answered 200,', () => {
  const rows: readonly [title: string, arrived: readonly string[], problems: readonly RegExp[]][] = [
    ['is right when it is the same', ['a1', 'b1', 'a2'], []],
    ['lacks one', ['a1', 'b1'], [/^1 events were answered 200 and did not arrive, such as a-2$/]],
    ['has one twice', ['a1', 'b1', 'a2', 'a1'], [/^1 events arrived more than once, such as a-1$/]],
    ['has one that nobody sent', ['a1', 'b1', 'a2', 'c1'], [/^1 arrived that should not have, such as c-1$/]],
    ['is empty', [], [/^3 events were answered 200/]],
  ]
  for (const [title, texts, problems] of rows) {
    test(title, () => {
      const found = missingOrRepeated(arrived(...texts), sent('a1', 'a2', 'b1'))
      assert.equal(found.length, problems.length, found.join('\n'))
      for (const [index, problem] of problems.entries()) assert.match(found[index] ?? '', problem)
    })
  }
})

describe('The order of a person', () => {
  const rows: readonly [title: string, arrived: readonly string[], isRight: boolean][] = [
    ['is right when numbers rise', ['a1', 'b1', 'a2', 'b2'], true],
    ['is right with gaps, as not every event is for this receiver', ['a1', 'a4', 'a9'], true],
    ['is wrong when one comes late', ['a1', 'a3', 'a2'], false],
    ['is wrong when one comes again', ['a1', 'a1'], false],
  ]
  for (const [title, texts, isRight] of rows) {
    test(title, () => assert.equal(outOfOrder(arrived(...texts)).length, isRight ? 0 : 1))
  }
})

const SUMS: Sums = {
  ...{ accepted: 1_000, duplicate: 3, read: 900, discarded: 100, filtered: 50, matched: 750 },
  ...{ deliveries: 760, delivered: 700, unchanged: 10, dead: 20, parked: 25, forgotten: 5 },
}

describe('The equation', () => {
  const rows: readonly [title: string, change: Partial<Sums>, problems: readonly string[]][] = [
    ['holds', {}, []],
    ['lost an event that was read', { matched: 749 }, ['heap: of 900 events read, 899 are counted']],
    ['lost a delivery', { delivered: 699 }, ['heap: of 760 deliveries, 759 are counted']],
    ['has a delivery too many', { dead: 21 }, ['heap: of 760 deliveries, 761 are counted']],
  ]
  for (const [title, change, problems] of rows) {
    test(title, () => assert.deepEqual(unbalanced('heap', { ...SUMS, ...change }), problems))
  }

  test('is a line that adds up', () => {
    assert.equal(
      equationLine('heap', SUMS),
      'heap      1,000 accepted = 710 delivered + 100 discarded + 50 filtered + 20 dead + 25 parked + 100 pending',
    )
  })

  test('says where sums differ from what they should be', () => {
    assert.deepEqual(wrongSums('heap', SUMS, { read: 900, dead: 0 }), ['heap: dead is 20, and should be 0'])
  })
})
