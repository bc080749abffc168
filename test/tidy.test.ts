// The rules of STYLE.md that a machine can hold. Each failure names the culprit and what to do.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join, normalize } from 'node:path'
import { test } from 'node:test'
import { ERRORS } from '../core/errors.ts'
import { functionsOf, headingsOf, importsOf, linksOf, withoutCommentsAndTexts } from './tidy/read.ts'
import { ANYTHING, EXCUSED_FUNCTIONS, ROOMS, roomOf } from './tidy/rooms.ts'

const FILE_LINES_MAX = 400
const FUNCTION_LINES_MAX = 70
const ROOT = join(import.meta.dirname, '..')
process.chdir(ROOT)

type File = { readonly path: string; readonly text: string }
const tracked = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { encoding: 'utf8' })
  .split('\n')
  .filter((path) => path !== '' && existsSync(path))
const read = (pattern: RegExp): readonly File[] =>
  tracked.filter((path) => pattern.test(path)).map((path) => ({ path, text: readFileSync(path, 'utf8') }))
const code = read(/\.(ts|tsx|mjs)$/)
const documents = read(/\.md$/)
const isForTests = (path: string) =>
  /\.(test|conformance|type-test|fixtures)\.tsx?$|(^|\/)testing\.ts$|\/conformance\//.test(path)
