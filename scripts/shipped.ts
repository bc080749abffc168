import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Lock } from './audit-lock.ts'

/** What is built into the package as one file each, from packages that nobody who installs it gets as such. */
const BUNDLED_FROM = ['web', 'plugin', 'server/mcp/sdk.ts']
const IMPORTED = /(?:from|import\(|@import|^import) ?['"]((?:@[\w.-]+\/)?[\w.-]+)(?:\/[^'"]*)?['"]/gm
const IS_SOURCE = /(?<!\.test|\.fixtures)\.(tsx?|css)$/
/** Of VitePress, what is in the pages that it makes: https://vitepress.dev/guide/what-is-vitepress */
const SITE_ROOTS = ['vue', '@vueuse/core', '@vueuse/integrations', 'focus-trap', 'mark.js', 'minisearch']

/**
 * The packages of a lock file that reach whoever installs Millrace, by their paths in it: those that are installed with it, and those
 * that are built into its files. The others build and test it.
 *
 * @param roots Names of packages that are built in.
 */
export function shippedPaths({ packages }: Lock, roots: readonly string[]): ReadonlySet<string> {
  const paths = Object.entries(packages).filter(([path, { dev }]) => path !== '' && dev !== true)
  const found = new Set(paths.map(([path]) => path))
  const todo = roots.map((name) => ({ from: '', name }))
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const path = pathOf(packages, next.from, next.name)
    if (path === undefined || found.has(path)) continue
    found.add(path)
    const { dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = packages[path] ?? {}
    const peers = Object.keys(peerDependencies).filter(
      (name) => peerDependenciesMeta[name]?.optional !== true,
    )
    for (const name of [...Object.keys(dependencies), ...peers]) todo.push({ from: path, name })
  }
  return found
}

/** Where Node finds a package: beside who asks for it, or further up. */
function pathOf(packages: Lock['packages'], from: string, name: string): string | undefined {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const path = at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`
    if (packages[path] !== undefined) return path
    if (at === '') return undefined
    if (!at.includes('/node_modules/')) at = ''
  }
}

/** The names of the packages that what is built in one file each is made of: those that its sources import. */
export function bundledRoots(root: string): readonly string[] {
  const texts = BUNDLED_FROM.flatMap((from) => sourcesIn(root, from)).map((path) =>
    readFileSync(path, 'utf8'),
  )
  const names = texts.flatMap((text) => [...text.matchAll(IMPORTED)].map(([, name = '']) => name))
  return [...new Set(names)].filter((name) => !name.startsWith('.') && !name.startsWith('node:')).toSorted()
}

function sourcesIn(root: string, from: string): readonly string[] {
  if (IS_SOURCE.test(from)) return [join(root, from)]
  return readdirSync(join(root, from), { recursive: true, encoding: 'utf8' })
    .filter((name) => IS_SOURCE.test(name) && !/(^|\/)(dist|node_modules)\//.test(name))
    .map((name) => join(root, from, name))
}

/** The lock files, each with what of it is shipped. The site's own packages are all for building. */
export function lockFiles(
  root: string,
): readonly { readonly folder: string; readonly lock: Lock; readonly shipped: ReadonlySet<string> }[] {
  const read = (folder: string) =>
    JSON.parse(readFileSync(join(root, folder, 'package-lock.json'), 'utf8')) as Lock
  const [lock, site] = [read('.'), read('site')]
  const building = Object.entries(site.packages).map(
    ([path, entry]) => [path, { ...entry, dev: true }] as const,
  )
  return [
    { folder: '.', lock, shipped: shippedPaths(lock, bundledRoots(root)) },
    {
      folder: 'site',
      lock: site,
      shipped: shippedPaths({ packages: Object.fromEntries(building) }, SITE_ROOTS),
    },
  ]
}
