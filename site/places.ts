/** Where a document of the project stands in the site: `docs/errors.md` is `/docs/errors`. */
export type Place = { readonly from: string; readonly to: string }
export type Group = { readonly title: string; readonly places: readonly Place[] }

/** Decisions are many, and are listed as they come. */
const DECISIONS = /^docs\/adr\/([\w-]+)\.md$/

const GROUPS: readonly Group[] = [
  group('Start', ['README.md', 'index'], 'installing', 'coming-from-segment-and-customer-io', 'glossary'),
  group(
    'Sources',
    'javascript',
    ['examples/README.md', 'examples'],
    'import',
    'tracking-plans',
    'sql-source',
    'transformations',
  ),
  group(
    'Destinations',
    ['destinations/heap/README.md', 'destinations/heap'],
    ['destinations/heap-web/README.md', 'destinations/heap-web'],
    'heap-examples',
    ['docs/spec/destination.md', 'destinations/rules'],
  ),
  group('Languages', 'triggers', 'mappings'),
  group(
    'Operating',
    ...[
      'configuration',
      'configuration-as-code',
      'operating',
      'scaling',
      'metrics',
      'people',
      'cli',
      'agents',
    ],
    ['sandbox/README.md', 'sandbox'],
  ),
  group('Security', 'security', 'secrets', 'privacy', ['SECURITY.md', 'reporting']),
  group('Reference', 'errors', 'api', ['CHANGELOG.md', 'changelog']),
  group(
    'Inside',
    ['ARCHITECTURE.md', 'architecture'],
    ['server/log/README.md', 'inside/log'],
    ['server/ledger/README.md', 'inside/ledger'],
    ['server/event-index/README.md', 'inside/event-index'],
    'simulation',
    'profile',
    'benchmarks',
    'benchmarks-cluster',
    'benchmarks-isolation',
    'benchmarks-pages',
    'benchmarks-pending',
    ['CONTRIBUTING.md', 'contributing'],
    ['STYLE.md', 'style'],
  ),
]

/**
 * All documents of the site by theme, the decisions last.
 *
 * @param documents paths of Markdown files from the project's folder, `docs/errors.md`; none of those that the themes
 *   name may be missing
 */
export function groupsOf(documents: readonly string[]): readonly Group[] {
  const decisions = documents.flatMap((from) => {
    const name = DECISIONS.exec(from)?.[1]
    return name === undefined ? [] : [{ from, to: `decisions/${name}` }]
  })
  return [...GROUPS, { title: 'Decisions', places: decisions }]
}

function group(title: string, ...entries: readonly (string | readonly [from: string, to: string])[]): Group {
  const places = entries.map((entry) => {
    const [from, to] = typeof entry === 'string' ? [`docs/${entry}.md`, entry] : entry
    return { from, to }
  })
  return { title, places }
}