const shipped = code.filter(({ path }) => !isForTests(path) && !/^(test|bench|scripts)\//.test(path))

function none(found: readonly string[], fix: string): void {
  assert.deepEqual(found, [], `${fix}\n${found.join('\n')}`)
}

test('rooms import only the rooms below them', () => {
  const crossed = shipped.flatMap(({ path, text }) =>
    importsOf(text)
      .filter((name) => name.startsWith('.'))
      .map((name) => roomOf(normalize(join(dirname(path), name))))
      .filter((room) => room !== roomOf(path) && !mayImport(path, room))
      .map((room) => `${path} imports ${room}`),
  )
  none(crossed, 'Move the code, or turn the import round; test/tidy/rooms.ts has the table.')
})

test('a room uses only the packages that it was given', () => {
  const crossed = shipped.flatMap(({ path, text }) =>
    importsOf(text)
      .filter((name) => !name.startsWith('.'))
      .filter(
        (name) =>
          !(ROOMS[roomOf(path)]?.packages ?? []).some(
            (given) => name === given || name.startsWith(given.endsWith(':') ? given : `${given}/`),
          ),
      )
      .map((name) => `${path} imports ${name}`),
  )
  none(crossed, 'Say in an ADR why the room needs the package, and add it in test/tidy/rooms.ts.')
})

test('what runs anywhere knows no clock, no chance, no process and no console', () => {
  const banned = /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bprocess\.|\bconsole\.|\bperformance\./
  const found = shipped
    .filter(({ path }) => /^(core|destinations)\//.test(path))
    .filter(({ text }) => banned.test(withoutCommentsAndTexts(text)))
  none(
    found.map(({ path }) => path),
    'Pass the time, the random numbers or the output in from the rim.',
  )
})

test('code points within a text are read by core/code-point.ts', () => {
  const found = shipped.filter(({ text }) => /\.codePointAt\((?!0\))/.test(withoutCommentsAndTexts(text)))
  none(
    found.map(({ path }) => path),
    "The engine's own reads beyond the end of a part of a text.",
  )
})

test('only server/config.ts reads the environment', () => {
  const found = shipped.filter(
    ({ path, text }) => path !== 'server/config.ts' && /\bprocess\.env\b/.test(withoutCommentsAndTexts(text)),
  )
  none(
    found.map(({ path }) => path),
    'Make it an option in server/config.ts.',
  )
})

test(`no file is over ${FILE_LINES_MAX} lines, no function over ${FUNCTION_LINES_MAX}`, () => {
  const files = code.filter(({ text }) => text.split('\n').length > FILE_LINES_MAX).map(({ path }) => path)
  const functions = shipped.flatMap(({ path, text }) =>
    functionsOf(text)
      .filter(({ lines }) => lines > FUNCTION_LINES_MAX)
      .map(({ name, lines }) => ({ place: `${path} ${name}`, lines }))
      .filter(({ place }) => EXCUSED_FUNCTIONS[place] === undefined)
      .map(({ place, lines }) => `${place}: ${lines} lines`),
  )
  none([...files, ...functions], 'Cut it where one idea ends and the next begins.')
})

test('no words that say nothing, and nothing that does not strip', () => {
  const names = tracked.filter((path) =>
    /(^|\/|-)(utils?|helpers?|common|misc|services?|managers?|connectors?)(\.|\/|-|$)/i.test(path),
  )
  const banned: readonly [RegExp, string][] = [
    [/\benum\s+\w+\s*\{/, 'a union instead of an enum'],
    [/\bexport default\b/, 'a named export'],
    [/^\s*(export )?class (?!AppError\b)/m, 'a function that returns an object'],
    [/\b(TODO|FIXME|XXX)\b/, 'do it, or write it into an ADR'],
    [/\b(test|describe|it)\.only\b/, 'run all tests'],
  ]
  const found = code.flatMap(({ path, text }) =>
    banned
      .filter(([pattern]) => pattern.test(withoutCommentsAndTexts(text)))
      .map(([, fix]) => `${path}: ${fix}`),
  )
  none([...names, ...found], 'Use the words of docs/glossary.md.')
})

test('tests wait for conditions, not for time', () => {
  const found = code.filter(
    ({ path, text }) =>
      path.endsWith('.test.ts') && /setTimeout\(\s*(r|resolve|done)\b|await wait\(\d{3,}\)/.test(text),
  )
  none(
    found.map(({ path }) => path),
    'Wait for the condition, or move the clock.',
  )
})

test('a skipped test says why', () => {
  const found = code.flatMap(({ path, text }) =>
    [...withoutCommentsAndTexts(text).matchAll(/\.skip\(\s*\)|skip: true/g)].map(
      ({ index }) => `${path} at ${index}`,
    ),
  )
  none(found, 'Give the reason as a text.')
})

test('every error code is documented, and no other', () => {
  const documented = headingsOf(readFileSync('docs/errors.md', 'utf8')).filter((heading) =>
    /^[A-Z_]+$/.test(heading),
  )
  assert.deepEqual(
    documented,
    Object.keys(ERRORS),
    'docs/errors.md has one "## CODE" for each code of core/errors.ts, in its order.',
  )
})

test('links in documents lead somewhere', () => {
  const dead = documents.flatMap(({ path, text }) =>
    linksOf(text)
      .filter((link) => !/^[a-z]+:/.test(link))
      .filter((link) => !resolves(path, link))
      .map((link) => `${path} -> ${link}`),
  )
  none(dead, 'Mend the link.')
})

test('the commands in the documents exist', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }
  const named = documents.flatMap(({ path, text }) =>
    [...text.matchAll(/\bnpm (?:run ([\w:-]+)|(start|test))\b/g)].map((match) => ({
      path,
      name: match[1] ?? match[2] ?? '',
    })),
  )
  none(
    named
      .filter(({ name }) => scripts[name] === undefined)
      .map(({ path, name }) => `${path}: npm run ${name}`),
    'Add the script to package.json, or mend the document.',
  )
  assert.ok(named.some(({ path }) => path === 'README.md'))
})

test('the project speaks of itself alone', () => {
  const found = [...code, ...documents].filter(
    ({ path, text }) => path !== 'test/tidy.test.ts' && /\/work\/|\bissue #?\d+\b|\.\.\/shared\//i.test(text),
  )
  none(
    found.map(({ path }) => path),
    'Write what the reader needs into the project.',
  )
})

test('file names are kebab-case', () => {
  const found = code.filter(
    ({ path }) => !/^([a-z0-9-]+\.)+(ts|tsx|mjs)$|^[A-Z]\w+\.tsx$/.test(basename(path)),
  )
  none(
    found.map(({ path }) => path),
    'Rename the file.',
  )
})

test('limits of SQLite are bound as server/sqlite/limit.ts says', () => {
  const found = code.filter(
    ({ path, text }) =>
      path.startsWith('server/') &&
      path !== 'server/sqlite/limit.ts' &&
      /\blimit \?(?=[`'"),]|$)/m.test(text),
  )
  none(
    found.map(({ path }) => path),
    'Write LIMIT in place of `limit ?`: such a statement is prepared anew each time.',
  )
})

function mayImport(path: string, room: string): boolean {
  const allowed = ROOMS[roomOf(path)]?.imports
  return allowed === ANYTHING || (allowed?.includes(room) ?? false)
}

function resolves(path: string, link: string): boolean {
  const [file = '', anchor] = link.split('#')
  const target = file === '' ? path : normalize(join(dirname(path), file))
  if (!existsSync(target)) return false
  if (anchor === undefined || !target.endsWith('.md')) return true
  const anchors = headingsOf(readFileSync(target, 'utf8')).map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
  return anchors.includes(anchor.toLowerCase())
}
