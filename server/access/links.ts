import type { Role } from '../../contract/route.ts'
import type { AccessStore, Link } from './access-store.ts'
import { hashOf, newId, newToken } from './random-token.ts'

const DAY_MS = 86_400_000
/** How long a link is good. OWASP ASVS 5.0, 6.4.1: it is used once, and soon. */
export const LINK_AGE_MS = { 'set-up': DAY_MS, invitation: 7 * DAY_MS, reset: DAY_MS } as const

export type NewLink = {
  readonly kind: Link['kind']
  readonly email?: string
  readonly role: Role
  readonly personal?: boolean
  readonly personId?: string
  readonly dropsFactor?: boolean
  readonly by: string
}

/** Keeps a link, and gives the token that stands in it this once. */
export async function makeLink(
  store: Pick<AccessStore, 'addLink'>,
  { kind, email, role, personal = false, personId, dropsFactor = false, by }: NewLink,
  now_ms: number,
): Promise<{ readonly token: string; readonly link: Link }> {
  const token = newToken()
  const times = { createdAt_ms: now_ms, expiresAt_ms: now_ms + LINK_AGE_MS[kind] }
  const link = {
    hash: hashOf(token),
    id: newId('link'),
    kind,
    email,
    role,
    personal,
    personId,
    dropsFactor,
    by,
  }
  await store.addLink({ ...link, ...times })
  return { token, link: { ...link, ...times } }
}

/** The token is a fragment: browsers keep it to themselves, so it comes into no log on the way. */
export function linkUrl(pagesUrl: string, token: string): string {
  return `${pagesUrl}/link#${token}`
}

/** While there is nobody: a link that makes the first admin. The one of an earlier start is good no more. */
export async function firstLink(store: AccessStore, now_ms: number): Promise<string | undefined> {
  if ((await store.people()).length > 0) return undefined
  await store.removeLinks({ kind: 'set-up' })
  const { token } = await makeLink(store, { kind: 'set-up', role: 'admin', by: 'the server' }, now_ms)
  return token
}
