import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Lock, lockProblems } from '../scripts/audit-lock.ts'
import { type Bill, nameOf, onlyShipped } from '../scripts/bill.ts'
import { bundledRoots, lockFiles, shippedPaths } from '../scripts/shipped.ts'

const FILES = lockFiles('.')
for (const { folder, lock, shipped } of FILES) {
  test(`the lock file in ${folder} is sound: hashes, origins, licences, and nothing that runs by itself`, () => {
    assert.deepEqual(lockProblems(lock, shipped), [])
  })
}

describe('What is shipped', () => {
  const names = new Set(FILES.flatMap(({ shipped }) => [...shipped].map(nameOf)))
  const rows: readonly [what: string, has: boolean, packages: readonly string[]][] = [
    ['has what is installed with it', true, ['fastify', 'pg', 'mysql2', 'ajv']],
    [
      'has what the pages are made of',
      true,
      ['react', 'react-dom', 'radix-ui', '@codemirror/view', 'scheduler'],
    ],
    [
      'has what speaks to agents',
      true,
      ['@modelcontextprotocol/server', '@modelcontextprotocol/core', 'zod'],
    ],
    ['has what the site of the documents is made of', true, ['vue', '@vue/runtime-core', 'minisearch']],
    [
      'has not what builds and tests it',
      false,
      ['vite', 'esbuild', 'typescript', 'playwright-core', 'vitepress'],
    ],
  ]
  for (const [what, has, packages] of rows) {
    test(what, () =>
      assert.deepEqual(
        packages.filter((name) => names.has(name) !== has),
        [],
      ),
    )
  }

  test('is found by what is imported, and by what that needs, where Node finds it', () => {
    assert.ok(bundledRoots('.').includes('@modelcontextprotocol/server'))
    const lock: Lock = {
      packages: {
        '': {},
        'node_modules/a': { dev: true, dependencies: { b: '1', c: '1' } },
        'node_modules/a/node_modules/b': {
          dev: true,
          version: '2.0.0',
          peerDependencies: { d: '1', e: '1' },
          peerDependenciesMeta: { e: { optional: true } },
        },
        'node_modules/b': { dev: true, version: '1.0.0' },
        'node_modules/c': { version: '1.0.0' },
        'node_modules/d': { dev: true },
        'node_modules/e': { dev: true },
      },
    }
    const shipped = shippedPaths(lock, ['a'])
    assert.deepEqual([...shipped].toSorted(), [
      'node_modules/a',
      'node_modules/a/node_modules/b',
      'node_modules/c',
      'node_modules/d',
    ])
    const of = (name: string, version: string) => ({ 'bom-ref': `${name}@${version}`, name, version })
    const bill: Bill = {
      metadata: { component: of('millrace', '1.0.0') },
      components: [of('b', '2.0.0'), of('b', '1.0.0'), of('c', '1.0.0')],
      dependencies: [{ ref: 'millrace@1.0.0', dependsOn: ['b@1.0.0', 'c@1.0.0'] }, { ref: 'b@1.0.0' }],
    }
    const left = onlyShipped(bill, lock, shipped)
    assert.deepEqual(
      left.components.map((one) => one['bom-ref']),
      ['b@2.0.0', 'c@1.0.0'],
    )
    assert.deepEqual(left.dependencies, [{ ref: 'millrace@1.0.0', dependsOn: ['c@1.0.0'] }])
  })

  test('a licence that is for building only is none for what is built in', () => {
    const packages = { 'node_modules/a': { license: 'MPL-2.0', integrity: 'sha512-AAAA', dev: true } }
    assert.deepEqual(lockProblems({ packages }, new Set(['node_modules/a'])), ['a: its licence is MPL-2.0'])
  })
})

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
