import type { Ledger } from '../ledger/ledger.ts'
import { sqliteLedger } from '../ledger/sqlite.ts'

/** `url` is a secret; undefined: files. */
export type PostgresPlace = { readonly url: string | undefined; readonly connections_max: number }

/** Where the ledger is. A plain value: it crosses to the threads that open the ledger on connections of their own. */
export type LedgerPlace =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'postgres'; readonly url: string; readonly connections_max: number }
/** `pages` only look. `main` says whose log it is, before anybody else uses it. */
export type LedgerUse =
  | { readonly by: 'main'; readonly log: string }
  | { readonly by: 'readers' }
  | { readonly by: 'pages' }

/** Connections of the threads that ask little; configuration, hearing of changes and people have one each. */
const FEW = 2
const OTHERS = 3

export function ledgerPlace(ledgerFile: string, { url, connections_max }: PostgresPlace): LedgerPlace {
  return url === undefined ? { kind: 'file', path: ledgerFile } : { kind: 'postgres', url, connections_max }
}

/** @throws {AppError} SCHEMA_TOO_NEW, POSTGRES_UNAVAILABLE, POSTGRES_UNSUITABLE */
export async function openLedger(place: LedgerPlace, use: LedgerUse): Promise<Ledger> {
  if (place.kind === 'file') return sqliteLedger(place.path, { readOnly: use.by === 'pages' })
  // Only who uses PostgreSQL loads what speaks to it.
  const [{ postgresLedger }, { connectPostgres }] = await Promise.all([
    import('../ledger/postgres.ts'),
    import('../postgres/connect.ts'),
  ])
  const connections_max = use.by === 'readers' ? place.connections_max - OTHERS - 2 * FEW : FEW
  const db = connectPostgres({ url: place.url, connections_max, waitsForDisk: false, name: use.by })
  try {
    const ledger = await postgresLedger(db)
    if (use.by === 'main') await ledger.bindTo(use.log)
    return ledger
  } catch (error) {
    await db.close()
    throw error
  }
}
