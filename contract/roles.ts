/** What people may do; each may what those before it may. In a file that loads nothing: the command line reads it. */
export const ROLES = ['viewer', 'editor', 'admin'] as const
export type Role = (typeof ROLES)[number]
/** What each role may, besides what is one's own. */
export const MAY: Readonly<Record<Role, readonly ('view' | 'edit' | 'manage')[]>> = {
  viewer: ['view'],
  editor: ['view', 'edit'],
  admin: ['view', 'edit', 'manage'],
}

/** OWASP ASVS 5.0, 6.2.1 and 6.2.9: at least 8, better 15; at least 64 must be allowed. In characters. */
export const PASSWORD_CHARS = { min: 12, max: 128 } as const

/** How long a token lives when nothing is said, in days. */
export const TOKEN_DAYS_DEFAULT = 90
/** How long it may live, in days; only an admin may make one that never expires. */
export const TOKEN_DAYS_MAX = 365
