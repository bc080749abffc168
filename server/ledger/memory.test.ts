import { ledgerConformance } from './ledger.conformance.ts'
import { memoryLedger } from './memory.ts'

ledgerConformance('the memory ledger', () => ({
  open: memoryLedger,
  openReader: undefined,
  durable: false,
  remove() {},
}))
