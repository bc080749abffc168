import { DIRECTIVES } from '../../core/mapping/directives/index.ts'
import { FUNCTIONS_OF_TRIGGERS } from '../../core/trigger/compile.ts'
import { offer } from '../heap-web.ts'

offer(1, { directives: DIRECTIVES, functions: FUNCTIONS_OF_TRIGGERS, powers: {} })
