import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import { maskOf, secretsIn, secretsOf } from './mask.ts'
import { secret } from './secret.ts'

const PLAIN = 'planted-secret-1'
const HARD = 'p&"w\\ö 1/2+%?x'
const base64 = (text: string) => Buffer.from(text).toString('base64')

describe('a mask', () => {
  const mask = maskOf([PLAIN, HARD])
  const rows: readonly [what: string, text: string, masked: string][] = [
    ['it as it is', `key=${PLAIN}; again ${PLAIN}`, 'key=***; again ***'],
    ['several', `${HARD} and ${PLAIN}`, '*** and ***'],
    ['it in JSON', JSON.stringify({ a: HARD }), '{"a":"***"}'],
    [
      'it in an address',
      `https://x.example/?k=${encodeURIComponent(HARD)}&n=1`,
      'https://x.example/?k=***&n=1',
    ],
    ['it in small percent codes', encodeURIComponent(HARD).toLowerCase(), '***'],
    ['it in an address with little encoded', encodeURI(HARD), '***'],
    ['it in a form', new URLSearchParams({ k: HARD }).toString(), 'k=***'],
    [
      'it in base64, but for the bits that it shares with what follows',
      base64(PLAIN).replace(/=*$/, ''),
      '***Q',
    ],
    ['it in base64 for addresses', Buffer.from(HARD).toString('base64url'), '***'],
    ['the beginning of it, where a text was cut', 'It answered 401: planted-s', 'It answered 401: ***'],
    ['the same before a sign that it was cut', `${HARD.slice(0, -1)}…`, '***…'],
    ['no word at the end that is only a little like it', 'it was plant', 'it was plant'],
    ['nothing where it is not', 'planted-secret-2 and cGxhbnRlZA==', 'planted-secret-2 and cGxhbnRlZA=='],
  ]
  for (const [what, text, masked] of rows) {
    test(`hides ${what}`, () => assert.equal(mask(text), masked))
  }

  for (const user of ['', 'u', 'us', 'use', 'user']) {
    test(`hides it in base64 behind "${user}:" and before more`, () => {
      for (const end of ['', 'z', 'zz', 'zzz']) {
        const shown = mask(`Basic ${base64(`${user}:${PLAIN}${end}`)}`)
        assert.match(shown, /^Basic .*\*\*\*/)
        const rest = Buffer.from(shown.slice(6).replace('***', ''), 'base64').toString()
        assert.ok(!rest.includes('planted') && !rest.includes('secret'), rest)
      }
    })
  }

  test('hides the longer one first, where one is a part of the other', () => {
    assert.equal(maskOf(['planted', 'planted-and-more'])('planted-and-more, planted'), '***, ***')
  })

  test('takes a text with dollars in it as it is', () => {
    assert.equal(maskOf(["a$&b$'c"])("x a$&b$'c y"), 'x *** y')
  })

  describe('hides a short one where it stands by itself:', () => {
    const rows: readonly [secret: string, text: string, masked: string][] = [
      ['abc', 'abc', '***'],
      ['abc', '{"key":"abc"} key=abc&x=1 Bearer abc', '{"key":"***"} key=***&x=1 Bearer ***'],
      ['abc', 'abcd xabc abc1 fabcf', 'abcd xabc abc1 fabcf'],
      ['a', 'a banana', '*** banana'],
      ['.*', 'a .* b', 'a *** b'],
      ['-]', 'x -] y', 'x *** y'],
      ['\ud83d', 'x \ufffd y', 'x *** y'],
      ['', 'nothing', 'nothing'],
    ]
    for (const [short, text, masked] of rows) {
      test(`${JSON.stringify(short)} in ${text}`, () => assert.equal(maskOf([short])(text), masked))
    }
    test('beside long ones', () => assert.equal(maskOf([PLAIN, 'ab'])(`ab ${PLAIN} about`), '*** *** about'))
  })

  test('is nothing without any', () => assert.equal(maskOf([])(PLAIN), PLAIN))

  test('does not fail on halves of characters', () => {
    assert.equal(maskOf(['half \ud83d half'])('x half \ud83d half'), 'x ***')
  })
})

test('the secrets of settings and of a request are found', () => {
  const values = { appId: '1', apiKey: secret('one'), more: null, nested: { reveal: 1 } }
  assert.deepEqual(secretsIn(values), ['one'])
  const url = 'https://x.example/hook?page=2&apiKey=six&X-Token=sev%20en'
  assert.deepEqual(secretsIn({ url, help: 'key=no' }), ['six', 'sev en'])
  const request = { method: 'POST', url: 'https://x.example' } as const
  assert.deepEqual(secretsOf(request), [])
  const signature = { header: 'x', secret: secret('two') }
  const bearer = { scheme: 'bearer', token: secret('three') } as const
  assert.deepEqual(secretsOf({ ...request, signature, authorization: bearer }), ['two', 'three'])
  const basic = { scheme: 'basic', user: 'ada', password: secret('four') } as const
  assert.deepEqual(secretsOf({ ...request, authorization: basic }), ['four', base64('ada:four')])
  const long = { ...basic, password: secret('four-and-more') }
  assert.deepEqual(secretsOf({ ...request, authorization: long }), ['four-and-more'])
  const own = { scheme: 'own', value: secret('Bearer five-and-more') } as const
  assert.deepEqual(secretsOf({ ...request, authorization: own }), ['Bearer five-and-more', 'five-and-more'])
})

test('a secret shows itself to nobody who does not ask', () => {
  const one = secret(PLAIN)
  for (const shown of [
    `${one}`,
    String(one),
    inspect(one),
    inspect({ one }, { showHidden: true, getters: true }),
  ]) {
    assert.doesNotMatch(shown, /planted/)
  }
  assert.equal(JSON.stringify({ one, list: [one] }), '{"one":"***","list":["***"]}')
  assert.equal(one.reveal(), PLAIN)
})
