import { type LedgerPlace, ledgerPlace, type PostgresPlace } from './open-ledger.ts'

/** Where a log is: a file of one process, or a stream that several reach. */
export type LogPlace =
  | { readonly kind: 'file'; readonly path: string }
  | {
      readonly kind: 'nats'
      readonly servers: readonly string[]
      readonly user: string
      readonly pass: string
      readonly replicas: number
      readonly isSyncVouchedFor: boolean
    }
/**
 * Where what processes share is kept: files of one process, or servers that several reach. It crosses to threads, which open
 * connections of their own.
 */
export type EngineData = {
  readonly log: LogPlace
  readonly ledger: LedgerPlace
  readonly postgres: PostgresPlace
  readonly storeFile: string
  readonly accessFile: string
}
type Files = {
  readonly logFile: string
  readonly ledgerFile: string
  readonly storeFile: string
  readonly accessFile: string
}

type Given = {
  readonly postgres: PostgresPlace
  readonly nats: Pick<NatsLog, 'servers' | 'user' | 'pass'> | undefined
  readonly natsReplicas: number
  readonly isNatsSynced: boolean
}
type NatsLog = Extract<LogPlace, { kind: 'nats' }>

export function engineOf(
  { logFile, ledgerFile, storeFile, accessFile }: Files,
  { postgres, nats, natsReplicas: replicas, isNatsSynced: isSyncVouchedFor }: Given,
): EngineData {
  const log: LogPlace =
    nats === undefined
      ? { kind: 'file', path: logFile }
      : { kind: 'nats', ...nats, replicas, isSyncVouchedFor }
  return { log, ledger: ledgerPlace(ledgerFile, postgres), postgres, storeFile, accessFile }
}

/** Several processes may share it. */
export function isCluster({ log, ledger }: Pick<EngineData, 'log' | 'ledger'>): boolean {
  return log.kind === 'nats' && ledger.kind === 'postgres'
}
