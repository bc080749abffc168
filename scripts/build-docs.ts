// npm run build:docs: the documents as a site into site/dist/, which the admin port serves at /docs. VitePress is 75
// packages and 100 MB that nothing else here needs: so it is no dependency of the project, but installed when this is run, into
// a folder that no one else sees. Does nothing when the site is as new as what it is made of; --force builds anyway;
// --optional leaves the site out, and says so, where the tools cannot be installed.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import { closed, deadLinks, openPlaces } from '../site/closed.ts'
import { groupsOf, type Place } from '../site/places.ts'
import { PICTURES, relink } from '../site/relink.ts'

const ROOT = join(import.meta.dirname, '..')
const DIST = join(ROOT, 'site/dist')
const STAMP = join(DIST, '.made-of')
const BASE = '/docs/'
/** Below this, the headers of a compressed answer are as large as what they save. */
const COMPRESS_FROM_BYTES = 512

const documents = globSync('{*.md,{docs,destinations,examples,sandbox,server}/**/*.md}', {
  cwd: ROOT,
  exclude: (name) => /(?:^|\/)(?:node_modules|dist)$/.test(String(name)),
}).toSorted()
const groups = groupsOf(documents)
const places = groups.flatMap((group) => group.places)

const lock = readFileSync(join(ROOT, 'site/package-lock.json'), 'utf8')
const tools = join(ROOT, 'node_modules/.cache/docs-site', hashed(lock))
const stamp = madeOf()
if (process.argv.includes('--force') || !existsSync(STAMP) || readFileSync(STAMP, 'utf8') !== stamp) {
  rmSync(DIST, { recursive: true, force: true })
  if (installed()) write()
  else if (process.argv.includes('--optional')) {
    console.warn(
      'The documents are left out of the build: VitePress could not be installed (npm run build:docs).',
    )
  } else throw new Error('VitePress could not be installed')
}

/** Whether VitePress is there. */
function installed(): boolean {
  const main = join(tools, 'node_modules/vitepress/bin/vitepress.js')
  if (existsSync(main)) return true
  console.log('Installing VitePress')
  mkdirSync(tools, { recursive: true })
  for (const file of ['package.json', 'package-lock.json'])
    cpSync(join(ROOT, 'site', file), join(tools, file))
  const options = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline', '--fetch-retries=1']
  const { status } = spawnSync('npm', ['ci', ...options], {
    cwd: tools,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return status === 0 && existsSync(main)
}

function write(): void {
  const source = join(tools, 'source')
  const fresh = `${DIST}.new`
  rmSync(source, { recursive: true, force: true })
  rmSync(fresh, { recursive: true, force: true })
  layOut(source)
  const main = join(tools, 'node_modules/vitepress/bin/vitepress.js')
  const args = [main, 'build', source, '--outDir', fresh]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: tools, encoding: 'utf8' })
  if (status !== 0) throw new Error(`VitePress failed:\n${stdout}\n${stderr}`)
  close(fresh)
  rmSync(join(fresh, 'hashmap.json'))
  for (const file of globSync('**/*.{js,css,html,svg}', { cwd: fresh })) compress(join(fresh, file))
  writeFileSync(join(fresh, '.made-of'), stamp)
  // Put in place as a whole: a server may be sending what was there.
  renameSync(fresh, DIST)
}

/** The documents where the site has them, with VitePress's own files and the navigation. */
function layOut(source: string): void {
  for (const { from, to } of places) {
    const { text, pictures } = relink(readFileSync(join(ROOT, from), 'utf8'), from, places)
    put(join(source, `${to}.md`), text)
    for (const picture of pictures) cpSync(join(ROOT, picture), join(source, PICTURES, basename(picture)))
  }
  cpSync(join(ROOT, 'site/vitepress'), join(source, '.vitepress'), { recursive: true })
  cpSync(join(ROOT, 'site/public'), join(source, 'public'), { recursive: true })
  cpSync(join(ROOT, 'web/public/favicon.svg'), join(source, 'public/favicon.svg'))
  const navigation = groups.map(({ title, places: items }) => ({
    text: title,
    items: items.map((place) => ({
      text: titleOf(place),
      link: place.to === 'index' ? '/' : `/${place.to}`,
    })),
  }))
  put(join(source, '.vitepress/navigation.json'), JSON.stringify(navigation))
}

function titleOf({ from }: Place): string {
  const title = /^# (.+)$/m.exec(readFileSync(join(ROOT, from), 'utf8'))?.[1]
  if (title === undefined) throw new Error(`${from} has no title`)
  return title
}

/** Makes pages fit for the content security policy, and looks whether they do and whether their links lead somewhere. */
function close(folder: string): void {
  const nameOf = (id: string, text: string) => `assets/${id}.${hashed(text).slice(0, 8)}.js`
  const pages = new Map<string, string>()
  for (const file of globSync('**/*.html', { cwd: folder })) {
    const { html, scripts } = closed(readFileSync(join(folder, file), 'utf8'), BASE, nameOf)
    for (const [name, text] of scripts) put(join(folder, name), text)
    writeFileSync(join(folder, file), html)
    pages.set(file.slice(0, -'.html'.length), html)
  }
  const open = [...pages].flatMap(([name, html]) => openPlaces(html).map((place) => `${name}: ${place}`))
  const problems = [...open, ...deadLinks(pages, BASE)]
  if (problems.length > 0) throw new Error(`The site is not sound:\n${problems.join('\n')}`)
}

function compress(file: string): void {
  const bytes = readFileSync(file)
  if (bytes.length < COMPRESS_FROM_BYTES) return
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
  }
  writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params }))
}

function put(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

/** A hash of all that the site is made of. */
function madeOf(): string {
  const own = globSync('{site/{*.{ts,json},vitepress/**/*.*,public/*},scripts/build-docs.ts}', { cwd: ROOT })
  const files = [...own, ...places.map(({ from }) => from)].toSorted()
  return hashed(files.map((file) => `${file}\n${readFileSync(join(ROOT, file), 'utf8')}`).join('\n'))
}

function hashed(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}
