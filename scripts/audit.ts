// npm run audit: the lock files (hashes, origins, licences, install scripts), then what npm knows of vulnerabilities in what is
// shipped. Where no registry answers that, the first half alone decides, and it is said.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { lockProblems } from './audit-lock.ts'
import { lockFiles } from './shipped.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const WITHIN_MS = 60_000
/** Lower ones are told and do not fail: most are of code that is never reached. */
const FAILS_FROM = ['high', 'critical'] as const

type Report = {
  readonly metadata?: object
  readonly vulnerabilities?: Readonly<
    Record<string, { readonly severity: string; readonly range: string; readonly nodes?: readonly string[] }>
  >
}

let wrong = 0
for (const { folder, lock, shipped } of lockFiles(ROOT)) {
  const problems = lockProblems(lock, shipped)
  for (const problem of problems) console.error(problem)
  const name = folder === '.' ? 'package-lock.json' : `${folder}/package-lock.json`
  console.log(
    `${name}: ${Object.keys(lock.packages).length - 1} packages, ${shipped.size} shipped, ${problems.length} problems`,
  )
  wrong += problems.length + severeIn(folder, shipped)
}
process.exitCode = wrong === 0 ? 0 : 1

/** How many known vulnerabilities of what is shipped are severe; told are all of them. */
function severeIn(folder: string, shipped: ReadonlySet<string>): number {
  const { stdout } = spawnSync('npm', ['audit', '--package-lock-only', '--json'], {
    cwd: `${ROOT}${folder}`,
    encoding: 'utf8',
    timeout: WITHIN_MS,
  })
  const { metadata, vulnerabilities = {} } = readReport(stdout ?? '') ?? {}
  if (metadata === undefined) {
    console.log('npm audit: the registry did not answer; only the lock file was looked at')
    return 0
  }
  const found = Object.entries(vulnerabilities).filter(([, { nodes = [] }]) =>
    nodes.some((path) => shipped.has(path)),
  )
  for (const [name, { severity, range }] of found) console.error(`${name} ${range}: ${severity}`)
  console.log(`npm audit: ${found.length} known vulnerabilities in what is shipped`)
  return found.filter(([, { severity }]) => FAILS_FROM.some((one) => one === severity)).length
}

function readReport(text: string): Report | undefined {
  try {
    return JSON.parse(text) as Report
  } catch {
    return undefined
  }
}
