import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Secret } from 'otpauth'
import { newSealingKey, sealerOf } from '../secrets/sealer.ts'
import { person } from './access.fixtures.ts'
import { factorKeeper } from './factor-keeper.ts'
import { memoryAccessStore } from './memory-store.ts'
import {
  codeOf,
  factorSetUp,
  newFactorSecret,
  newRecoveryCodes,
  recoveryHashOf,
  stepOf,
} from './second-factor.ts'

describe('codes of an app', () => {
  // RFC 6238, appendix B, SHA-1: the last six of its eight digits.
  const secret = Secret.fromUTF8('12345678901234567890').base32
  const vectors = [
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ] as const
  for (const [at_s, code] of vectors) {
    test(`at ${at_s} s it is ${code}, as in RFC 6238`, () => {
      assert.equal(codeOf(secret, at_s * 1_000), code)
      assert.equal(stepOf(secret, code, at_s * 1_000), Math.floor(at_s / 30))
    })
  }

  const now_ms = 1_111_111_109_000
  const step = Math.floor(1_111_111_109 / 30)
  const steps: readonly (readonly [string, number | undefined])[] = [
    [codeOf(secret, now_ms), step],
    [codeOf(secret, now_ms - 30_000), step - 1],
    [codeOf(secret, now_ms + 30_000), step + 1],
    [codeOf(secret, now_ms - 60_000), undefined],
    [codeOf(secret, now_ms + 60_000), undefined],
    [' 081 804 ', step],
    ['81804', undefined],
    ['0081804', undefined],
    ['', undefined],
    ['abcdef', undefined],
    ['٠٨١٨٠٤', undefined],
  ]
  for (const [code, expected] of steps) {
    test(`${JSON.stringify(code)} is of step ${expected === undefined ? 'none' : expected - step}`, () => {
      assert.equal(stepOf(secret, code, now_ms), expected)
    })
  }

  test('an app is told all that it must know, also as a picture', () => {
    const own = newFactorSecret()
    assert.match(own, /^[A-Z2-7]{32}$/)
    const { uri, svg } = factorSetUp(own, 'ada@example.com')
    const { protocol, host, searchParams } = new URL(uri)
    assert.deepEqual([protocol, host], ['otpauth:', 'totp'])
    assert.deepEqual(Object.fromEntries(searchParams), {
      ...{ secret: own, issuer: 'Millrace', algorithm: 'SHA1', digits: '6', period: '30' },
    })
    assert.match(svg, /^<svg [^>]*viewBox/)
    assert.doesNotMatch(svg, /script|https?:(?!\/\/www\.w3\.org\/2000\/svg)/)
  })
})

test('recovery codes are ten, of 120 bits, and no two the same', () => {
  const codes = [...newRecoveryCodes(), ...newRecoveryCodes()]
  assert.equal(new Set(codes).size, 20)
  for (const code of codes) assert.match(code, /^([A-Z2-7]{6}-){3}[A-Z2-7]{6}$/)
  const [code = ''] = codes
  assert.equal(recoveryHashOf(code), recoveryHashOf(` ${code.toLowerCase().replaceAll('-', '')} `))
})

describe('the secret of a second factor', () => {
  const ada = person('ada')
  const begun = async (sealer: Parameters<typeof factorKeeper>[0]['sealer']) => {
    const store = memoryAccessStore()
    await store.addPerson(ada)
    let now_ms = 0
    const factors = factorKeeper({ store, sealer, now_ms: () => now_ms })
    const { secret } = factors.begin(ada)
    await factors.turnOn(ada, codeOf(secret, now_ms))
    now_ms += 30_000
    const kept = (await store.person({ id: 'ada' })) ?? ada
    return {
      secret,
      kept,
      store,
      code: () => codeOf(secret, now_ms),
      accepts: factors.accepts,
      now_ms: () => now_ms,
    }
  }

  test('is kept sealed, for the person alone', async () => {
    const sealer = sealerOf([newSealingKey()])
    const { secret, kept, code, accepts } = await begun(sealer)
    assert.match(kept.factor ?? '', /^sealed:1:/)
    assert.equal(kept.factor?.includes(secret), false)
    await assert.rejects(accepts({ ...kept, id: 'eve' }, code()), { code: 'SEALED_UNREADABLE' })
    assert.equal(await accepts(kept, code()), true)
  })

  test('from before there was a sealer is still read; one that is sealed is not without it', async () => {
    const { kept, store, code, now_ms } = await begun(undefined)
    const later = factorKeeper({ store, sealer: sealerOf([newSealingKey()]), now_ms })
    assert.equal(await later.accepts(kept, code()), true)
    const sealed = await begun(sealerOf([newSealingKey()]))
    const without = factorKeeper({ store: sealed.store, sealer: undefined, now_ms })
    await assert.rejects(without.accepts(sealed.kept, sealed.code()), { code: 'SEALED_UNREADABLE' })
  })
})
