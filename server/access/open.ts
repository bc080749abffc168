import { type AccessDb, openAccessDb } from './access-db.ts'

/**
 * Who may use the admin side: in PostgreSQL when that is given, else in a file.
 *
 * @throws {AppError} SCHEMA_TOO_NEW, POSTGRES_UNAVAILABLE, POSTGRES_UNSUITABLE
 */
export async function openAccess(
  file: string,
  { url }: { readonly url: string | undefined },
): Promise<AccessDb> {
  if (url === undefined) return openAccessDb(file)
  // Only who uses PostgreSQL loads what speaks to it.
  const { openPostgresAccess } = await import('./postgres-db.ts')
  return openPostgresAccess(url)
}
