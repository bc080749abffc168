import { offer } from '../heap-web.ts'
import { SMALL } from '../small.ts'

offer(0, SMALL)
