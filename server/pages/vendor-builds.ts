import { readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { PagePaths } from '../../core/page-paths.ts'

export const VENDORS = ['customerio', 'segment'] as const
export type Vendor = (typeof VENDORS)[number]

const PACKAGES = {
  customerio: '@customerio/cdp-analytics-browser',
  segment: '@segment/analytics-next',
} as const
/** What the vendors' own servers put the source's key into. It stands in each build once. */
const WRITE_KEY_PLACE = '__WRITE_KEY__'
const BUILD = 'standalone.js'
/** The package's entry for other bundlers: no page asks for it. */
const NO_PART = new Set([BUILD, 'index.js'])
/** Names that hold a hash of the content, as Segment's do. */
const HASHED = /\.[0-9a-f]{20}\.js$/

/**
 * The vendors' libraries for browsers, as they are in their npm packages, with the notice that their licence (MIT) asks
 * for. `customerio` in a page becomes `cioanalytics`, `segment` becomes `analytics`.
 */
export function vendorBuild(vendor: Vendor) {
  const require = createRequire(import.meta.url)
  const manifest = require.resolve(`${PACKAGES[vendor]}/package.json`)
  const folder = join(dirname(manifest), 'dist/umd')
  const { name, version } = JSON.parse(readFileSync(manifest, 'utf8')) as { name: string; version: string }
  const license = readFileSync(join(dirname(manifest), 'LICENSE.MD'), 'utf8').trim()
  const parts = new Set(readdirSync(folder).filter((file) => file.endsWith('.js') && !NO_PART.has(file)))
  const copyright = license.split('\n').filter((line) => line.startsWith('Copyright'))

  return {
    version,
    parts,
    /** The whole library for one source. With paths of one's own it looks for its parts and its settings there. */
    async build(writeKey: string, paths: PagePaths): Promise<string> {
      const text = await readFile(join(folder, BUILD), 'utf8')
      const keyed = replaceOnce(text, WRITE_KEY_PLACE, writeKey)
      return `/*! ${name} ${version}\n\n${license}\n*/\n${paths.prefix === '' ? keyed : moved(keyed, vendor, paths)}`
    },
    /** One of the parts that the library loads when it needs it. */
    async part(file: string): Promise<string> {
      const text = await readFile(join(folder, file), 'utf8')
      return `/*! ${name} ${version}, MIT licence (whole in analytics.min.js), ${copyright.join(', ')} */\n${text}`
    },
  }
}
export type VendorBuild = ReturnType<typeof vendorBuild>

export function isHashed(file: string): boolean {
  return HASHED.test(file)
}

/** The addresses that a build puts behind the server's: as they stand in it, and what they become. */
function moved(
  text: string,
  vendor: Vendor,
  { prefix, settings, customerioParts, segmentParts }: PagePaths,
): string {
  const below = (path: string) => path.slice(prefix.length)
  const [before = '', behind = ''] = below(settings).split(':writeKey')
  const [from, to] =
    vendor === 'customerio'
      ? ['+"/v1/analytics-js/":', `+"${below(customerioParts)}/":`]
      : ['+"/analytics-next/bundles/":', `+"${below(segmentParts)}/":`]
  return replaceOnce(
    replaceOnce(replaceOnce(text, '"/v1/projects/"', `"${before}"`), '"/settings"', `"${behind}"`),
    from,
    to,
  )
}

/** A new version of a package may be built otherwise: then this must be looked at again. */
function replaceOnce(text: string, from: string, to: string): string {
  const parts = text.split(from)
  if (parts.length !== 2)
    throw new Error(`${JSON.stringify(from)} stands ${parts.length - 1} times in the build`)
  return parts.join(to)
}
