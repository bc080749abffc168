import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, test } from 'node:test'
import { AppError } from '../errors.ts'
import type { JsonObject } from '../event.ts'
import { compileRedaction, redactedHash, redactionOf } from './redact.ts'
import type { RedactRule } from './rule.ts'

const SALT = 'a salt of this installation'
const redact = (event: JsonObject, ...rules: RedactRule[]) => compileRedaction(rules, SALT)(event)
const EVENT: JsonObject = {
  type: 'track',
  messageId: 'card 4111 1111 1111 1111',
  event: 'Bought',
  userId: 'ada@example.com',
  properties: {
    email: 'ada@example.com',
    total: 5,
    card: 4111111111111111,
    note: 'Call +49 30 1234567, or ada@example.com.',
  },
  context: {
    ip: '10.0.0.1',
    traits: { email: 'a@b.co', name: 'Ada' },
    list: [{ password: 'x' }, { password: 'y', n: 1 }],
  },
}

type RowOf = { title: string; rules: RedactRule[]; at: string; becomes: unknown }
const ROWS: readonly RowOf[] = [
  {
    title: 'drops a place',
    rules: [{ path: 'properties.email', how: 'drop' }],
    at: 'properties.email',
    becomes: undefined,
  },
  {
    title: 'masks a place',
    rules: [{ path: 'properties.email', how: 'mask' }],
    at: 'properties.email',
    becomes: '***',
  },
  {
    title: 'keeps the end of what it masks',
    rules: [{ path: 'properties.email', how: 'mask', keepLast: 4 }],
    at: 'properties.email',
    becomes: '***.com',
  },
  {
    title: 'keeps never more than half',
    rules: [{ path: 'context.traits.name', how: 'mask', keepLast: 8 }],
    at: 'context.traits.name',
    becomes: '***a',
  },
  {
    title: 'masks what is no text',
    rules: [{ path: 'properties.total', how: 'mask' }],
    at: 'properties.total',
    becomes: '***',
  },
  {
    title: 'masks an object whole',
    rules: [{ path: 'context.traits', how: 'mask' }],
    at: 'context.traits',
    becomes: '***',
  },
  {
    title: 'hashes under the salt',
    rules: [{ path: 'userId', how: 'hash' }],
    at: 'userId',
    becomes: createHmac('sha256', SALT).update('ada@example.com').digest('hex'),
  },
  {
    title: 'takes any key for *',
    rules: [{ path: 'context.traits.*', how: 'drop' }],
    at: 'context.traits',
    becomes: {},
  },
  {
    title: 'takes any depth for **',
    rules: [{ path: '**.password', how: 'mask' }],
    at: 'context.list',
    becomes: [{ password: '***' }, { password: '***', n: 1 }],
  },
  {
    title: 'takes none for **',
    rules: [{ path: 'context.**.ip', how: 'drop' }],
    at: 'context.ip',
    becomes: undefined,
  },
  {
    title: 'takes everything below for ** at the end',
    rules: [{ path: 'context.traits.**', how: 'mask' }],
    at: 'context.traits',
    becomes: { email: '***', name: '***' },
  },
  {
    title: 'takes a place in a list',
    rules: [{ path: 'context.list[0]', how: 'drop' }],
    at: 'context.list',
    becomes: [{ password: 'y', n: 1 }],
  },
  {
    title: 'finds a pattern anywhere',
    rules: [
      { pattern: 'email', how: 'mask' },
      { pattern: 'phone', how: 'drop' },
    ],
    at: 'properties.note',
    becomes: 'Call , or ***.',
  },
  {
    title: 'finds a number that is a card',
    rules: [{ pattern: 'card', how: 'mask', keepLast: 4 }],
    at: 'properties.card',
    becomes: '***1111',
  },
  {
    title: 'leaves the ids alone where no rule names them',
    rules: [
      { pattern: 'email', how: 'mask' },
      { path: '**', how: 'mask' },
    ],
    at: 'userId',
    becomes: 'ada@example.com',
  },
  {
    title: 'leaves what delivery needs alone',
    rules: [
      { pattern: 'card', how: 'mask' },
      { path: '**', how: 'mask' },
    ],
    at: 'messageId',
    becomes: 'card 4111 1111 1111 1111',
  },
  {
    title: 'looks for a pattern at a place only',
    rules: [{ path: 'properties.note', pattern: 'email', how: 'drop' }],
    at: 'properties.email',
    becomes: 'ada@example.com',
  },
  {
    title: 'finds an expression',
    rules: [{ regex: 'Call (\\+[\\d ]+)', how: 'mask' }],
    at: 'properties.note',
    becomes: '***, or ada@example.com.',
  },
  {
    title: 'applies rules to what those before left',
    rules: [
      { path: 'properties.email', how: 'mask' },
      { regex: '\\*+', how: 'hash' },
    ],
    at: 'properties.email',
    becomes: redactedHash(SALT, '***'),
  },
]

describe('redaction', () => {
  for (const { title, rules, at, becomes } of ROWS) {
    test(title, () => {
      const before = structuredClone(EVENT)
      const after = redact(EVENT, ...rules)
      const value = at
        .split('.')
        .reduce<unknown>((inside, key) => (inside as Record<string, unknown>)[key], after)
      assert.deepEqual(value, becomes)
      assert.deepEqual(EVENT, before, 'the event itself is not touched')
    })
  }

  test('gives back the very event when nothing is found', () => {
    assert.equal(
      redact(EVENT, { pattern: 'ssn', how: 'drop' }, { path: 'properties.none', how: 'drop' }),
      EVENT,
    )
  })

  test('looks into names of properties when it is told to', () => {
    const event = { type: 'track', properties: { 'a@b.co': 1 } }
    assert.equal(redact(event, { pattern: 'email', how: 'mask' }), event)
    assert.deepEqual(redact(event, { pattern: 'email', how: 'mask', keys: true }).properties, { '***': 1 })
  })

  test('keeps a key that would be a prototype what it is', () => {
    const event = JSON.parse('{"type":"track","properties":{"__proto__":{"email":"a@b.co"}}}')
    const { properties } = redact(event, { pattern: 'email', how: 'mask' }) as { properties: object }
    assert.equal(JSON.stringify(properties), '{"__proto__":{"email":"***"}}')
  })

  test('a rule that fails names itself and nothing of the event, and lets nothing through', () => {
    const slow: RedactRule = { regex: '(a?){200}b|(a*){9}c', how: 'drop' }
    const event = { type: 'track', properties: { text: 'a'.repeat(60_000) } }
    assert.throws(
      () => redact(event, { path: 'properties.x', how: 'drop' }, slow),
      (error) => {
        assert.ok(error instanceof AppError && error.code === 'REDACTION_FAILED')
        assert.deepEqual(error.details['rule'], 2)
        assert.ok(!error.explanation.includes('aaaa'), error.explanation)
        return true
      },
    )
  })

  test('rules that cannot be compiled let nothing through either', () => {
    const broken = redactionOf([{ regex: '(', how: 'drop' }], SALT)
    assert.throws(() => broken?.(EVENT), { code: 'REDACTION_FAILED' })
    assert.equal(redactionOf([], SALT), undefined)
    assert.equal(redactionOf(undefined, SALT), undefined)
  })
})
