import type { DatabaseSync } from 'node:sqlite'
import { setImmediate } from 'node:timers/promises'
import { type Connect, connectFile } from '../sqlite/connect.ts'
import { isEmptied, NOTHING_STAYS } from '../sqlite/erase.ts'
import { migrate, schemaVersion, transaction } from '../sqlite/migrate.ts'
import { makeShrinkable, SHRINK_STEPS_MAX, shrink } from '../sqlite/shrink.ts'
import { writingTogether } from '../sqlite/together.ts'
import type { ErasingLedger } from './erase.ts'
import { type Attempt, hasSeries, type Ledger, type NewCount } from './ledger.ts'
import { INSTANCE_GONE, replayBooks } from './replay-books.ts'
import type { ReplayLedger } from './replays.ts'
import { attemptTable } from './tables/attempts.ts'
import { deadLetterTable } from './tables/dead-letters.ts'
import { erasePeople } from './tables/erase.ts'
import { memoryTables } from './tables/memory.ts'
import { parkedTables } from './tables/parked.ts'
import { progressTables } from './tables/progress.ts'
import { refusalTable } from './tables/refusals.ts'
import { replayTable } from './tables/replays.ts'
import { MIGRATIONS } from './tables/schema.ts'
import { seriesTables } from './tables/series.ts'
import { attemptTrimmer, refusalTrimmer } from './tables/trim.ts'

export type SqliteLedgerOptions = {
  /** For a connection that only looks. The writer must have opened the file before. */
  readonly readOnly?: boolean
  /** How long a writer waits for another one, and `sync` for those who read. 5 s when left out. */
  readonly busy_ms?: number
  readonly connect?: Connect
}
const BUSY_ms = 5_000

/**
 * A ledger in one SQLite file: one writer, and any number of connections that read at the same time.
 * README.md says what survives what.
 *
 * @throws {AppError} SCHEMA_TOO_NEW
 */
export function sqliteLedger(
  path: string,
  { readOnly = false, busy_ms = BUSY_ms, connect = connectFile }: SqliteLedgerOptions = {},
): Ledger {
  const db = connect(path, { readOnly, timeout: busy_ms })
  prepareFile(db, path, readOnly)
  const tables = tablesOf(db)
  const { progress, letters, refusals, attempts, series, parked, memory } = tables

  return {
    ...cursorsAndOutcomes(db, tables),
    ...replaysAndDeadLetters(db, tables),
    ...erasing(db, tables),

    counts: async () => progress.counts(),
    series: async (of, range) => series.series(of, range),
    attempts: async (filter, page) => attempts.attempts(filter, page),
    attempt: async (id) => attempts.attempt(id),
    deadLetters: async (filter, page) => letters.deadLetters(filter, page),
    deadLetterCount: async (filter) => letters.deadLetterCount(filter),
    refusals: async ({ sourceId }, page) => refusals.refusals(sourceId, page),

    setState: async (instanceId, state) => memory.setState(instanceId, state),
    states: async () => memory.states(),
    parkedSubjects: async (instanceId, subjects) => parked.parkedSubjects(instanceId, subjects),
    nextSubjects: async (instanceId, count_max, kind) => parked.nextSubjects(instanceId, count_max, kind),
    aside: async () => parked.aside(),
    parked: async (instanceId, subject, count_max) => parked.parked(instanceId, subject, count_max),
    parkedAt: async (address) => parked.parkedAt(address),
    parkedChunks: async () => parked.parkedChunks(),
    recall: async (instanceId, keys, now_ms) => memory.recall(instanceId, keys, now_ms),
    async trimMemory(instanceIds, now_ms) {
      transaction(db, () => memory.trimMemory(instanceIds, now_ms))
    },
    reserve: async (instanceId, units, closed, before_ms) =>
      transaction(db, () => {
        for (const use of closed) memory.closeUse(instanceId, use)
        memory.trimUses(instanceId, before_ms)
        return memory.addUse(instanceId, units)
      }),
    async closeUses(instanceId, closed) {
      transaction(db, () => {
        for (const use of closed) memory.closeUse(instanceId, use)
      })
    },
    budgetUses: async (instanceId) => memory.budgetUses(instanceId),

    trimAttempts: attemptTrimmer(db),
    trimRefusals: refusalTrimmer(db),
    async trimSeries(now_ms) {
      transaction(db, () => series.trimSeries(now_ms))
    },
    shrink: () => shrink(db, SHRINK_STEPS_MAX),
    sync: async () => sync(db, busy_ms),
    close: async () => db.close(),
  }
}

