import type { Json, JsonObject } from '../event.ts'
import { checkMapping } from './check.ts'
import { compileChecked } from './checked.ts'
import type { Mapped, Mapping, Powers } from './mapping.ts'

/**
 * Checks and compiles a mapping. Never throws: one with something wrong gives, for every event, no values and what
 * `checkMapping` says of it.
 */
export function compileMapping(mapping: Mapping, powers: Powers = {}): (event: Json) => Mapped {
  const wrong = checkMapping(mapping, powers)
  if (wrong.length > 0) return () => ({ values: {}, problems: wrong })
  const resolve = compileChecked(mapping, powers)
  return function map(event) {
    const problems: Mapped['problems'][number][] = []
    return { values: resolve(event, problems) as JsonObject, problems }
  }
}
