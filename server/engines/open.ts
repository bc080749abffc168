import type { AccessDb } from '../access/access-db.ts'
import { openAccess as openAccessAt } from '../access/open.ts'
import type { SharedLedger } from '../ledger/fence.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { EventLog, LogReader } from '../log/log.ts'
import { type SqliteLogOptions, sqliteLog, sqliteLogReader } from '../log/sqlite.ts'
import { allLanes, type LaneGroup, type OwnedLanes, sharedLanes } from '../pipeline/owned-lanes.ts'
import type { KeySource } from '../secrets/master-key.ts'
import { openSealedStore, type SealedStore } from '../store/open.ts'
import { type EngineData, isCluster, type LogPlace } from './engine-data.ts'
import { type LedgerUse, openLedger as openLedgerAt } from './open-ledger.ts'

// The one place that picks implementations: a function for each thing that is shared.

/** So long a lane that is to be given back waits for what is on its way. */
const HAND_OVER_MS_MAX = 5_000

/** The log as ingest and whoever trims it have it. One of a process. */
export async function openLog({ log }: EngineData, options: SqliteLogOptions): Promise<EventLog> {
  switch (log.kind) {
    case 'file':
      return sqliteLog(log.path, options)
    case 'nats':
      return openStream(log, options.lanes)
  }
}

/** `wake` and `checkpoint`: what another thread of this process has to tell it, as `sqliteLogReader` has them; nothing, where the log tells by itself. */
export type WokenLogReader = LogReader & {
  readonly wake: (lanes: Iterable<number>) => void
  readonly checkpoint: () => number
}
export async function openLogReader({ log }: EngineData): Promise<WokenLogReader> {
  switch (log.kind) {
    case 'file':
      return sqliteLogReader(log.path)
    case 'nats':
      return { ...(await openStream(log)), wake() {}, checkpoint: () => 0 }
  }
}

/** Only who uses NATS loads what speaks to it. */
async function openStream(
  { servers, user, pass, replicas, isSyncVouchedFor }: Extract<LogPlace, { kind: 'nats' }>,
  lanes?: number,
): Promise<EventLog> {
  const { jetstreamLog } = await import('../log/jetstream.ts')
  const login = user === '' ? {} : { user, pass }
  return jetstreamLog({
    servers,
    login,
    replicas,
    isSyncVouchedFor,
    ...(lanes === undefined ? {} : { lanes }),
  })
}

export function openLedger({ ledger }: EngineData, use: LedgerUse): Promise<Ledger> {
  return openLedgerAt(ledger, use)
}

export function openStore(
  { storeFile, postgres }: EngineData,
  keys: { readonly key: KeySource; readonly onKeyMade?: (file: string) => void },
): Promise<SealedStore> {
  return openSealedStore(storeFile, postgres, keys)
}

/** People, sessions, tokens and the audit log. */
export function openAccess({ accessFile, postgres }: EngineData): Promise<AccessDb> {
  return openAccessAt(accessFile, postgres)
}

export type LanesDeps = {
  readonly lanes: number
  readonly ledger: Ledger
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<boolean>
  readonly onTrouble: (lane: number, error: unknown) => void
}

/** The lanes of this process, for one kind of work: where it is the only process, all of them. */
export async function openLanes(
  engine: EngineData,
  group: LaneGroup,
  { lanes, ledger, sleep, onTrouble }: LanesDeps,
): Promise<OwnedLanes & { readonly stop: () => Promise<void> }> {
  const { log } = engine
  if (!isCluster(engine) || log.kind !== 'nats') return { ...allLanes(lanes, ledger), stop: async () => {} }
  const [{ jetstreamOwners }, { connectNats }] = await Promise.all([
    import('./jetstream-owners.ts'),
    import('../log/jetstream-connect.ts'),
  ])
  const nc = await connectNats(log.servers, { user: log.user, pass: log.pass })
  const owners = await jetstreamOwners({ nc, lanes, replicas: log.replicas, stream: `millrace_${group}` })
  const shared = ledger as SharedLedger
  return sharedLanes({
    ...{ owners, group, ledger: shared, handOver_ms_max: HAND_OVER_MS_MAX, sleep, onTrouble },
    // The clock of the system goes on while a process is stopped.
    now_ms: () => performance.now(),
  })
}
