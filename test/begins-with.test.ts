// What a server reads before it is ready: each file costs a quarter of a millisecond and memory for good, docs/profile.md.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'

const ROOT = join(import.meta.dirname, '..')
const STATIC = /^(?:import|export) (?!type\b)(?:[^'";]*? from )?'([^']+)'/gm

const rows: readonly [entry: string, packages: readonly string[], never: readonly string[]][] = [
  [
    'server/main.ts',
    ['croner', 'ipaddr.js', 'liquidjs', 'yaml'],
    ['server/app.ts', 'server/cli/plan.ts', 'server/cli/remote/verbs.ts'],
  ],
  [
    'server/app.ts',
    ['croner', 'fastify', 'ipaddr.js', 'kysely', 'liquidjs', 'otpauth', 'typebox', 'uqr', 'yaml'],
    ['server/admin/compile.ts', 'server/readers.ts', 'server/delivery/deliver.ts', 'server/mcp/tool.ts'],
  ],
  [
    'server/readers-thread.ts',
    ['ipaddr.js', 'liquidjs'],
    ['server/store/sqlite.ts', 'server/queries/kysely.ts'],
  ],
]
for (const [entry, packages, never] of rows) {
  test(`${entry} begins with what it needs alone`, () => {
    const { files, used } = begunWith(entry)
    assert.ok(files.size > 100, 'the imports are read')
    const asked = [...used].filter((name) => !name.startsWith('node:')).sort()
    assert.deepEqual(asked, packages, 'Import it where it is called: await import(…).')
    assert.deepEqual(
      never.filter((file) => files.has(file)),
      [],
      'It is for what comes later: move what is needed of it, or import it where it is called.',
    )
  })
}

function begunWith(entry: string) {
  const files = new Set([entry])
  const used = new Set<string>()
  for (const file of files) {
    for (const [, name = ''] of readFileSync(join(ROOT, file), 'utf8').matchAll(STATIC)) {
      if (name.startsWith('.')) files.add(relative(ROOT, join(ROOT, dirname(file), name)))
      else used.add(name)
    }
  }
  return { files, used }
}
