import { eventLogConformance } from './log.conformance.ts'
import { memoryLog } from './memory.ts'

eventLogConformance('The memory log', () => ({ durable: false, open: memoryLog, cleanUp() {} }))
