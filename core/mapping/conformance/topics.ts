import { choosing } from './choosing.ts'
import { limitsAndNames } from './limits-and-names.ts'
import { liquid } from './liquid.ts'
import { objectsAndLists } from './objects-and-lists.ts'
import { reading } from './reading.ts'
import type { Row, Topic } from './row.ts'
import { rules } from './rules.ts'
import { texts } from './texts.ts'
import { types } from './types.ts'

/** In the order of docs/mappings.md. */
export const TOPICS: readonly Topic[] = [
  ...rules,
  ...limitsAndNames,
  ...reading,
  ...choosing,
  ...texts,
  ...objectsAndLists,
  ...types,
  ...liquid,
]
export const ROWS: readonly Row[] = TOPICS.flatMap(({ rows }) => rows)
