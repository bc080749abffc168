// npm run audit: the lock file (hashes, origins, licences, install scripts), then what npm knows of vulnerabilities in what is
// shipped. Where no registry answers that, the first half alone decides, and it is said.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { type Lock, lockProblems } from './audit-lock.ts'

const WITHIN_MS = 60_000
/** Lower ones are told and do not fail: most are of code that is never reached. */
const FAILS_FROM = ['high', 'critical'] as const

type Report = {
  readonly metadata?: { readonly vulnerabilities?: Readonly<Record<string, number>> }
  readonly vulnerabilities?: Readonly<Record<string, { readonly severity: string; readonly range: string }>>
}

const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')) as Lock
const problems = lockProblems(lock)
for (const problem of problems) console.error(problem)
console.log(
  `package-lock.json: ${Object.keys(lock.packages).length - 1} packages, ${problems.length} problems`,
)

const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], {
  encoding: 'utf8',
  timeout: WITHIN_MS,
})
const report = readReport(stdout ?? '')
const counts = report?.metadata?.vulnerabilities
if (counts === undefined)
  console.log('npm audit: the registry did not answer; only the lock file was looked at')
else {
  for (const [name, { severity, range }] of Object.entries(report?.vulnerabilities ?? {})) {
    console.error(`${name} ${range}: ${severity}`)
  }
  console.log(`npm audit: ${counts['total'] ?? 0} known vulnerabilities in what is shipped`)
}
const severe = FAILS_FROM.reduce((sum, severity) => sum + (counts?.[severity] ?? 0), 0)
process.exitCode = problems.length + severe === 0 ? 0 : 1

function readReport(text: string): Report | undefined {
  try {
    return JSON.parse(text) as Report
  } catch {
    return undefined
  }
}
