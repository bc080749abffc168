// npm run build:plugin: the scripts for pages into plugin/dist/, each under a name with a hash of its content, and
// manifest.json with the names. Does nothing when they are as new as what they are made of; --force builds anyway.
import { createHash } from 'node:crypto'
import {
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const DIST = join(ROOT, 'plugin', 'dist')
const MANIFEST = join(DIST, 'manifest.json')
const STAMP = join(DIST, '.made-of')
/** What their licences ask for, of the packages that a script has parts of. */
const NOTICES = { 'heap-web-liquid': notice('liquidjs') }

/** The text of each script, by name. */
export async function buildScripts() {
  const { build } = await import('esbuild')
  const entries = globSync('plugin/bundles/*.ts', { cwd: ROOT }).sort()
  const built = entries.map(async (entry) => {
    const { outputFiles } = await build({
      entryPoints: [join(ROOT, entry)],
      bundle: true,
      minify: true,
      write: false,
      platform: 'browser',
      format: 'iife',
      target: 'es2022',
      legalComments: 'none',
      // The compiler's strict mode would put words into the script that a bundle of modules does not need.
      tsconfigRaw: '{}',
    })
    return [basename(entry, '.ts'), outputFiles[0].text]
  })
  return new Map(await Promise.all(built))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await write(process.argv.includes('--force'))

async function write(isForced) {
  const stamp = madeOf()
  if (!isForced && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === stamp && isComplete()) return
  mkdirSync(DIST, { recursive: true })
  const manifest = {}
  for (const [name, code] of await buildScripts()) {
    const text = `${NOTICES[name] ?? ''}${code}`
    const file = `${name}.${hash(text).slice(0, 16)}.js`
    writeFileSync(join(DIST, file), text)
    manifest[name] = file
  }
  replace(MANIFEST, `${JSON.stringify(manifest, null, 2)}\n`)
  writeFileSync(STAMP, stamp)
  const known = new Set([...Object.values(manifest), 'manifest.json', '.made-of'])
  for (const file of readdirSync(DIST)) if (!known.has(file)) rmSync(join(DIST, file))
}

/** A hash of all that the scripts can be made of: their sources, and what the lock file names. */
function madeOf() {
  const files = [
    ...globSync('{plugin,core}/**/*.ts', { cwd: ROOT }).filter((file) => !file.endsWith('.test.ts')),
    'package-lock.json',
    'scripts/build-plugin.mjs',
  ].sort()
  return hash(files.map((file) => `${file}\n${readFileSync(join(ROOT, file), 'utf8')}`).join('\n'))
}

function isComplete() {
  if (!existsSync(MANIFEST)) return false
  return Object.values(JSON.parse(readFileSync(MANIFEST, 'utf8'))).every((file) =>
    existsSync(join(DIST, file)),
  )
}

function notice(name) {
  const folder = join(ROOT, 'node_modules', name)
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return `/*! With parts of ${name} ${version}\n\n${readFileSync(join(folder, 'LICENSE'), 'utf8').trim()}\n*/\n`
}

/** At once: a server may be starting. */
function replace(file, text) {
  writeFileSync(`${file}.new`, text)
  renameSync(`${file}.new`, file)
}

function hash(text) {
  return createHash('sha256').update(text).digest('hex')
}
