// npm run changelog: what the next release would say, from changes/ and what is unreleased in CHANGELOG.md.
// --release 0.2.0 writes it there and removes the files.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Change, changeProblems, released, section } from './changelog-text.ts'

const ROOT = join(import.meta.dirname, '..')
const FOLDER = join(ROOT, 'changes')
const CHANGELOG = join(ROOT, 'CHANGELOG.md')

const { values } = parseArgs({ options: { release: { type: 'string' } } })
const changes: readonly Change[] = readdirSync(FOLDER)
  .filter((name) => name !== 'README.md')
  .toSorted()
  .map((name) => ({ name, text: readFileSync(join(FOLDER, name), 'utf8') }))
const problems = changes.flatMap(changeProblems)
if (problems.length > 0) {
  for (const problem of problems) console.error(problem)
  process.exitCode = 1
} else {
  const changelog = readFileSync(CHANGELOG, 'utf8')
  if (values.release === undefined) console.log(section(changelog, changes))
  else {
    const day = new Date().toISOString().slice(0, 10)
    writeFileSync(CHANGELOG, released(changelog, changes, values.release, day))
    for (const { name } of changes) rmSync(join(FOLDER, name))
    console.log(`CHANGELOG.md has ${values.release}, of ${changes.length} files that are removed.`)
  }
}
