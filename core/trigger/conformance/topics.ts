import { COMPARING } from './comparing.ts'
import { CALLS } from './functions.ts'
import { GRAMMAR } from './grammar.ts'
import { MISTAKES } from './mistakes.ts'
import { PATHS } from './paths.ts'
import { PATTERNS } from './patterns.ts'
import type { Row, Topic } from './rows.ts'

/** In the order of docs/triggers.md. */
export const TOPICS: readonly Topic[] = [
  ...GRAMMAR,
  ...PATHS,
  ...COMPARING,
  ...CALLS,
  ...PATTERNS,
  ...MISTAKES,
]
export const ROWS: readonly Row[] = TOPICS.flatMap(({ rows }) => rows)
