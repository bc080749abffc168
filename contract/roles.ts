/** What people may do; each may what those before it may. In a file that loads nothing: the command line reads it. */
export const ROLES = ['viewer', 'editor', 'admin'] as const
export type Role = (typeof ROLES)[number]

/** How long a token lives when nothing is said, in days. */
export const TOKEN_DAYS_DEFAULT = 90
/** How long it may live, in days; only an admin may make one that never expires. */
export const TOKEN_DAYS_MAX = 365
