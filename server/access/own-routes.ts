import type { FastifyReply, FastifyRequest } from 'fastify'
import { notFound } from '../admin/request.ts'
import type { AdminRouter, Asked } from '../admin/router.ts'
import type { AccessStore, Session } from './access-store.ts'
import type { FactorKeeper } from './factor-keeper.ts'
import type { LoginFlows } from './login.ts'
import { withRetryAfter } from './login-routes.ts'
import { meOf, meOfCaller, ownOf } from './own.ts'
import { checkPassword } from './password-rules.ts'
import type { Passwords } from './passwords.ts'
import type { Found, Sessions } from './sessions.ts'

export type OwnRouteDeps = {
  readonly store: AccessStore
  readonly sessions: Sessions
  readonly passwords: Passwords
  readonly factors: FactorKeeper
  readonly login: LoginFlows
}
type Who = Asked<'GET /admin/v1/me'>['who']
type Asking = { readonly who: Who; readonly request: FastifyRequest; readonly reply: FastifyReply }

/** What is one's own: name, password, second factor, sessions. What is done is noted where the route is. */
export function ownRoutes({ on }: AdminRouter, deps: OwnRouteDeps): void {
  const { store, passwords, factors, login } = deps

  /** Who knows the password too. */
  async function confirmed({ who, request, reply }: Asking, password: string): Promise<Found> {
    const own = await ownOf(store, who)
    await login.confirm(request, own.person, password).catch((error: unknown) => {
      throw withRetryAfter(error, reply)
    })
    return own
  }

  on(
    'GET /admin/v1/me',
    async ({ who }) => (await meOfCaller(store, who)) ?? meOf(store, await ownOf(store, who)),
  )
  on('PATCH /admin/v1/me', async ({ who, body: { name } }) => {
    const own = await ownOf(store, who)
    const person = await store.changePerson(own.person.id, { name: name.trim() })
    return meOf(store, { ...own, person: person ?? own.person })
  })
  on('PUT /admin/v1/me/password', async ({ body, ...asking }) => {
    const { person, session } = await confirmed(asking, body.current)
    await checkPassword(body.next, person)
    const passwordHash = await passwords.hash(body.next)
    const changed = await store.changePerson(person.id, { passwordHash })
    return meOf(store, { session: await renewed(deps, asking, session), person: changed ?? person })
  })
  on('POST /admin/v1/me/second-factor', async ({ body, ...asking }) => {
    const { person } = await confirmed(asking, body.password)
    return factors.begin(person)
  })
  on('POST /admin/v1/me/second-factor/confirm', async ({ body, ...asking }) => {
    const { person, session } = await ownOf(store, asking.who)
    const recoveryCodes = await factors.turnOn(person, body.code)
    await renewed(deps, asking, session)
    return { recoveryCodes }
  })
  on('POST /admin/v1/me/second-factor/recovery-codes', async ({ body, ...asking }) => {
    const { person } = await confirmed(asking, body.password)
    return { recoveryCodes: person.factor === undefined ? [] : await factors.renewCodes(person) }
  })
  on('POST /admin/v1/me/second-factor/remove', async ({ body, ...asking }) => {
    const own = await confirmed(asking, body.password)
    await factors.turnOff(own.person)
    return meOf(store, { ...own, person: { ...own.person, factor: undefined } })
  })
  ownSessionRoutes({ on }, deps)
}

function ownSessionRoutes({ on }: AdminRouter, { store, sessions }: OwnRouteDeps): void {
  on('GET /admin/v1/me/sessions', async ({ who }) => {
    const { person, session: own } = await ownOf(store, who)
    const shown = (session: Session) => ({
      id: session.id,
      login: session.via,
      browser: session.agent,
      address: session.address,
      createdAt: new Date(session.createdAt_ms).toISOString(),
      usedAt: new Date(session.usedAt_ms).toISOString(),
      expiresAt: new Date(sessions.expiresAt_ms(session)).toISOString(),
      isThis: session.id === own.id,
    })
    await sessions.trim()
    return { sessions: (await store.sessions(person.id)).map(shown) }
  })
  on('DELETE /admin/v1/me/sessions/:id', async ({ who, params: { id } }) => {
    const { person } = await ownOf(store, who)
    if ((await store.endSessions(person.id, { id })) === 0) throw notFound('session', id)
    return {}
  })
  on('DELETE /admin/v1/me/sessions', async ({ who }) => {
    const { person, session } = await ownOf(store, who)
    return { ended: await store.endSessions(person.id, { butHash: session.hash }) }
  })
}

/** What a person may do has grown or their secret has changed: a new token, and no other session. */
async function renewed(
  { store, sessions }: OwnRouteDeps,
  { request, reply }: Asking,
  { personId, via }: Session,
): Promise<Session> {
  await store.endSessions(personId)
  const { session, cookie } = await sessions.begin(request, personId, via)
  reply.header('set-cookie', cookie)
  return session
}
