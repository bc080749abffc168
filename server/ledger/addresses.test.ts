import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Address } from '../../core/event.ts'
import { packAddresses, unpackAddresses } from './addresses.ts'

const PLAIN = { noNullPrototype: true }
const anyAddress = fc.record({ lane: fc.maxSafeNat(), chunk: fc.maxSafeNat(), index: fc.maxSafeNat() }, PLAIN)
/** Near each other, so that runs begin, break and repeat. */
const nearAddress = fc.record({ lane: fc.nat(2), chunk: fc.nat(3), index: fc.nat(300) }, PLAIN)
/** Steps from one address to the next: an index that goes on in another lane or chunk must begin a new run. */
const steps = fc
  .array(fc.record({ lane: fc.nat(1), chunk: fc.nat(1), index: fc.nat(2) }, PLAIN))
  .map((list) => list.map((_, end) => sum(list.slice(0, end + 1))))
const run = fc
  .record({ first: fc.oneof(anyAddress, nearAddress), count: fc.nat(200) })
  .map(({ first, count }) => rangeFrom(first, count))

describe('packed addresses', () => {
  test('unpack gives back what was packed, in its order', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(anyAddress, nearAddress)), (addresses) => {
        assert.deepEqual(unpackAddresses(packAddresses(addresses)), addresses)
      }),
      { numRuns: 500 },
    )
    fc.assert(
      fc.property(fc.array(run), (runs) => {
        assert.deepEqual(unpackAddresses(packAddresses(runs.flat())), runs.flat())
      }),
      { numRuns: 300 },
    )
    fc.assert(
      fc.property(steps, (addresses) => {
        assert.deepEqual(unpackAddresses(packAddresses(addresses)), addresses)
      }),
      { numRuns: 300 },
    )
  })

  test('never end in the middle without being noticed', () => {
    fc.assert(
      fc.property(anyAddress, (address) => {
        const packed = packAddresses([address])
        for (let end = 1; end < packed.length; end++) {
          assert.throws(() => unpackAddresses(packed.subarray(0, end)), RangeError)
        }
      }),
    )
  })

  const sizes: readonly {
    readonly title: string
    readonly addresses: readonly Address[]
    readonly bytes: number
  }[] = [
    { title: 'none', addresses: [], bytes: 0 },
    {
      title: 'the first ones of a new log',
      addresses: rangeFrom({ lane: 0, chunk: 0, index: 0 }, 100),
      bytes: 4,
    },
    {
      title: '500 of one late chunk',
      addresses: rangeFrom({ lane: 7, chunk: 5_000_000, index: 0 }, 500),
      bytes: 8,
    },
    { title: '5 chunks of 100, in a row', addresses: chunksOf(100, 5), bytes: 20 },
    {
      title: 'every second one of 1,000',
      addresses: chunksOf(1_000, 1).filter(({ index }) => index % 2),
      bytes: 2_436,
    },
  ]
  for (const { title, addresses, bytes } of sizes) {
    test(`${title}: ${bytes} bytes`, () => {
      assert.equal(packAddresses(addresses).length, bytes)
    })
  }

  for (const bad of [-1, 0.5, Number.NaN, Number.MAX_SAFE_INTEGER + 1]) {
    test(`${bad} is no part of an address`, () => {
      assert.throws(() => packAddresses([{ lane: 0, chunk: bad, index: 0 }]), RangeError)
    })
  }
})

function sum(list: readonly Address[]): Address {
  const total = (part: keyof Address) => list.reduce((all, address) => all + address[part], 0)
  return { lane: total('lane'), chunk: total('chunk'), index: total('index') }
}

function rangeFrom({ lane, chunk, index }: Address, count: number): Address[] {
  const room = Math.min(count, Number.MAX_SAFE_INTEGER - index)
  return Array.from({ length: room }, (_, n) => ({ lane, chunk, index: index + n }))
}

function chunksOf(count: number, chunks: number): Address[] {
  return Array.from({ length: chunks }, (_, n) =>
    rangeFrom({ lane: 0, chunk: n + 1, index: 0 }, count),
  ).flat()
}
