import type { Position } from '../../../core/event.ts'
import type { Ledger } from '../../../server/ledger/ledger.ts'
import type { ChunkHead, EventLog, TrimPolicy } from '../../../server/log/log.ts'
import type { SimClock } from '../world/clock.ts'
import type { SentEvent } from '../world/events.ts'
import type { NetworkWatch } from '../world/network.ts'
import { type Choices, INSTANCES, type InstanceId } from '../world/settings.ts'
import { books, cursorsOf } from './books.ts'
import { isBefore, journal, placeText } from './journal.ts'
import { watchOfLedger } from './ledger-watch.ts'
import { lives } from './lives.ts'
import { receipts } from './receipts.ts'
import { replays } from './replays.ts'

export type OracleDeps = {
  readonly clock: SimClock
  readonly lanes: number
  readonly giveUpAfter_ms: number
  readonly choices: () => Choices
  readonly trace: (text: string) => void
}

/** Knows from the outside what must have become of every event, and says where the server differs. */
export function simOracle({ clock, lanes, giveUpAfter_ms, choices, trace }: OracleDeps) {
  const failures: string[] = []
  const events = new Map<string, SentEvent>()
  let isTriggerChanged = false

  function fail(text: string): void {
    trace(`FAILED: ${text}`)
    failures.push(text)
  }
  const log = journal(lanes, fail, clock.true_ms)
  const read = lives(log, lanes, fail)
  const received = receipts({
    clock,
    lanes,
    giveUpAfter_ms,
    events,
    fail,
    areBeatsChanged: () => isTriggerChanged,
    isRepeated: log.isRepeated,
  })
  const replayed = replays({
    journal: log,
    lanes,
    fail,
    expectedOf: read.expectedOf,
    onFed: received.onFed,
    onUnfed: received.onUnfed,
  })
  const account = books({
    journal: log,
    lives: read,
    receipts: received,
    replays: replayed,
    events,
    fail,
    isTriggerChanged: () => isTriggerChanged,
  })
  const ledgerWatch = watchOfLedger({
    ...{ clock, giveUpAfter_ms, choices, trace, fail, journal: log },
    ...{ lives: read, receipts: received, replays: replayed, books: account },
  })

  return {
    failures,
    fail,
    events,
    journal: log,
    receipts: received,
    network: received satisfies NetworkWatch,
    replays: replayed,
    watchLedger: ledgerWatch.watch,
    watchLog: (inner: EventLog): EventLog => ({
      ...inner,
      async append(entries) {
        const addresses = await inner.append(entries)
        log.appended(addresses, entries)
        return addresses
      },
      async trim(policy) {
        const heads = await inner.headsAfter(0, Number.MAX_SAFE_INTEGER)
        log.mayGo(heads.filter((head) => isLetGo(head, policy)))
        return inner.trim(policy)
      },
    }),
    onChange(): void {
      isTriggerChanged ||= !choices().takesBeats
    },
    async opened(inner: EventLog, ledger: Ledger): Promise<void> {
      ledgerWatch.opened()
      await log.reopened(inner)
      read.opened(await cursorsOf(ledger))
      await replayed.opened(ledger)
      await account.check(ledger)
    },
    check: (ledger: Ledger) => account.check(ledger),
    /** What is left to do: cursors that are not at the end of their lane, and what is parked. */
    async openWork(ledger: Ledger): Promise<readonly string[]> {
      const open: string[] = []
      for (const [id, all] of await cursorsOf(ledger)) {
        all.forEach((cursor, lane) => {
          if (!isBehind(id, lane, cursor)) return
          open.push(
            `${id} is at ${placeText(cursor)} of lane ${lane}, which ends at ${placeText(log.end(lane))}`,
          )
        })
      }
      for (const id of INSTANCES) {
        for (const kind of ['turn', 'aside'] as const) {
          const [next] = await ledger.nextSubjects(id, 1, kind)
          if (next !== undefined) open.push(`${id} has ${next.subject} parked until ${next.due_ms}`)
        }
      }
      return [...open, ...(await replayed.open(ledger, choices()))]
    },
    /** Dead letters of an instance that runs, which a replay of all of them has left although nothing stands in its way. */
    unmended: (id: InstanceId, ledger: Ledger) => account.unmended(id, ledger),
    async isUpToDate(id: InstanceId, ledger: Ledger): Promise<boolean> {
      const cursors = (await cursorsOf(ledger)).get(id) ?? []
      return cursors.every((cursor, lane) => !isBehind(id, lane, cursor))
    },
  }

  function isBehind(id: string, lane: number, cursor: Position): boolean {
    return isBefore(read.placeOf(id, lane, cursor), log.end(lane))
  }
}
export type Oracle = ReturnType<typeof simOracle>

/** By its age: the log of a run never gets as large as the limit. */
function isLetGo({ lane, chunk, at_ms }: ChunkHead, { before_ms, keepFrom }: TrimPolicy): boolean {
  return at_ms < before_ms && chunk < (keepFrom[lane] ?? 0)
}