function tablesOf(db: DatabaseSync) {
  return {
    progress: progressTables(db),
    letters: deadLetterTable(db),
    refusals: refusalTable(db),
    attempts: attemptTable(db),
    series: seriesTables(db),
    parked: parkedTables(db),
    memory: memoryTables(db),
    replays: replayTable(db),
  }
}
type Tables = ReturnType<typeof tablesOf>

function counter({ progress, series }: Tables) {
  return (count: NewCount) => {
    progress.addCount(count)
    const { name } = count
    if (hasSeries(name)) series.addToSeries({ ...count, name })
  }
}

function booksOf(tables: Tables) {
  const { progress, letters, parked, replays } = tables
  return replayBooks({
    ...letters,
    ...replays,
    ...{ isParked: parked.isParked, addParked: parked.addParked },
    addCount: counter(tables),
    takeCount: progress.addCount,
  })
}

/** Dead letters that are given up go in steps, between which the readers' records get their turn. */
const STEP_count = 2_000

function replaysAndDeadLetters(db: DatabaseSync, tables: Tables): ReplayLedger {
  const { progress, letters, replays } = tables
  const books = booksOf(tables)
  return {
    deadLetterGroups: async (filter) => letters.deadLetterGroups(filter),
    deadLettersAfter: async (filter, range) => letters.deadLettersAfter(filter, range),
    async giveUpDeadLetters(filter) {
      const id_max = letters.newestDeadLetter()
      let count = 0
      while (db.isOpen) {
        const gone = transaction(db, () => {
          const taken = letters.takeDeadLetters(filter, id_max, STEP_count)
          for (const one of taken) progress.giveUpOne(one)
          return taken.length
        })
        count += gone
        if (gone < STEP_count) break
        await setImmediate()
      }
      return count
    },
    async trimDeadLetters(bytes_max, at_ms) {
      let count = 0
      while (db.isOpen) {
        const gone = transaction(db, () => {
          const taken = letters.takeOldest(bytes_max, STEP_count)
          for (const { of, part } of taken) {
            progress.giveUpOne({ of, part })
            tables.series.addToSeries({ of, part, name: 'givenUp', count: 1, at_ms })
          }
          return taken.length
        })
        count += gone
        if (gone < STEP_count) break
        await setImmediate()
      }
      return count
    },
    trimReplays: async (before_ms) => transaction(db, () => replays.trimReplays(before_ms)),
    addReplay: async (replay) => transaction(db, () => replays.addReplay(replay)),
    replays: async ({ instanceId }) => replays.replays(instanceId),
    replay: async (id) => replays.replay(id),
    nextReplay: async (instanceId) => replays.nextReplay(instanceId),
    changeReplay: async (id, from, to) =>
      transaction(db, () => {
        const replay = replays.replay(id)
        if (replay === undefined || !from.includes(replay.state)) return false
        replays.changeReplay(id, to)
        return true
      }),
    feedReplay: async (id, step) =>
      transaction(db, () => {
        const replay = replays.replay(id)
        if (replay?.state !== 'running') return false
        books.feed(replay, step)
        return true
      }),
  }
}

function erasing(db: DatabaseSync, tables: Tables): ErasingLedger {
  return {
    ...erasePeople(db, { addCount: tables.progress.addCount, endReplayed: booksOf(tables).end }),
    compact: async () => isEmptied(db.prepare('pragma wal_checkpoint(truncate)').get()),
  }
}

