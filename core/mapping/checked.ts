import { compileMappingWith, compileValueWith } from './closures.ts'
import { DIRECTIVES } from './directives/index.ts'
import type { Mapping, MappingValue, Powers, Resolve } from './mapping.ts'

/** Compiles a mapping that `checkMapping` has found nothing wrong with, with every directive there is. */
export function compileChecked(mapping: Mapping, powers: Powers): Resolve {
  return compileMappingWith(DIRECTIVES, mapping, powers)
}

/** The same for what one field is mapped to; `at` names the field. */
export function compileCheckedValue(value: MappingValue, at: string, powers: Powers): Resolve {
  return compileValueWith(value, { at, powers, directives: DIRECTIVES })
}
