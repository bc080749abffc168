import type { DeadLetter, Ledger, Progress } from '../../../server/ledger/ledger.ts'
import type { SimClock } from '../world/clock.ts'
import { type Choices, expectedOf, INSTANCES, type InstanceId } from '../world/settings.ts'
import { type Books, cursorsOf, parkedRows } from './books.ts'
import type { Fail, Journal } from './journal.ts'
import type { Lives } from './lives.ts'
import type { Receipts } from './receipts.ts'
import type { Replays } from './replays.ts'

const CHECK_EVERY = 40

export type LedgerWatchDeps = {
  readonly clock: SimClock
  readonly giveUpAfter_ms: number
  readonly choices: () => Choices
  readonly trace: (text: string) => void
  readonly fail: Fail
  readonly journal: Journal
  readonly lives: Lives
  readonly receipts: Receipts
  readonly replays: Replays
  readonly books: Books
}

/** The ledger as it is, with an eye on what is written to it. */
export function watchOfLedger(deps: LedgerWatchDeps) {
  const { clock, giveUpAfter_ms, choices, trace, fail, journal, lives, receipts, replays, books } = deps
  let records = 0
  let jumpedBefore_ms = 0

  function checkGivenUp(id: InstanceId, letters: readonly DeadLetter[]): void {
    for (const { reason, messageId } of letters) {
      if (reason.code !== 'DELIVERY_GAVE_UP') continue
      const age_ms = Math.min(journal.age_ms(messageId), receipts.hasFailedFor_ms(id))
      // What was put forward before this process began makes everything look so much older to it.
      if (age_ms + jumpedBefore_ms < giveUpAfter_ms) {
        fail(`${id} gave up ${messageId} after ${age_ms} ms, and not after ${giveUpAfter_ms}`)
      }
    }
  }

  return {
    opened(): void {
      jumpedBefore_ms = clock.forward_ms()
    },
    watch(ledger: Ledger): Ledger {
      const cursors = async (id: string) => (await cursorsOf(ledger)).get(id) ?? []
      return {
        ...ledger,
        ...watchReplays(ledger, deps),
        async start(readerId, ends) {
          await ledger.start(readerId, ends)
          if (isInstance(readerId)) {
            receipts.begin(readerId)
            lives.started(readerId, await cursors(readerId), expectedOf(readerId, choices()))
          }
        },
        async forget(readerId) {
          if (!isInstance(readerId)) return ledger.forget(readerId)
          lives.ended(readerId, await cursors(readerId))
          const parked = await parkedRows(ledger, readerId)
          await ledger.forget(readerId)
          trace(`${readerId} is forgotten`)
          for (const { subscriptionId, address, replay } of parked) {
            if (replay?.isDead !== true) replays.forgotten.add(readerId, subscriptionId, address)
          }
        },
        async record(progress) {
          await ledger.record(progress)
          const { readerId, deadLetters, replayed = [] } = progress
          if (isInstance(readerId)) {
            trace(recordText(progress))
            replays.ended(progress)
            const again = replayed.flatMap(({ end }) => (end.status === 'refused' ? [end.letter] : []))
            checkGivenUp(readerId, [...deadLetters, ...again])
          }
          records += 1
          if (records % CHECK_EVERY === 0) await books.checkEquation(ledger)
        },
      }
    },
  }
}

function watchReplays(ledger: Ledger, { trace, replays }: LedgerWatchDeps) {
  return {
    async addReplay(added) {
      const replay = await ledger.addReplay(added)
      trace(`replay ${replay.id} of ${replay.instanceId}: ${JSON.stringify(replay.selection)}`)
      return replay
    },
    async changeReplay(id, from, to) {
      const isChanged = await ledger.changeReplay(id, from, to)
      if (isChanged) trace(`replay ${id} is ${to.state}`)
      return isChanged
    },
    async feedReplay(id, step) {
      const isFed = await replays.feed(ledger, id, step)
      const what = `${step.parked.length} parked, ${step.ended.length} ended, ${step.skipped} skipped`
      if (isFed) trace(`replay ${id} to ${JSON.stringify(step.place)}: ${what}`)
      return isFed
    },
    trimDeadLetters: (bytes_max, at_ms) =>
      replays.giveUp(ledger, () => ledger.trimDeadLetters(bytes_max, at_ms)),
    giveUpDeadLetters: (filter) => replays.giveUp(ledger, () => ledger.giveUpDeadLetters(filter)),
  } satisfies Partial<Ledger>
}

function isInstance(id: string): id is InstanceId {
  return (INSTANCES as readonly string[]).includes(id)
}

function recordText({ readerId, lane, cursor, counts, parked, replayed }: Progress): string {
  const place = cursor === undefined ? 'parked' : `${cursor.chunk}/${cursor.index}`
  const sums = counts.map(({ part, name, count }) => `${part}${part === '' ? '' : ' '}${name} ${count}`)
  const changes = parked === undefined ? '' : ` +${parked.added?.length ?? 0} -${parked.ended?.length ?? 0}`
  const again = replayed === undefined ? '' : ` replayed ${replayed.length}`
  return `${readerId} ${lane}: ${place}${changes}${again}: ${sums.join(', ')}`
}
