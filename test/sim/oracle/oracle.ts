import type { Position } from '../../../core/event.ts'
import type { Ledger, Progress } from '../../../server/ledger/ledger.ts'
import type { ChunkHead, EventLog, TrimPolicy } from '../../../server/log/log.ts'
import type { SimClock } from '../world/clock.ts'
import type { SentEvent } from '../world/events.ts'
import type { NetworkWatch } from '../world/network.ts'
import { type Choices, expectedOf, INSTANCES, type InstanceId } from '../world/settings.ts'
import { books, cursorsOf } from './books.ts'
import { isBefore, journal, placeText } from './journal.ts'
import { lives } from './lives.ts'
import { receipts } from './receipts.ts'

const CHECK_EVERY = 40

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
  let records = 0
  let jumpedBefore_ms = 0
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
  const account = books({
    journal: log,
    lives: read,
    receipts: received,
    events,
    fail,
    isTriggerChanged: () => isTriggerChanged,
  })
  const isInstance = (id: string): id is InstanceId => (INSTANCES as readonly string[]).includes(id)

  function checkGivenUp({ readerId, deadLetters }: Progress): void {
    for (const { reason, messageId } of deadLetters) {
      if (reason.code !== 'DELIVERY_GAVE_UP' || !isInstance(readerId)) continue
      const age_ms = Math.min(log.age_ms(messageId), received.hasFailedFor_ms(readerId))
      // What was put forward before this process began makes everything look so much older to it.
      if (age_ms + jumpedBefore_ms < giveUpAfter_ms) {
        fail(`${readerId} gave up ${messageId} after ${age_ms} ms, and not after ${giveUpAfter_ms}`)
      }
    }
  }

  /** The ledger as it is, with an eye on what is written to it. */
  function watchLedger(ledger: Ledger): Ledger {
    const cursors = async (id: string) => (await cursorsOf(ledger)).get(id) ?? []
    return {
      ...ledger,
      async start(readerId, ends) {
        await ledger.start(readerId, ends)
        if (isInstance(readerId)) {
          received.begin(readerId)
          read.started(readerId, await cursors(readerId), expectedOf(readerId, choices()))
        }
      },
      async forget(readerId) {
        if (isInstance(readerId)) {
          await account.forgetParked(readerId, ledger)
          read.ended(readerId, await cursors(readerId))
          trace(`${readerId} is forgotten`)
        }
        await ledger.forget(readerId)
      },
      async record(progress) {
        await ledger.record(progress)
        if (isInstance(progress.readerId)) trace(recordText(progress))
        checkGivenUp(progress)
        records += 1
        if (records % CHECK_EVERY === 0) await account.checkEquation(ledger)
      },
    }
  }

  return {
    failures,
    fail,
    events,
    journal: log,
    receipts: received,
    network: received satisfies NetworkWatch,
    watchLedger,
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
      jumpedBefore_ms = clock.forward_ms()
      await log.reopened(inner)
      read.opened(await cursorsOf(ledger))
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
      return open
    },
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

function recordText({ readerId, lane, cursor, counts, parked }: Progress): string {
  const place = cursor === undefined ? 'parked' : `${cursor.chunk}/${cursor.index}`
  const sums = counts.map(({ part, name, count }) => `${part}${part === '' ? '' : ' '}${name} ${count}`)
  const changes = parked === undefined ? '' : ` +${parked.added?.length ?? 0} -${parked.ended?.length ?? 0}`
  return `${readerId} ${lane}: ${place}${changes}: ${sums.join(', ')}`
}

/** By its age: the log of a run never gets as large as the limit. */
function isLetGo({ lane, chunk, at_ms }: ChunkHead, { before_ms, keepFrom }: TrimPolicy): boolean {
  return at_ms < before_ms && chunk < (keepFrom[lane] ?? 0)
}
