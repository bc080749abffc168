// npm run sbom: what is shipped, as CycloneDX JSON: the packages that are installed with it, and those that are built into its
// files. npm tells of each; which of them those are is said by scripts/shipped.ts.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type Bill, onlyShipped } from './bill.ts'
import { lockFiles } from './shipped.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const BYTES_MAX = 100_000_000

const [own, ...others] = lockFiles(ROOT).map(({ folder, lock, shipped }) => {
  const { stdout, stderr, status } = spawnSync(
    'npm',
    ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'],
    { cwd: `${ROOT}${folder}`, encoding: 'utf8', maxBuffer: BYTES_MAX },
  )
  if (status !== 0) throw new Error(`npm sbom failed in ${folder}: ${stderr}`)
  return onlyShipped(JSON.parse(stdout) as Bill, lock, shipped)
})
if (own === undefined) throw new Error('there is no lock file')
const known = new Set(own.components.map((one) => one['bom-ref']))
const more = others.flatMap(({ components }) => components).filter((one) => !known.has(one['bom-ref']))
const edges = others.flatMap(({ dependencies }) => dependencies)
const ofMore = edges.filter(({ ref }) => more.some((one) => one['bom-ref'] === ref))
// npm calls it by its folder.
const component = { ...own.metadata.component, name: 'millrace' }
const bill = {
  ...own,
  metadata: { ...own.metadata, component },
  components: [...own.components, ...more],
  dependencies: [...own.dependencies, ...ofMore],
}
process.stdout.write(`${JSON.stringify(bill, null, 2)}\n`)
