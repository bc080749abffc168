import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { AppError } from '../../core/errors.ts'
import { secret } from '../../core/secret.ts'
import { makeKeyFile, parseKey, prepareKeyFile, readKey } from './master-key.ts'

const BYTES = Buffer.alloc(32, 0xfb)

describe('a master key', () => {
  test('is the same in hex and in both kinds of base64, with or without padding and a line break', () => {
    const texts = [
      BYTES.toString('hex'),
      BYTES.toString('hex').toUpperCase(),
      BYTES.toString('base64'),
      BYTES.toString('base64').replace('=', ''),
      BYTES.toString('base64url'),
      ` ${BYTES.toString('base64')}\r\n`,
    ]
    for (const text of texts) assert.deepEqual(parseKey(text)?.bytes, BYTES, text)
    assert.equal(new Set(texts.map((text) => parseKey(text)?.id)).size, 1)
  })

  test('has a fingerprint that tells it from others, and nothing of it', () => {
    const id = parseKey(BYTES.toString('hex'))?.id ?? ''
    assert.match(id, /^[0-9a-f]{12}$/)
    assert.notEqual(id, parseKey(Buffer.alloc(32, 1).toString('hex'))?.id)
    assert.ok(!BYTES.toString('hex').includes(id))
  })

  for (const text of ['', 'hunter2', 'ab'.repeat(31), 'ab'.repeat(33), 'x'.repeat(44)]) {
    test(`is not ${JSON.stringify(text)}`, () => assert.equal(parseKey(text), undefined))
  }

  test('that is made is in a file for this user only, and read from it', (t) => {
    const path = join(folderOf(t), 'secret.key')
    const made = makeKeyFile(path)
    assert.deepEqual(readKey({ kind: 'file', path, mayMake: false }), made)
    if (process.platform !== 'win32') assert.equal(statSync(path).mode & 0o777, 0o600)
  })

  test('is never made over one that is there', (t) => {
    const path = join(folderOf(t), 'secret.key')
    makeKeyFile(path)
    const before = readFileSync(path)
    assert.throws(() => makeKeyFile(path), { code: 'EEXIST' })
    assert.deepEqual(readFileSync(path), before)
  })

  test('that takes the place of another is in its file only then', (t) => {
    const path = join(folderOf(t), 'secret.key')
    const source = { kind: 'file', path, mayMake: false } as const
    const before = makeKeyFile(path)
    prepareKeyFile(path) // Whoever prepared this one was stopped.
    const { key, replace } = prepareKeyFile(path)
    assert.deepEqual(readKey(source), before)
    replace()
    assert.deepEqual(readKey(source), key)
    assert.equal(existsSync(`${path}.new`), false)
  })

  test('that cannot be read says why, and never what it is', (t) => {
    const path = join(folderOf(t), 'secret.key')
    const problem = (read: () => unknown) => {
      try {
        read()
      } catch (error) {
        if (error instanceof AppError) return `${error.code} ${error.explanation}`
      }
      return assert.fail('it was read')
    }
    const source = { kind: 'file', path, mayMake: true } as const
    assert.match(
      problem(() => readKey(source)),
      /^SECRET_KEY_MISSING .*secret\.key/,
    )
    writeFileSync(path, 'hunter2')
    assert.match(
      problem(() => readKey(source)),
      /^OPTION_INVALID .*secret\.key.*32 bytes/,
    )
    assert.match(
      problem(() => readKey({ kind: 'given', text: secret('hunter2') })),
      /^OPTION_INVALID .*SECRET_KEY/,
    )
    assert.doesNotMatch(
      problem(() => readKey(source)),
      /hunter2/,
    )
    if (process.getuid?.() === 0) return // root reads what nobody may read
    chmodSync(path, 0)
    assert.match(
      problem(() => readKey(source)),
      /^SECRET_KEY_MISSING .*EACCES/,
    )
  })
})

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-key-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}
