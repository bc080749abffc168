import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { identityOf, roleAtLogin, roleOf } from './sso-claims.ts'
import type { GroupRole } from './sso-options.ts'

const BASE = { iss: 'https://id.example', sub: '1' }

describe('what a provider says', () => {
  const groups: readonly (readonly [string, object, readonly string[]])[] = [
    ['groups', { groups: ['a', 'b'] }, ['a', 'b']],
    ['groups', { groups: 'a' }, ['a']],
    ['groups', {}, []],
    ['groups', { groups: [1, null, 'a', {}] }, ['a']],
    ['groups', { groups: { a: true } }, []],
    ['realm_access.roles', { realm_access: { roles: ['a'] } }, ['a']],
    ['https://example.com/groups', { 'https://example.com/groups': ['a'] }, ['a']],
    ['a.b', { 'a.b': ['x'], a: { b: ['y'] } }, ['x']],
    ['constructor.name', {}, []],
    ['__proto__', {}, []],
  ]
  for (const [claim, claims, expected] of groups) {
    test(`${claim} of ${JSON.stringify(claims)} is ${JSON.stringify(expected)}`, () => {
      assert.deepEqual(identityOf({ ...BASE, ...claims }, claim).groups, expected)
    })
  }

  const addresses: readonly (readonly [object, string | undefined, boolean])[] = [
    [{ email: 'Ada@Example.com', email_verified: true }, 'ada@example.com', true],
    [{ email: 'ada@example.com' }, 'ada@example.com', false],
    [{ email: 'ada@example.com', email_verified: 'true' }, 'ada@example.com', false],
    [{ preferred_username: 'ada@example.com', email_verified: true }, 'ada@example.com', false],
    [{ preferred_username: 'ada', upn: 'ada@example.com' }, 'ada@example.com', false],
    [{ preferred_username: 'ada' }, undefined, false],
    [{}, undefined, false],
  ]
  for (const [claims, email, isVerified] of addresses) {
    test(`${JSON.stringify(claims)} is ${email ?? 'no address'}, ${isVerified ? '' : 'not '}vouched for`, () => {
      const identity = identityOf({ ...BASE, ...claims }, 'groups')
      assert.deepEqual([identity.email, identity.isVerified], [email, isVerified])
      assert.equal(identity.sso, 'https://id.example 1')
    })
  }
})

describe('the role of groups', () => {
  const roles: readonly GroupRole[] = [
    { group: 'all', role: 'viewer', personal: false },
    { group: 'support', role: 'viewer', personal: true },
    { group: 'growth', role: 'editor', personal: false },
    { group: 'data', role: 'admin', personal: false },
  ]
  const rows: readonly (readonly [readonly string[], ReturnType<typeof roleOf>])[] = [
    [['all'], { role: 'viewer', personal: false }],
    [['all', 'support'], { role: 'viewer', personal: true }],
    [['growth', 'all'], { role: 'editor', personal: false }],
    [['data', 'growth', 'all'], { role: 'admin', personal: false }],
    [['Data'], undefined],
    [[], undefined],
  ]
  for (const [groups, expected] of rows) {
    test(`${groups.join(', ') || 'none'} is ${expected?.role ?? 'none'}`, () => {
      assert.deepEqual(roleOf(groups, roles), expected)
    })
  }

  const viewer = { role: 'viewer', personal: false } as const
  const logins: readonly (readonly [
    string,
    readonly string[],
    readonly GroupRole[],
    'viewer' | undefined,
    boolean,
    unknown,
  ])[] = [
    ['no roles, no default, new', ['data'], [], undefined, false, 'refuse'],
    ['no roles, no default, known', ['data'], [], undefined, true, 'keep'],
    ['no roles, a default, new', [], [], 'viewer', false, viewer],
    ['no roles, a default, known', [], [], 'viewer', true, 'keep'],
    ['roles, no group, new', ['x'], roles, undefined, false, 'refuse'],
    ['roles, no group, known', ['x'], roles, undefined, true, 'refuse'],
    ['roles, no group, a default, known', ['x'], roles, 'viewer', true, viewer],
    ['roles, a group, known', ['all'], roles, 'viewer', true, viewer],
    ['roles, a group, new', ['data'], roles, undefined, false, { role: 'admin', personal: false }],
  ]
  for (const [what, groups, given, defaultRole, isKnown, expected] of logins) {
    test(`at a login with ${what}: ${JSON.stringify(expected)}`, () => {
      const identity = { ...identityOf(BASE, 'groups'), groups }
      assert.deepEqual(roleAtLogin(identity, { roles: given, defaultRole }, isKnown), expected)
    })
  }
})
