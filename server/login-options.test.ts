import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type OptionName, readServerConfig } from './config.ts'
import { checkLogin, ssoOptions } from './login-options.ts'

type Given = Partial<Record<OptionName, string>>
const ISSUER = { 'oidc-issuer': 'https://id.example.com', 'oidc-client-id': 'millrace' }
const loginOf = (given: Given) => readServerConfig(given, {}).login

describe('single sign-on', () => {
  const rows: readonly (readonly [string, Given, 'there' | 'none' | string])[] = [
    ['nothing', {}, 'none'],
    ['an issuer and a client', ISSUER, 'there'],
    ['an issuer and a client, and nothing but that', { ...ISSUER, 'oidc-only': 'on' }, 'there'],
    ['an issuer and a client where login is off', { ...ISSUER, login: 'off' }, 'none'],
    [
      'an issuer alone',
      { 'oidc-issuer': 'https://id.example.com' },
      '--oidc-client-id (MILLRACE_OIDC_CLIENT_ID)',
    ],
    ['only single sign-on, and none', { 'oidc-only': 'on' }, '--oidc-only (MILLRACE_OIDC_ONLY)'],
    ['a client alone', { 'oidc-client-id': 'millrace' }, 'none'],
  ]
  for (const [what, given, expected] of rows) {
    test(`with ${what} is ${expected}`, () => {
      const read = () => ssoOptions(loginOf(given))
      if (expected === 'none') assert.equal(read(), undefined)
      else if (expected === 'there') assert.equal(read()?.issuer, 'https://id.example.com')
      else
        assert.throws(read, (error: { code: string; details: { option: string } }) => {
          assert.deepEqual([error.code, error.details.option], ['OPTION_INVALID', expected])
          return true
        })
    })
  }
})

describe('without login', () => {
  const rows: readonly (readonly [string, boolean])[] = [
    ['127.0.0.1', true],
    ['127.8.8.8', true],
    ['::1', true],
    ['localhost', true],
    ['0.0.0.0', false],
    ['::', false],
    ['192.168.1.10', false],
    ['127.0.0.1.example.com', false],
    ['millrace.example.com', false],
  ]
  for (const [host, isAllowed] of rows) {
    test(`the admin side ${isAllowed ? 'may' : 'may not'} listen at ${host}`, () => {
      checkLogin(loginOf({ login: 'on' }), host)
      const check = () => checkLogin(loginOf({ login: 'off' }), host)
      if (isAllowed) check()
      else assert.throws(check, { code: 'OPTION_INVALID' })
    })
  }
})
