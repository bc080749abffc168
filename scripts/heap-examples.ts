// npm run heap-examples: writes docs/heap-examples.md from the table of examples.
import { writeFileSync } from 'node:fs'
import { chapters } from '../destinations/heap/examples/chapters.ts'
import { examplesPage } from '../destinations/heap/examples/page.ts'

writeFileSync(new URL('../docs/heap-examples.md', import.meta.url), examplesPage(chapters))
