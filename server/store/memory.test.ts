import { memoryStore } from './memory.ts'
import { storeConformance } from './store.conformance.ts'

storeConformance('the memory store', () => ({ open: memoryStore, durable: false, remove() {} }))
