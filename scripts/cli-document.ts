// Writes the tables of docs/cli.md from the commands; server/cli/remote/document.test.ts holds the two together.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LOCAL_COMMANDS } from '../server/cli/local-commands.ts'
import { commandDocument } from '../server/cli/remote/document.ts'
import { VERBS } from '../server/cli/remote/verbs.ts'

const FILE = join(import.meta.dirname, '../docs/cli.md')
const written = readFileSync(FILE, 'utf8')
const begins = written.indexOf('## Exit codes\n')
writeFileSync(FILE, written.slice(0, begins) + commandDocument(VERBS, LOCAL_COMMANDS))
