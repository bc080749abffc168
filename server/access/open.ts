import type { AccessDb } from './access-db.ts'

/**
 * Who may use the admin side: in PostgreSQL when that is given, else in a file.
 *
 * @throws {AppError} SCHEMA_TOO_NEW, POSTGRES_UNAVAILABLE, POSTGRES_UNSUITABLE
 */
export async function openAccess(
  file: string,
  { url }: { readonly url: string | undefined },
): Promise<AccessDb> {
  // Each loads only what speaks to its own; threads that never ask load neither.
  if (url === undefined) return (await import('./access-db.ts')).openAccessDb(file)
  const { openPostgresAccess } = await import('./postgres-db.ts')
  return openPostgresAccess(url)
}
