import { AppError } from '../core/errors.ts'

/**
 * What a process does: takes events; sends them to destinations; counts them; serves the pages and the admin API, with the
 * index by which events are found.
 */
export const ROLES = ['ingest', 'delivery', 'indexer', 'admin'] as const
export type Role = (typeof ROLES)[number]
export type Roles = ReadonlySet<Role>
export const EVERY_ROLE: Roles = new Set(ROLES)

export const ROLES_WANTED = `all, or some of ${ROLES.join(', ')}, with commas between them`

/** `ingest,delivery`; `all` for every role. Undefined when it names none, or one that there is not. */
export function readRoles(text: string): Roles | undefined {
  if (text.trim() === 'all') return EVERY_ROLE
  const named = text.split(',').map((name) => name.trim())
  const known = named.filter((name): name is Role => (ROLES as readonly string[]).includes(name))
  return known.length === named.length ? new Set(known) : undefined
}

/**
 * The embedded engine belongs to one process, which therefore has every role.
 *
 * @throws {AppError} ROLES_NEED_CLUSTER
 */
export function checkRoles(roles: Roles, isCluster: boolean): void {
  const missing = ROLES.filter((role) => !roles.has(role))
  if (!isCluster && missing.length > 0)
    throw new AppError('ROLES_NEED_CLUSTER', { missing: missing.join(', ') })
}
