// npm test [-- PART…]: runs every test file, or those whose path holds one of the parts.
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'

const FILE_WITHIN_MS = 300_000
/** Beside each other: one more than CI has cores, as servers that are killed and started again are mostly waited for. */
const FILES_AT_ONCE = 3
/** Its multiples, without their whole part, lie as far from those before them as any number's. */
const GOLDEN = (Math.sqrt(5) - 1) / 2
const FOLDERS = [
  'core',
  'contract',
  'destinations',
  'server',
  'sandbox',
  'verify',
  'scripts',
  'test',
  'bench',
  'plugin',
  'site',
  'web',
]

// Hundreds of processes read the same TypeScript: once it is compiled, a test file of the server begins in half of the time.
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, '../node_modules/.cache/compiled')

const parts = process.argv.slice(2)
const files = spread(
  globSync(`{${FOLDERS.join(',')}}/**/*.test.ts`)
    .filter((file) => parts.length === 0 || parts.some((part) => file.includes(part)))
    .sort(),
)
if (files.length === 0) {
  console.error(`No test file matches ${parts.join(', ')}.`)
  process.exit(1)
}

const counts = { passed: 0, failed: 0, skipped: 0 }
const tests = run({ files, concurrency: FILES_AT_ONCE, timeout: FILE_WITHIN_MS })
tests.on('test:pass', ({ skip, details }) => {
  if (details.type === 'suite') return
  if (skip === undefined || skip === false) counts.passed += 1
  else counts.skipped += 1
})
tests.on('test:fail', ({ details }) => {
  if (details.type !== 'suite') counts.failed += 1
  process.exitCode = 1
})
tests.compose(new spec()).pipe(process.stdout)
process.once('exit', () => {
  console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
})

/**
 * Tests of the whole product evenly among those of parts, which only compute, and those of a folder away from each other: in some
 * nearly all is waiting, others keep a browser busy. The same order each time.
 */
function spread(sorted) {
  const whole = sorted.filter((file) => file.startsWith('test/'))
  const parts = sorted.filter((file) => !file.startsWith('test/'))
  return [
    ...whole.map((file, n) => ({ file, place: (n * GOLDEN) % 1 })),
    ...parts.map((file, n) => ({ file, place: n / parts.length })),
  ]
    .sort((a, b) => a.place - b.place)
    .map(({ file }) => file)
}
