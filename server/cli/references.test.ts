import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { inFolder } from './cli.fixtures.ts'
import { lookUpIn } from './references.ts'

describe('what a configuration file refers to', () => {
  const rows: readonly [what: string, kind: 'env' | 'file', name: string, found: string | RegExp][] = [
    ['a variable', 'env', 'SET', 'planted\n'],
    ['a variable that is not set', 'env', 'UNSET', /variable UNSET is not set/],
    ['an empty variable', 'env', 'EMPTY', /variable EMPTY is empty/],
    ['a file beside it, without its last line break', 'file', 'key', 'one\ntwo'],
    ['a file of Windows', 'file', './windows', 'one'],
    ['a file that is not there', 'file', 'none', /none cannot be read: ENOENT/],
    ['a folder', 'file', '.', /cannot be read: EISDIR/],
    ['an empty file', 'file', 'empty', /empty is empty/],
    ['a large file', 'file', 'large', /over the limit of 65536 bytes/],
  ]
  for (const [what, kind, name, expected] of rows) {
    test(`may be ${what}`, () =>
      inFolder(async (folder) => {
        const files = { key: 'one\ntwo\n', windows: 'one\r\n', empty: '\n', large: 'x'.repeat(65_537) }
        for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text)
        const variables: Record<string, string> = { SET: 'planted\n', EMPTY: '' }
        const found = lookUpIn(folder, (variable) => variables[variable])({ kind, name }, [])
        if (typeof expected === 'string') assert.deepEqual(found, { ok: true, text: expected })
        else assert.match(found.ok ? '' : found.problem, expected)
      }))
  }
})
