import type { FastifyRequest } from 'fastify'
import { MAY } from '../../contract/roles.ts'
import type { Need } from '../../contract/route.ts'
import { AppError } from '../../core/errors.ts'
import { type Access, type Caller, THIS_MACHINE } from '../admin/router.ts'
import type { AccessStore, Person } from './access-store.ts'
import { checkSameOrigin } from './same-origin.ts'
import type { Found, Sessions } from './sessions.ts'

const NOBODY: Caller = { name: 'nobody', via: 'nobody', role: 'viewer', personal: false }
/** Where a person who must add a second factor can do so. */
const OWN = /^\/admin\/v1\/me(\/|$)/

export type AccessDeps = {
  readonly sessions: Sessions
  readonly store: Pick<AccessStore, 'requiresFactor'>
  /** Who has this token. @throws {AppError} TOKEN_INVALID, TOKEN_EXPIRED */
  readonly findToken?: ((text: string, request: FastifyRequest) => Promise<Caller | undefined>) | undefined
}

/** Where login is off: whoever reaches the port. */
export const openAccess: Access = async () => THIS_MACHINE

/**
 * Who asks: by a token, else by a session. A cookie is not looked at beside a token, and what changes something by a cookie
 * must come from our own pages.
 *
 * The access throws {AppError} LOGIN_NEEDED, NOT_ALLOWED, SECOND_FACTOR_NEEDED, REQUEST_FOREIGN.
 */
export function accessFor(deps: AccessDeps): Access {
  return async (request, needs) => {
    const token = bearerOf(request)
    const caller =
      token === undefined ? await bySession(deps, request, needs) : await deps.findToken?.(token, request)
    if (needs === 'nobody') return caller ?? NOBODY
    if (caller === undefined) throw new AppError('LOGIN_NEEDED')
    if (needs !== 'self' && !MAY[caller.role].includes(needs))
      throw new AppError('NOT_ALLOWED', { needs, role: caller.role })
    // A token looks at what is a person's own, and changes none of it: what is revoked leaves nothing behind.
    if (needs === 'self' && caller.via === 'token' && request.method !== 'GET')
      throw new AppError('NOT_ALLOWED', { problem: 'a token is no person' })
    return caller
  }
}

async function bySession(
  { sessions, store }: AccessDeps,
  request: FastifyRequest,
  needs: Need,
): Promise<Caller | undefined> {
  checkSameOrigin(request)
  const found = await sessions.find(request)
  if (found === undefined) return undefined
  const isFree = needs === 'nobody' || OWN.test(request.routeOptions.url ?? '')
  if (!isFree && (await lacksFactor(store, found))) throw new AppError('SECOND_FACTOR_NEEDED')
  return callerFrom(found, sessions)
}

/** Whether the person must add a second factor before anything else. The provider asks for its own. */
export async function lacksFactor(
  store: Pick<AccessStore, 'requiresFactor'>,
  { session, person }: Found,
): Promise<boolean> {
  return session.via !== 'sso' && person.factor === undefined && (await store.requiresFactor())
}

function callerFrom(found: Found, sessions: Sessions): Caller {
  const { person, session } = found
  return {
    name: person.name,
    via: 'session',
    id: person.id,
    session: session.id,
    role: person.role,
    personal: seesPersonal(person),
    holds: () => sessions.holds(found),
  }
}

/** Who maps and mends must see what is in events; a viewer sees it when an admin says so. */
export function seesPersonal({ role, personal }: Pick<Person, 'role' | 'personal'>): boolean {
  return role !== 'viewer' || personal
}

function bearerOf({ headers }: FastifyRequest): string | undefined {
  const [, token] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? []
  return token
}
