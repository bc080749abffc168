import type { KeySource } from '../secrets/master-key.ts'
import type { Sealer } from '../secrets/sealer.ts'
import type { Store } from './store.ts'

/** Others that keep secrets seal them with its keys. */
export type SealedStore = Store & { readonly sealer: Sealer }

/**
 * The store of a server: in PostgreSQL when that is given, else in a file.
 *
 * @throws {AppError} SCHEMA_TOO_NEW, SECRET_KEY_MISSING, SECRET_KEY_WRONG, POSTGRES_UNAVAILABLE, POSTGRES_UNSUITABLE
 */
export async function openSealedStore(
  file: string,
  postgres: { readonly url: string | undefined },
  keys: { readonly key: KeySource; readonly onKeyMade?: (file: string) => void },
): Promise<SealedStore> {
  const { url } = postgres
  // Each loads only what speaks to its own; threads that never ask load neither.
  if (url === undefined) return (await import('./sqlite.ts')).sqliteStore(file, keys)
  const { postgresStore } = await import('./postgres.ts')
  return postgresStore({ url, ...keys })
}