/** What is written in transactions over several tables. */
function cursorsAndOutcomes(db: DatabaseSync, tables: Tables) {
  const { progress, letters, series, parked, memory } = tables
  const addCount = counter(tables)
  const { end } = booksOf(tables)
  const write = writingTogether(db)
  const addAttempt = (attempt: Attempt) => {
    tables.attempts.addAttempt(attempt)
    const { outcome, instanceId: of, startedAt_ms: at_ms } = attempt
    if (outcome === 'retry') series.addToSeries({ of, part: '', name: 'retried', count: 1, at_ms })
  }
  return {
    cursor: async (readerId, lane) => progress.cursor(readerId, lane),
    cursors: async () => progress.cursors(),
    async start(readerId, cursors) {
      transaction(db, () => {
        if (progress.hasCursors(readerId)) return
        cursors.forEach((cursor, lane) => {
          progress.setCursor(readerId, lane, cursor)
        })
      })
    },
    async forget(readerId) {
      transaction(db, () => {
        progress.removeCursors(readerId)
        progress.removeFailing(readerId)
        memory.removeState(readerId)
        for (const { part, count } of parked.forgetParked(readerId)) {
          progress.addCount({ of: readerId, part, name: 'forgotten', count })
          progress.addCount({ of: readerId, part, name: 'parked', count: -count })
        }
        tables.replays.failReplays(readerId, INSTANCE_GONE)
      })
    },

    record: ({ readerId, lane, cursor, counts, attempts, deadLetters, refusals, ...rest }) =>
      write(() => {
        if (cursor !== undefined) progress.setCursor(readerId, lane, cursor)
        progress.setFailing(readerId, lane, undefined)
        counts.forEach(addCount)
        attempts.forEach(addAttempt)
        deadLetters.forEach(letters.addDeadLetter)
        refusals.forEach(tables.refusals.addRefusal)
        for (const one of rest.remembered ?? []) memory.remember(readerId, one)
        if (rest.parked !== undefined) parked.changeParked(readerId, rest.parked)
        if (rest.replayed !== undefined) end(readerId, rest.replayed)
      }),
    recordFailing: (readerId, lane, failing, attempts) =>
      write(() => {
        progress.setFailing(readerId, lane, failing)
        attempts.forEach(addAttempt)
      }),
    failing: async (readerId, lane) => progress.failing(readerId, lane),
  } satisfies Partial<Ledger>
}

/**
 * With `synchronous = normal` a commit is in the WAL but not forced to the disk: a killed process loses nothing, a
 * power cut may lose the newest commits, always whole ones and always from the end.
 */
function prepareFile(db: DatabaseSync, path: string, readOnly: boolean): void {
  try {
    if (readOnly) {
      if (schemaVersion(db) < MIGRATIONS.length) throw new Error(`the writer has to open ${path} first`)
    } else {
      makeShrinkable(db)
      db.exec(`pragma journal_mode = wal; pragma synchronous = normal; ${NOTHING_STAYS}`)
    }
    migrate(db, MIGRATIONS)
  } catch (error) {
    db.close()
    throw error
  }
}

/**
 * A checkpoint forces the WAL to the disk, then copies it into the database file and forces that too. `truncate` waits
 * for those who read, so that all of it is copied, and leaves an empty WAL.
 *
 * Done is only what was copied whole: a reader that outlasts the wait stops the copying half way, and then the log must
 * not be trimmed. `busy` alone does not say that: it is set also when all was copied and only the emptying had to wait.
 * Nor do equal numbers: both are -1 when the checkpoint could not begin.
 */
function sync(db: DatabaseSync, busy_ms: number): void {
  const state = db.prepare('pragma wal_checkpoint(truncate)').get() as Checkpoint
  const { busy, log, checkpointed } = state
  if (busy === 0 || (log >= 0 && log === checkpointed)) return
  throw new Error(`the ledger is not synced: another connection used it for more than ${busy_ms} ms`)
}

/** Of the `log` frames of the WAL, `checkpointed` are in the database file. */
type Checkpoint = { busy: number; log: number; checkpointed: number }
