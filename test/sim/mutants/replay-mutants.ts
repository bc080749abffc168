import type { CloudDestination, Planned } from '../../../core/destination.ts'
import type { Ledger } from '../../../server/ledger/ledger.ts'
import { changedBy, type Doubles, NO_DOUBLES } from './doubles.ts'

/** So often a place is forgotten: each time would be a replay that stands still for ever. */
const FORGETS_EVERY = 3

/** Mistakes that only a replay shows. */
export const REPLAY_MUTANTS: Readonly<Record<string, () => Doubles>> = {
  'a replay forgets its place': () => {
    let portions = 0
    return {
      ...NO_DOUBLES,
      ledger: (ledger) => ({
        ...ledger,
        async feedReplay(id, step) {
          portions += 1
          const before = portions % FORGETS_EVERY === 0 ? await ledger.replay(id) : undefined
          if (before === undefined) return ledger.feedReplay(id, step)
          return ledger.feedReplay(id, { ...step, place: before.place, isRead: false })
        },
      }),
    }
  },
  'a replay leaves the first of each portion out': () => ({
    ...NO_DOUBLES,
    ledger: (ledger) => ({
      ...ledger,
      feedReplay: (id, step) => ledger.feedReplay(id, { ...step, parked: step.parked.slice(1) }),
    }),
  }),
  'what a replay delivers has a new idempotency key': () => {
    const replayed = new Set<string>()
    return {
      ...NO_DOUBLES,
      ledger: (ledger) => noting(ledger, replayed),
      catalogue: changedBy((destination) => renaming(destination, replayed)),
    }
  },
  'what a replay delivers stays a dead letter': () => ({
    ...NO_DOUBLES,
    ledger: (ledger) => ({
      ...ledger,
      record: (progress) =>
        ledger.record({
          ...progress,
          ...(progress.replayed === undefined
            ? {}
            : {
                replayed: progress.replayed.map((one) => ({ ...one, end: { status: 'skipped' } as const })),
              }),
        }),
    }),
  }),
}

function noting(ledger: Ledger, replayed: Set<string>): Ledger {
  return {
    ...ledger,
    async deadLettersAfter(filter, range) {
      const found = await ledger.deadLettersAfter(filter, range)
      for (const { messageId } of found) replayed.add(messageId)
      return found
    },
  }
}

function renaming(
  { prepare: _, ...destination }: CloudDestination,
  replayed: ReadonlySet<string>,
): CloudDestination {
  return {
    ...destination,
    plan(deliveries, settings, context) {
      const originals = new Map<unknown, (typeof deliveries)[number]>()
      const renamed = deliveries.map((delivery) => {
        const [messageId = ''] = delivery.idempotencyKey.split(':').slice(-1)
        if (!replayed.has(messageId)) return delivery
        const copy = { ...delivery, idempotencyKey: `${delivery.idempotencyKey}#again` }
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
}
