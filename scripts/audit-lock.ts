export type Lock = {
  readonly packages: Readonly<
    Record<
      string,
      {
        readonly version?: string
        readonly license?: string
        readonly integrity?: string
        readonly resolved?: string
        readonly hasInstallScript?: boolean
        readonly dev?: boolean
        readonly link?: boolean
        /** A part of the package around it, whose hash stands for it. */
        readonly inBundle?: boolean
        readonly dependencies?: Readonly<Record<string, string>>
        readonly peerDependencies?: Readonly<Record<string, string>>
        readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
      }
    >
  >
}

/** Licences that ask for no more than their text: https://blueoakcouncil.org/list */
const FREE = new Set([
  ...[
    'MIT',
    'MIT-0',
    'ISC',
    '0BSD',
    'BSD-2-Clause',
    'BSD-3-Clause',
    'Apache-2.0',
    'BlueOak-1.0.0',
    'Unlicense',
  ],
  'CC0-1.0',
])
/** Of what is not shipped besides: their own files stay under it, and nothing of them is in the package. */
const FREE_TO_BUILD_WITH = new Set(['MPL-2.0'])
/** Their package.json does not say it: the file LICENSE of each was read. */
const READ_BY_HAND: Readonly<Record<string, string>> = {
  '@segment/facade': 'MIT',
  '@segment/isodate': 'MIT',
  '@segment/isodate-traverse': 'MIT',
  'new-date': 'MIT',
  'customerio-gist-web': 'MIT',
  '@customerio/cdp-analytics-node': 'MIT',
}
/** These run something when they are installed, and are needed: the compiler of the pages, and the Node of this project. */
const MAY_RUN = new Set(['esbuild', 'node', 'fsevents'])

/**
 * What is wrong with a lock file: a package without its hash, from elsewhere, under another licence, or that runs by itself.
 *
 * @param shipped Paths of packages that are for building, and parts of which are in what is built.
 */
export function lockProblems(
  { packages }: Lock,
  shipped: ReadonlySet<string> = new Set(),
): readonly string[] {
  return Object.entries(packages).flatMap(([path, entry]) => {
    if (path === '' || entry.link === true) return []
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
    const license = entry.license ?? ''
    const known = READ_BY_HAND[name] ?? license
    const { resolved } = entry
    return [
      ...(entry.inBundle === true || /^sha512-/.test(entry.integrity ?? '')
        ? []
        : [`${name}: has no sha512 hash`]),
      ...(resolved === undefined || resolved.startsWith('https://registry.npmjs.org/')
        ? []
        : [`${name}: comes from elsewhere than the registry`]),
      ...(isFree(known, entry.dev === true && !shipped.has(path))
        ? []
        : [`${name}: its licence is ${license || 'not said'}`]),
      ...(entry.hasInstallScript === true && !MAY_RUN.has(name)
        ? [`${name}: runs a script when it is installed`]
        : []),
    ]
  })
}

/** `(MIT OR WTFPL)`: one of them is enough; `MIT AND ISC`: both are needed. */
function isFree(license: string, isForBuilding: boolean): boolean {
  const plain = license.replaceAll(/[()]/g, '')
  return plain
    .split(' OR ')
    .some((choice) =>
      choice.split(' AND ').every((one) => FREE.has(one) || (isForBuilding && FREE_TO_BUILD_WITH.has(one))),
    )
}
