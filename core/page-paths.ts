/** Where a page finds things, below the address of the server. `:writeKey` stands for the source's write key. */
export type PagePaths = {
  /** In front of all of them: empty, or such as `/wren`. */
  readonly prefix: string
  readonly settings: string
  readonly customerioBuild: string
  readonly segmentBuild: string
  /** The folders of the parts that the builds load by themselves. */
  readonly customerioParts: string
  readonly segmentParts: string
  /** Events go to `/t`, `/i` and so on below it. */
  readonly events: string
  /** The folder of our plugins. */
  readonly plugins: string
}

/** The addresses that the vendors' libraries ask for by themselves. */
export const USUAL_PATHS: PagePaths = {
  prefix: '',
  settings: '/v1/projects/:writeKey/settings',
  customerioBuild: '/v1/analytics-js/snippet/:writeKey/analytics.min.js',
  segmentBuild: '/analytics.js/v1/:writeKey/analytics.min.js',
  customerioParts: '/v1/analytics-js',
  segmentParts: '/analytics-next/bundles',
  events: '/v1',
  plugins: '/v1/plugins',
}

/**
 * The same under a path of one's own, with names that say nothing: what blocks trackers on a page goes by names such as
 * `analytics`. The folder of the plugins is one that the browser libraries' option `obfuscate` can find again: it looks
 * for the folder's name in the whole address.
 */
export function ownPaths(prefix: string): PagePaths {
  return {
    prefix,
    settings: `${prefix}/j/:writeKey`,
    customerioBuild: `${prefix}/c/:writeKey.js`,
    segmentBuild: `${prefix}/s/:writeKey.js`,
    customerioParts: `${prefix}/k`,
    segmentParts: `${prefix}/k`,
    events: `${prefix}/e`,
    plugins: `${prefix}/p0`,
  }
}

/** What a page may see in an address of its own: one or more plain names. */
export const PAGE_PREFIX = /^(\/[A-Za-z0-9_-]+)+$/

export function withWriteKey(path: string, writeKey: string): string {
  return path.replace(':writeKey', writeKey)
}
