// What a person waits for before the first page is there: what index.html loads, and the chunk of Connections.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const SCRIPT_BYTES_MAX = 174_080
const EDITOR_BYTES_MAX = 215_040
const STYLE_BYTES_MAX = 12_288
const DIST = join(import.meta.dirname, '../web/dist')

type Chunk = { readonly file: string; readonly imports?: readonly string[] }
const manifest = JSON.parse(readFileSync(join(DIST, '.vite/manifest.json'), 'utf8')) as Record<string, Chunk>

/** The files of a chunk and of all that it imports at once. */
function filesOf(name: string, seen = new Set<string>()): readonly string[] {
  if (seen.has(name)) return []
  seen.add(name)
  const { file, imports = [] } = manifest[name] as Chunk
  return [file, ...imports.flatMap((one) => filesOf(one, seen))]
}

function gzippedBytes(files: Iterable<string>): number {
  return [...files].reduce((sum, file) => sum + bytesOf(file), 0)
}

function bytesOf(file: string): number {
  try {
    return readFileSync(join(DIST, `${file}.gz`)).length
  } catch {
    return readFileSync(join(DIST, file)).length
  }
}

test(`the first page loads at most ${SCRIPT_BYTES_MAX} bytes of script, gzipped`, (context) => {
  const files = new Set([...filesOf('index.html'), ...filesOf('connections/ConnectionsPage.tsx'), 'theme.js'])
  const bytes = gzippedBytes(files)
  context.diagnostic(`${bytes} bytes in ${files.size} files`)
  assert.ok(bytes <= SCRIPT_BYTES_MAX, `${bytes} bytes: look at what web/app and web/connections import`)
})

test(`the action editor, opened at once, at most ${EDITOR_BYTES_MAX} bytes, and no editor of code`, (context) => {
  const files = new Set([...filesOf('index.html'), ...filesOf('actions/ActionEditorPage.tsx'), 'theme.js'])
  const bytes = gzippedBytes(files)
  context.diagnostic(`${bytes} bytes in ${files.size} files`)
  assert.ok(bytes <= EDITOR_BYTES_MAX, `${bytes} bytes: look at what web/actions imports`)
  const code = manifest['actions/code/CodeEditor.tsx']?.file
  assert.ok(code !== undefined && !files.has(code), 'CodeMirror is loaded when somebody writes code')
})

test(`and at most ${STYLE_BYTES_MAX} bytes of style`, () => {
  const index = readFileSync(join(DIST, 'index.html'), 'utf8')
  const styles = [...index.matchAll(/href="\/(assets\/[^"]+\.css)"/g)].map(([, file]) => file as string)
  assert.ok(styles.length > 0 && gzippedBytes(styles) <= STYLE_BYTES_MAX, `${gzippedBytes(styles)} bytes`)
})
