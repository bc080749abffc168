import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { anonymousUserId, fingerprint, laneOf } from './identity.ts'

/** A UUID-shaped text for each number: the same in every run. */
function uuid(index: number): string {
  const hex = createHash('md5').update(String(index)).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`
}

/** The shapes that ids have in practice; the alike ones are the hard ones. */
const SHAPES: Readonly<Record<string, (index: number) => string>> = {
  'plain numbers': (index) => String(index),
  'numbers with zeros in front': (index) => String(index).padStart(12, '0'),
  'a number behind a long beginning': (index) => `web\n${'x'.repeat(40)}-${index}`,
  'a number before a long end': (index) => `${index}@customers.example.com`,
  'base 36': (index) => `ajs-next-${index.toString(36)}`,
  'non-Latin': (index) => `пользователь-${index}`,
}

describe('lanes', () => {
  const IDS = 100_000
  const LANES = 16
  /** Chi-square with 15 degrees of freedom passes 44.3 once in 10,000 draws, and these draws are fixed. */
  const CHI_SQUARE_MAX = 44.3

  for (const [shape, make] of Object.entries({ ...SHAPES, UUIDs: uuid })) {
    test(`are filled evenly by ${shape}`, () => {
      const counts = new Array<number>(LANES).fill(0)
      for (let index = 0; index < IDS; index++) {
        const lane = laneOf(make(index), LANES)
        counts[lane] = (counts[lane] as number) + 1
      }
      const expected = IDS / LANES
      const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
      assert.ok(chiSquare < CHI_SQUARE_MAX, `chi-square ${chiSquare.toFixed(1)}: ${counts.join(' ')}`)
    })
  }

  test('the same key is always in the same lane, also in the next version', () => {
    const lanes = ['', 'a', 'web\nu1', 'web\nu2', 'ключ'].map((key) => laneOf(key, 64))
    assert.deepEqual(lanes, [3, 1, 60, 0, 30])
  })

  test('one lane takes everything, and any number of lanes is a number of a lane', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 1_000 }), (key, lanes) => {
        const lane = laneOf(key, lanes)
        assert.ok(Number.isInteger(lane) && lane >= 0 && lane < lanes)
        assert.equal(laneOf(key, 1), 0)
      }),
    )
  })
})

describe('fingerprints', () => {
  const IDS = 1_000_000
  const collisions = (make: (index: number) => string, seed: number) => {
    const seen = new BigUint64Array(IDS)
    for (let index = 0; index < IDS; index++) {
      const { high, low } = fingerprint(make(index), seed)
      seen[index] = (BigInt(high) << 32n) | BigInt(low)
    }
    seen.sort()
    return seen.reduce((count, value, index) => count + (index > 0 && value === seen[index - 1] ? 1 : 0), 0)
  }
  for (const [shape, make] of Object.entries(SHAPES)) {
    test(`of a million ids never meet: ${shape}`, () => assert.equal(collisions(make, 20260102), 0))
  }

  test('are two unsigned 32-bit halves', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer(), (text, seed) => {
        for (const half of Object.values(fingerprint(text, seed))) assert.equal(half >>> 0, half)
      }),
    )
  })

  test('are the same for the same text and seed, and others with another seed', () => {
    assert.deepEqual(fingerprint('u1', 7), fingerprint('u1', 7))
    assert.deepEqual(fingerprint('u1'), fingerprint('u1', 0))
    assert.notDeepEqual(fingerprint('u1', 7), fingerprint('u1', 8))
  })

  test('a change of one character changes about half of the bits', () => {
    let flipped = 0
    const pairs = 10_000
    for (let index = 0; index < pairs; index++) {
      const [a, b] = [fingerprint(`message-${index}-a`), fingerprint(`message-${index}-b`)]
      flipped += ones(a.high ^ b.high) + ones(a.low ^ b.low)
    }
    const share = flipped / (pairs * 64)
    assert.ok(share > 0.45 && share < 0.55, `${(share * 100).toFixed(1)} % of the bits`)
  })
})

function ones(bits: number): number {
  return (bits >>> 0).toString(2).replaceAll('0', '').length
}

describe('the Heap user id of somebody anonymous', () => {
  /** By another way: the whole first 64 bits as one number, cut to 53. */
  function expected(anonymousId: string): string {
    const hex = createHash('sha256').update(anonymousId, 'utf8').digest('hex')
    return (BigInt(`0x${hex.slice(0, 16)}`) & (2n ** 53n - 1n)).toString()
  }

  const known: readonly [anonymousId: string, userId: string][] = [
    ['ada', '4014373873735646'],
    ['a1', '8991185048974176'],
    ['ключ', '961190855019936'],
  ]
  for (const [anonymousId, userId] of known) {
    test(`${JSON.stringify(anonymousId)} is ${userId}, for ever`, () => {
      assert.equal(anonymousUserId(anonymousId), userId)
      assert.equal(expected(anonymousId), userId)
    })
  }

  test('is the decimal text of a number from 0 to 2^53 - 1, made from the SHA-256', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (anonymousId) => {
        const userId = anonymousUserId(anonymousId)
        assert.equal(userId, expected(anonymousId))
        assert.match(userId, /^(0|[1-9]\d*)$/)
        assert.ok(BigInt(userId) <= 2n ** 53n - 1n)
      }),
      { numRuns: 1_000 },
    )
  })

  test('no two of 100,000 visitors share one', () => {
    const ids = new Set(Array.from({ length: 100_000 }, (_, index) => anonymousUserId(uuid(index))))
    assert.equal(ids.size, 100_000)
  })
})
