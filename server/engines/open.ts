import { AppError } from '../../core/errors.ts'
import { type AccessDb, openAccessDb } from '../access/access-db.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { sqliteLedger } from '../ledger/sqlite.ts'
import type { EventLog, LogReader } from '../log/log.ts'
import { type SqliteLogOptions, sqliteLog, sqliteLogReader } from '../log/sqlite.ts'
import { allLanes, type LaneGroup, type OwnedLanes } from '../pipeline/owned-lanes.ts'
import { type SqliteStore, type SqliteStoreOptions, sqliteStore } from '../store/sqlite.ts'
import type { EngineData } from './engine-data.ts'

// The one place that picks implementations: a function for each thing that is shared.

/** The log as ingest and whoever trims it have it. One of a process. */
export async function openLog(engine: EngineData, options: SqliteLogOptions): Promise<EventLog> {
  switch (engine.kind) {
    case 'embedded':
      return sqliteLog(engine.logFile, options)
    case 'cluster':
      throw notYet('the log')
  }
}

/** `wake` and `checkpoint`: what another thread of this process has to tell it; nothing, where the log tells by itself. */
export type WokenLogReader = LogReader & {
  readonly wake: (lanes: Iterable<number>) => void
  readonly checkpoint: () => void
}
export async function openLogReader(engine: EngineData): Promise<WokenLogReader> {
  switch (engine.kind) {
    case 'embedded':
      return sqliteLogReader(engine.logFile)
    case 'cluster':
      throw notYet('the log')
  }
}

export async function openLedger(
  engine: EngineData,
  options: { readonly readOnly?: boolean } = {},
): Promise<Ledger> {
  switch (engine.kind) {
    case 'embedded':
      return sqliteLedger(engine.ledgerFile, options)
    case 'cluster':
      throw notYet('the ledger')
  }
}

export async function openStore(engine: EngineData, options: SqliteStoreOptions): Promise<SqliteStore> {
  switch (engine.kind) {
    case 'embedded':
      return sqliteStore(engine.storeFile, options)
    case 'cluster':
      throw notYet('the configuration')
  }
}

/** People, sessions, tokens and the audit log. */
export async function openAccess(engine: EngineData): Promise<AccessDb> {
  switch (engine.kind) {
    case 'embedded':
      return openAccessDb(engine.accessFile)
    case 'cluster':
      throw notYet('people and the audit log')
  }
}

/** The lanes of this process, for one kind of work: with the embedded engine all of them. */
export async function openLanes(
  engine: EngineData,
  group: LaneGroup,
  { lanes, ledger }: { readonly lanes: number; readonly ledger: Ledger },
): Promise<OwnedLanes & { readonly stop: () => Promise<void> }> {
  switch (engine.kind) {
    case 'embedded':
      return { ...allLanes(lanes, ledger), stop: async () => {} }
    case 'cluster':
      throw notYet(`lanes of ${group}`)
  }
}

function notYet(what: string): AppError {
  return new AppError('CLUSTER_UNSUPPORTED', { what: `${what} on servers that several processes share` })
}
