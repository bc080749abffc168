import { heapSession } from '../heap-session.ts'
import { page } from '../page.ts'

page.millraceHeapSession = () => [heapSession]
