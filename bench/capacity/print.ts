// npm run capacity [-- --write]: what it takes for so many events a second, worked out from measured costs. --write puts the tables into
// docs/scaling.md.
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { COSTS } from './costs.ts'
import { withTables } from './tables.ts'

const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } })
const page = new URL('../../docs/scaling.md', import.meta.url)
const text = withTables(readFileSync(page, 'utf8'), COSTS)
if (values.write) writeFileSync(page, text)
else
  console.log(
    [...text.matchAll(/<!-- capacity \w+ -->\n([\s\S]*?)\n<!-- \/capacity -->/g)]
      .map(([, table]) => table)
      .join('\n\n'),
  )
