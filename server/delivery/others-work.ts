import type { Ledger } from '../ledger/ledger.ts'
import type { Runtime } from './runtime.ts'
import type { ChangeSign } from './sign.ts'

/** A look is one small question to the ledger, whatever the number of instances. */
const LOOK_EVERY_MS = 1_000
const LOOKS_PER_COUNT = 30

export type OthersWorkDeps = {
  readonly ledger: Pick<Ledger, 'aside' | 'atWork'>
  readonly replaying: ChangeSign
  /** Waits; false when the server stops. */
  readonly sleep: (ms: number) => Promise<boolean>
  readonly onTrouble: (error: unknown) => void
}
export type OthersWork = ReturnType<typeof othersWork>
type Watched = Pick<Runtime, 'parking' | 'witness'>

/** Other processes park, begin replays and end what was set aside, without a word to this one: it looks for all of its instances together. */
export function othersWork({ ledger, replaying, sleep, onTrouble }: OthersWorkDeps) {
  const watched = new Map<string, Watched>()

  async function look(): Promise<void> {
    const work = await ledger.atWork?.()
    for (const [id, { parking }] of watched) if (work === undefined || work.parked.has(id)) parking.raise()
    if (work === undefined || work.isReplaying) replaying.raise()
  }
  async function count(): Promise<void> {
    const aside = await ledger.aside()
    for (const [id, { witness }] of watched) witness.recount(aside.get(id)?.count ?? 0)
  }
  return {
    /** Until what is returned is called. */
    watch(instanceId: string, runtime: Watched): () => void {
      watched.set(instanceId, runtime)
      return () => {
        if (watched.get(instanceId) === runtime) watched.delete(instanceId)
      }
    },
    /** Resolves when the server stops. */
    async run(): Promise<void> {
      for (let looks = 1; await sleep(LOOK_EVERY_MS); looks++) {
        await look().catch(onTrouble)
        if (looks % LOOKS_PER_COUNT === 0) await count().catch(onTrouble)
      }
    },
  }
}
