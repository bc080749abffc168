import { sharedMemoryLedger } from './memory-shared.fixtures.ts'
import { sharedLedgerConformance } from './shared.conformance.ts'

sharedLedgerConformance('in memory', async () => ({ ledger: sharedMemoryLedger(), remove: async () => {} }))
