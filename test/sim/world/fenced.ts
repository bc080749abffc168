import type { Ledger } from '../../../server/ledger/ledger.ts'
import type { EventLog, LogReader } from '../../../server/log/log.ts'
import type { Fence } from './fence.ts'

/** They leave no trace in the file. All others may. */
const LEDGER_READS: ReadonlySet<string> = new Set<keyof Ledger>([
  ...(['cursor', 'cursors', 'failing', 'states', 'parkedSubjects', 'nextSubjects', 'parked'] as const),
  ...(['parkedChunks', 'parkedAt', 'aside', 'recall', 'budgetUses', 'counts', 'series', 'attempts'] as const),
  ...(['attempt', 'deadLetters', 'deadLetterCount', 'refusals', 'deadLettersAfter'] as const),
  ...(['deadLetterGroups', 'replay', 'replays', 'nextReplay'] as const),
])

type Call = (...given: unknown[]) => Promise<unknown>

/** The same ledger, as a process sees it that can die at every call. */
export function fencedLedger(ledger: Ledger, { effect }: Fence): Ledger {
  const fenced = Object.entries(ledger).map(([name, call]: [string, Call]): [string, Call] => {
    const file = LEDGER_READS.has(name) ? undefined : 'ledger'
    return [name, (...given) => effect(`ledger.${name}`, () => call(...given), file)]
  })
  return Object.fromEntries(fenced) as unknown as Ledger
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
