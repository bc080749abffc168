import { INDEXER } from './indexer/indexer.ts'
import { type ErasedRows, type Erasure, NOTHING_ERASED } from './ledger/erase.ts'
import type { Ledger } from './ledger/ledger.ts'
import type { DecodedLog } from './pipeline/decoded-log.ts'

export type EraseInReadersDeps = {
  readonly ledger: Ledger
  /** Whoever owns lanes elsewhere reads the log anew: what is on its way there is not recorded. Left out: nobody does. */
  readonly fenceOthers?: () => Promise<void>
  readonly decoded: DecodedLog
  readonly knownIds: () => readonly string[]
  /** Ends what an instance does, runs this, and lets it begin anew. */
  readonly rest: (id: string, work: () => Promise<void>) => Promise<void>
  /** Empties the event index: it holds examples and names of events. */
  readonly rebuildIndex: () => Promise<void>
  readonly wall_ms: () => number
  /** False when the readers stop. */
  readonly sleep: (ms: number) => Promise<boolean>
}
const AGAIN_AFTER_MS = 1_000
/** An owner sends nothing that it read 5 s before (`SURE_MS`), and lets what is on its way end for up to 5 s more (`HAND_OVER_MS_MAX`). */
const OTHERS_END_MS = 10_000

/**
 * Takes a person out of everything that the readers keep, once the log has nothing of them any more. Each instance comes to
 * rest for a moment: what is on its way to a receiver ends first, and its attempt is then erased with the others. Where other
 * processes own lanes, they lose them for a moment, and read on as the log is now.
 *
 * @throws {Error} when it was stopped
 */
export async function eraseInReaders(deps: EraseInReadersDeps, person: Erasure): Promise<ErasedRows> {
  const { ledger, decoded, rest, sleep } = deps
  let rows = NOTHING_ERASED
  async function erasePending(id: string): Promise<void> {
    const erased = await ledger.erasePending(id, person, deps.wall_ms())
    // Several at once: what is added to is what there is now.
    rows = sum(rows, erased)
  }
  decoded.forget()
  if (deps.fenceOthers !== undefined) {
    await deps.fenceOthers()
    // Now, before owners have their lanes again: they would find the events of parked deliveries gone, and go on from texts about them.
    await Promise.all((await everyInstance(deps)).map(erasePending))
    if (!(await sleep(OTHERS_END_MS))) throw new Error('stopped')
  }
  for (const id of await everyInstance(deps)) await rest(id, () => erasePending(id))
  await deps.rebuildIndex()
  rows = sum(rows, await ledger.eraseHistory(person))
  while (!(await ledger.compact())) if (!(await sleep(AGAIN_AFTER_MS))) throw new Error('stopped')
  return rows
}

/** Those that are configured, and all that have ever counted something: what they left is still there. */
async function everyInstance({ ledger, knownIds }: EraseInReadersDeps): Promise<readonly string[]> {
  const read = (await ledger.cursors()).map(({ readerId }) => readerId)
  const counted = (await ledger.counts()).map(({ of }) => of)
  return [...new Set([...knownIds(), ...read, ...counted])].filter((id) => id !== INDEXER)
}

function sum(a: ErasedRows, b: ErasedRows): ErasedRows {
  return {
    attempts: a.attempts + b.attempts,
    deadLetters: a.deadLetters + b.deadLetters,
    parked: a.parked + b.parked,
    refusals: a.refusals + b.refusals,
    remembered: a.remembered + b.remembered,
  }
}
