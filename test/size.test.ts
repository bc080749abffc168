// What goes into a page is small, and runs under a strict content security policy.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { buildScripts } from '../scripts/build-plugin.mjs'
import { bundle } from './page-bundle.ts'

const LANGUAGES_BYTES_MAX = 6_144
const PARSER_BYTES_MAX = 3_584

const gzippedBytes = (text: string) => gzipSync(text, { level: 9 }).length

test(`triggers and mappings without Liquid are at most ${LANGUAGES_BYTES_MAX} bytes gzipped`, async () => {
  const code = await bundle({
    compileNode: 'core/trigger/compile.ts',
    compileChecked: 'core/mapping/checked.ts',
  })
  const bytes = gzippedBytes(code)
  assert.ok(bytes <= LANGUAGES_BYTES_MAX, `${bytes} bytes: look at what the closures import`)
  assert.doesNotMatch(
    code,
    /\beval\b|\bnew Function\b|\bimport\(|\brequire\(|\bprocess\b|\bdocument\b|\bBuffer\b/,
  )
})

test(`the parser of triggers, for pages that edit them, adds at most ${PARSER_BYTES_MAX} bytes`, async () => {
  const bytes = gzippedBytes(await bundle({ readTrigger: 'core/trigger/parse.ts' }))
  assert.ok(bytes <= PARSER_BYTES_MAX, `${bytes} bytes`)
})

test('Liquid is not among them, and runs in a page without Node', async () => {
  const code = await bundle({ liquid: 'core/mapping/liquid.ts' })
  assert.ok(gzippedBytes(code) > 15_000, 'this is the chunk that is loaded only where a mapping uses Liquid')
  assert.doesNotMatch(code, /\bnew Function\b|\beval\(|from"node:|from"fs"|\brequire\("/)
})

/** Gzipped, as a page gets them. The first is what a page gets whose mappings and triggers are simple. */
const SCRIPT_BYTES_MAX = {
  'heap-web': 4_096,
  'heap-web-full': 8_704,
  'heap-web-liquid': 34_000,
  'heap-session': 512,
}

test('the scripts for pages stay small, and run under a strict content security policy', async () => {
  const scripts = await buildScripts()
  assert.deepEqual([...scripts.keys()].toSorted(), Object.keys(SCRIPT_BYTES_MAX).toSorted())
  for (const [name, bytes_max] of Object.entries(SCRIPT_BYTES_MAX)) {
    const code = scripts.get(name) as string
    const bytes = gzippedBytes(code)
    assert.ok(bytes <= bytes_max, `${name}: ${bytes} bytes, ${bytes_max} are allowed`)
    assert.doesNotMatch(
      code,
      /\bnew Function\b|\beval\(|\bimport\(|\brequire\(|document\.write|innerHTML/,
      name,
    )
  }
})
