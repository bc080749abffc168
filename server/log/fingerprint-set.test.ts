import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Fingerprint, fingerprint } from '../../core/identity.ts'
import { fingerprintSet } from './fingerprint-set.ts'

/** Few slots and extreme halves, so that ids meet, wrap round the end of the table, and look like empty slots. */
const half = fc.constantFrom(1, 2, 3, 1_022, 1_023, 1_024, 2_047, 2 ** 31, 2 ** 32 - 1)
const id = fc.record({ high: half, low: fc.oneof(half, fc.constant(0)) })
const step = fc.record({ what: fc.constantFrom('add', 'add', 'remove', 'has'), id })
const text = ({ high, low }: Fingerprint) => `${high}:${low}`
const numbered = (count: number) =>
  Array.from({ length: count }, (_, number) => fingerprint(`message ${number}`))

describe('fingerprintSet', () => {
  test('does what a Set does, whatever is added and removed', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const ids = fingerprintSet()
        const model = new Set<string>()
        for (const { what, id } of steps) {
          assert.equal(ids.has(id), model.has(text(id)))
          if (what === 'add') {
            ids.add(id)
            model.add(text(id))
          } else if (what === 'remove') {
            ids.remove(id)
            model.delete(text(id))
          }
          assert.equal(ids.size(), model.size)
        }
      }),
      { seed: 1, numRuns: 500 },
    )
  })

  test('does what a Set does while it grows', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 4_999 }), { minLength: 3_000, maxLength: 6_000 }), (numbers) => {
        const all = numbered(5_000)
        const ids = fingerprintSet()
        const model = new Set<number>()
        for (const [place, number] of numbers.entries()) {
          const id = all[number] as Fingerprint
          if (place % 3 === 2) {
            ids.remove(id)
            model.delete(number)
          } else {
            ids.add(id)
            model.add(number)
          }
        }
        assert.equal(ids.size(), model.size)
        for (const [number, id] of all.entries()) assert.equal(ids.has(id), model.has(number))
      }),
      { seed: 2, numRuns: 20 },
    )
  })

  test('a fingerprint of nothing but zeros is an id like any other', () => {
    const ids = fingerprintSet()
    const zero = { high: 0, low: 0 }
    assert.equal(ids.has(zero), false)
    ids.add(zero)
    assert.equal(ids.has(zero), true)
    ids.remove(zero)
    assert.equal(ids.has(zero), false)
    assert.equal(ids.size(), 0)
  })

  test('holds 100,000 ids at 10 to 17 bytes each', () => {
    const ids = fingerprintSet()
    const all = numbered(100_000)
    for (const id of all) ids.add(id)
    assert.ok(all.every((id) => ids.has(id)))
    assert.equal(ids.size(), 100_000)
    assert.ok(ids.bytes() >= 1_000_000 && ids.bytes() <= 1_700_000, `${ids.bytes()} bytes`)
  })

  test('ids that come and go leave nothing behind: the table does not grow', () => {
    const ids = fingerprintSet()
    const stays = fingerprint('stays')
    ids.add(stays)
    for (const id of numbered(50_000)) {
      ids.add(id)
      ids.remove(id)
    }
    assert.equal(ids.bytes(), fingerprintSet().bytes())
    assert.equal(ids.size(), 1)
    assert.ok(ids.has(stays))
  })
})
