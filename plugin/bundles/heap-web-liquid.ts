import { DIRECTIVES } from '../../core/mapping/directives/index.ts'
import { liquid } from '../../core/mapping/liquid.ts'
import { FUNCTIONS_OF_TRIGGERS } from '../../core/trigger/compile.ts'
import { offer } from '../heap-web.ts'

offer(2, { directives: DIRECTIVES, functions: FUNCTIONS_OF_TRIGGERS, powers: { liquid } })
