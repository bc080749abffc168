import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { checkPassword } from './password-rules.ts'
import { type Argon2, passwordHasher } from './passwords.ts'
import { PASSWORD } from './testing.ts'

describe('a password', () => {
  test('is hashed with argon2id as OWASP says, with a salt of its own', async () => {
    const { hash } = passwordHasher()
    const [one, two] = [await hash(PASSWORD), await hash(PASSWORD)]
    assert.match(one, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    assert.notEqual(one, two)
  })

  const rows: readonly (readonly [string, string, boolean])[] = [
    ['the same', PASSWORD, true],
    ['with another letter', `${PASSWORD}s`, false],
    ['in capitals', PASSWORD.toUpperCase(), false],
    ['none', '', false],
  ]
  for (const [what, given, isRight] of rows) {
    test(`${what} is ${isRight ? 'right' : 'wrong'}`, async () => {
      const { hash, isRight: check } = passwordHasher()
      assert.equal(await check(await hash(PASSWORD), given), isRight)
    })
  }

  test('is the same however the keyboard composes it', async () => {
    const { hash, isRight } = passwordHasher()
    assert.equal(await isRight(await hash('caf\u00e9 na\u00efve'), 'cafe\u0301 nai\u0308ve'), true)
  })

  test('of nobody is never right, and is checked all the same', async () => {
    let checks = 0
    const argon2 = {
      async verify() {
        checks += 1
        return true
      },
    } as unknown as Argon2
    assert.deepEqual([await passwordHasher(argon2).isRight(undefined, PASSWORD), checks], [false, 1])
  })

  test('is hashed two at once; a crowd waits, and more than a crowd is sent away', async () => {
    const open: ((hash: string) => void)[] = []
    let [running, most] = [0, 0]
    const argon2 = {
      async hash() {
        running += 1
        most = Math.max(most, running)
        const hash = await new Promise<string>((resolve) => open.push(resolve))
        running -= 1
        return hash
      },
    } as unknown as Argon2
    const { hash } = passwordHasher(argon2)
    const crowd = Array.from({ length: 52 }, () => hash(PASSWORD))
    await assert.rejects(hash(PASSWORD), { code: 'LOGIN_BUSY' })
    const all = Promise.all(crowd)
    let isDone = false
    void all.then(() => {
      isDone = true
    })
    while (!isDone) {
      open.shift()?.('hash')
      await new Promise(setImmediate)
    }
    assert.deepEqual([most, running], [2, 0])
    const last = hash(PASSWORD)
    open.shift()?.('hash')
    assert.equal(await last, 'hash')
  })
})

describe('a new password', () => {
  const whose = { email: 'ada.lovelace@example.com', name: 'Ada Lovelace' }
  const rows: readonly (readonly [password: string, problem: RegExp | undefined])[] = [
    ['k7Wq2mZp!L4', /fewer than 12/],
    ['k7Wq2mZp!L4x', undefined],
    ['only letters here', undefined],
    ['correct horse battery staple', undefined],
    ['k7 '.repeat(42), /easy to guess/],
    [
      `${'k7Wq2mZp!L4x'.repeat(2)} ${'river lantern moss stone '.repeat(4)}`.slice(0, 128).padEnd(128, 'q'),
      undefined,
    ],
    ['x'.repeat(129), /more than 128/],
    // Each of these is one character to a person, and two to JavaScript.
    ['\u{1f600}'.repeat(11), /fewer than 12/],
    ['password1234', /easy to guess/],
    ['Password1234!', /easy to guess/],
    ['qwertyuiop[]', /easy to guess/],
    ['123456789012', /easy to guess/],
    ['aaaaaaaaaaaa', /easy to guess/],
    ['abcabcabcabc', /easy to guess/],
    ['ada.lovelace', /easy to guess/],
    ['AdaLovelace1', /easy to guess/],
    ['ada.lovelace@example.com', /easy to guess/],
    ['lovelace2026', /easy to guess/],
    ['millrace2026!', /easy to guess/],
  ]
  for (const [password, problem] of rows) {
    test(`${JSON.stringify(password).slice(0, 40)} is ${problem === undefined ? 'taken' : 'refused'}`, async () => {
      if (problem === undefined) return checkPassword(password, whose)
      await assert.rejects(
        checkPassword(password, whose),
        (error: { code: string; details: { problem: string } }) => {
          assert.equal(error.code, 'PASSWORD_WEAK')
          assert.match(error.details.problem, problem)
          return true
        },
      )
    })
  }
})
