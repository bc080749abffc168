import type { Planned } from '../../../core/destination.ts'
import { REAL_CONNECT } from '../world/disk.ts'
import { changedBy, type Doubles, NO_DOUBLES } from './doubles.ts'
import { REPLAY_MUTANTS } from './replay-mutants.ts'

/** Servers with one mistake each, made anew for each run. Every one of them must be found. */
export const MUTANTS: Readonly<Record<string, () => Doubles>> = {
  ...REPLAY_MUTANTS,
  'the log skips its fsync': () => ({
    ...NO_DOUBLES,
    connect(path, options) {
      const db = REAL_CONNECT(path, options)
      const exec = db.exec.bind(db)
      db.exec = (sql) => exec(sql.replace('synchronous = full', 'synchronous = normal'))
      return db
    },
  }),
  'the ledger is not synced before the log is trimmed': () => ({
    ...NO_DOUBLES,
    ledger: (ledger) => ({ ...ledger, sync: async () => {} }),
  }),
  'the cursor moves before the outcomes are recorded': () => ({
    ...NO_DOUBLES,
    ledger: (ledger) => ({
      ...ledger,
      async record(progress) {
        if (progress.cursor === undefined) return ledger.record(progress)
        const { readerId, lane, cursor } = progress
        await ledger.record({ ...NOTHING_DONE, readerId, lane, cursor })
        await ledger.record({ ...progress, cursor: undefined })
      },
    }),
  }),
  'a parked key is forgotten': () => ({
    ...NO_DOUBLES,
    ledger: (ledger) => ({ ...ledger, parkedSubjects: async () => new Set() }),
  }),
  'a parked delivery is forgotten': () => ({
    ...NO_DOUBLES,
    ledger: (ledger) => ({
      ...ledger,
      async record(progress) {
        const { added = [], ...others } = progress.parked ?? {}
        if (added.length === 0) return ledger.record(progress)
        return ledger.record({ ...progress, parked: { ...others, added: added.slice(1) } })
      },
    }),
  }),
  'a retry has a new idempotency key': () => ({
    ...NO_DOUBLES,
    // Of what is prepared the key is written already.
    catalogue: changedBy(({ prepare: _, ...destination }) => {
      const tries = new Map<string, number>()
      return {
        ...destination,
        plan(deliveries, settings, context) {
          const originals = new Map<unknown, (typeof deliveries)[number]>()
          const renamed = deliveries.map((delivery) => {
            const count = (tries.get(delivery.idempotencyKey) ?? 0) + 1
            tries.set(delivery.idempotencyKey, count)
            if (count === 1) return delivery
            const copy = { ...delivery, idempotencyKey: `${delivery.idempotencyKey}#${count}` }
            originals.set(copy, delivery)
            return copy
          })
          return destination.plan(renamed, settings, context).map(
            (planned): Planned => ({
              ...planned,
              deliveries: planned.deliveries.map((one) => originals.get(one) ?? one),
            }),
          )
        },
      }
    }),
  }),
  'what is refused is dropped': () => ({
    ...NO_DOUBLES,
    catalogue: changedBy((destination) => ({
      ...destination,
      judge(response, request, now_ms) {
        const judged = destination.judge(response, request, now_ms)
        return judged.status === 'refused' ? { status: 'delivered' } : judged
      },
    })),
  }),
}

const NOTHING_DONE = { counts: [], attempts: [], deadLetters: [], refusals: [] }
