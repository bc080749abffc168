import type { Ledger } from '../../../server/ledger/ledger.ts'
import type { EventLog, LogReader } from '../../../server/log/log.ts'
import type { Fence } from './fence.ts'

const LEDGER_READS = [
  ...['cursor', 'cursors', 'failing', 'states', 'parkedSubjects', 'nextSubjects', 'parked', 'parkedChunks'],
  ...['recall', 'budgetUses', 'counts', 'series', 'attempts', 'attempt', 'deadLetters', 'deadLetterCount'],
  ...['parkedAt', 'refusals'],
] as const satisfies (keyof Ledger)[]
const LEDGER_WRITES = [
  ...['start', 'forget', 'record', 'recordFailing', 'setState', 'trimMemory', 'reserve', 'closeUses'],
  ...['trimAttempts', 'trimSeries', 'sync'],
] as const satisfies (keyof Ledger)[]

type Call = (...given: never[]) => Promise<unknown>

/** The same ledger, as a process sees it that can die at every call. */
export function fencedLedger(ledger: Ledger, { effect }: Fence): Ledger {
  const fenced: Partial<Record<keyof Ledger, Call>> = {}
  for (const name of LEDGER_READS) {
    const call = ledger[name] as Call
    fenced[name] = (...given) => effect(`ledger.${name}`, () => call(...given))
  }
  for (const name of LEDGER_WRITES) {
    const call = ledger[name] as Call
    fenced[name] = (...given) => effect(`ledger.${name}`, () => call(...given), 'ledger')
  }
  return { ...ledger, ...(fenced as Partial<Ledger>) }
}

export function fencedLog(log: EventLog, { effect }: Fence): EventLog {
  return {
    ...log,
    append: (entries) => effect('log.append', () => log.append(entries), 'log'),
    trim: (policy) => effect('log.trim', () => log.trim(policy), 'log'),
  }
}

export function fencedReader<Reader extends LogReader>(log: Reader, { effect }: Fence): Reader {
  return {
    ...log,
    read: (lane, from, limits) => effect('log.read', () => log.read(lane, from, limits)),
    end: (lane) => effect('log.end', () => log.end(lane)),
  }
}
