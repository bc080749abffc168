import { accessStoreConformance } from './access-store.conformance.ts'
import { memoryAccessStore } from './memory-store.ts'

accessStoreConformance('the memory store', () => ({ store: memoryAccessStore(), end: async () => {} }))
