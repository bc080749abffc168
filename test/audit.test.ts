import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { type Lock, lockProblems } from '../scripts/audit-lock.ts'

for (const file of ['package-lock.json', 'site/package-lock.json']) {
  test(`${file} is sound: hashes, origins, licences, and nothing that runs by itself`, () => {
    assert.deepEqual(lockProblems(JSON.parse(readFileSync(file, 'utf8')) as Lock), [])
  })
}

describe('a lock file is not sound with', () => {
  const right = { version: '1.0.0', license: 'MIT', integrity: 'sha512-AAAA' }
  const rows: readonly [what: string, entry: Lock['packages'][string], problem: string | undefined][] = [
    ['a package that is right', right, undefined],
    ['one of two licences', { ...right, license: '(WTFPL OR MIT)' }, undefined],
    ['a package without a hash', { version: '1.0.0', license: 'MIT' }, 'a: has no sha512 hash'],
    ['a part of another package', { version: '1.0.0', license: 'MIT', inBundle: true }, undefined],
    ['a weak hash', { ...right, integrity: 'sha1-AAAA' }, 'a: has no sha512 hash'],
    [
      'a package from elsewhere',
      { ...right, resolved: 'git+ssh://git@example.com/a.git' },
      'a: comes from elsewhere than the registry',
    ],
    ['a licence that asks for more', { ...right, license: 'GPL-3.0' }, 'a: its licence is GPL-3.0'],
    [
      'two licences, one of which asks for more',
      { ...right, license: 'MIT AND GPL-3.0' },
      'a: its licence is MIT AND GPL-3.0',
    ],
    ['no licence', { version: '1.0.0', integrity: 'sha512-AAAA' }, 'a: its licence is not said'],
    [
      'a licence that is for building only, shipped',
      { ...right, license: 'MPL-2.0' },
      'a: its licence is MPL-2.0',
    ],
    ['a licence that is for building, not shipped', { ...right, license: 'MPL-2.0', dev: true }, undefined],
    ['a script that runs', { ...right, hasInstallScript: true }, 'a: runs a script when it is installed'],
  ]
  for (const [what, entry, problem] of rows) {
    test(`${what}: ${problem ?? 'sound'}`, () => {
      const found = lockProblems({ packages: { '': {}, 'node_modules/b/node_modules/a': entry } })
      assert.deepEqual(found, problem === undefined ? [] : [problem])
    })
  }
})
