import type { FastifyReply } from 'fastify'
import { AppError } from '../../core/errors.ts'
import type { Audit } from '../admin/audit-note.ts'
import type { AdminRouter } from '../admin/router.ts'
import type { AccessStore } from './access-store.ts'
import type { LoggedIn, LoginFlows } from './login.ts'
import { meOf, meOfCaller } from './own.ts'
import type { Sessions } from './sessions.ts'

export type LoginRouteDeps = {
  readonly store: AccessStore
  readonly sessions: Sessions
  readonly login: LoginFlows
  readonly audit: Pick<Audit, 'note'>
  readonly isOn: boolean
  readonly isSsoOnly: boolean
  /** The name on the button of single sign-on, where there is one. */
  readonly ssoName: string | undefined
}

/** Logging in and out, and what a link is for. */
export function loginRoutes({ on }: AdminRouter, deps: LoginRouteDeps): void {
  const { store, sessions, login, audit } = deps

  async function answered(reply: FastifyReply, entering: Promise<LoggedIn>) {
    const entered = await entering.catch((error: unknown) => {
      throw withRetryAfter(error, reply)
    })
    if (entered.status === 'code') return entered
    reply.header('set-cookie', entered.cookie)
    return { status: 'in', me: await meOf(store, entered) } as const
  }
  const checkOn = () => {
    if (!deps.isOn) throw new AppError('LOGIN_OFF')
  }

  on('GET /admin/v1/login', async ({ who }) => {
    const me = await meOfCaller(store, who)
    return {
      login: deps.isOn ? 'on' : 'off',
      needsSetUp: deps.isOn && (await store.people()).length === 0,
      password: deps.isOn && !deps.isSsoOnly,
      ...(deps.ssoName === undefined ? {} : { sso: { name: deps.ssoName, start: '/admin/v1/sso/start' } }),
      ...(me === undefined ? {} : { me }),
    }
  })
  on('POST /admin/v1/login', async ({ body, request, reply }) => {
    checkOn()
    return answered(reply, login.password(request, body))
  })
  on('POST /admin/v1/login/code', async ({ body, request, reply }) => {
    checkOn()
    return answered(reply, login.code(request, body))
  })
  on('POST /admin/v1/logout', async ({ who, request, reply }) => {
    if (who.via === 'session') await audit.note({ who, what: 'logout', outcome: 'ok', request })
    reply.header('set-cookie', await sessions.end(request))
    // A browser forgets what it has of these pages. OWASP ASVS 5.0, 14.3.1
    reply.header('clear-site-data', '"cache", "cookies", "storage"')
    return {}
  })
  on('POST /admin/v1/links/look', async ({ body }) => {
    checkOn()
    const { link, person } = await login.look(body.token)
    const { kind, role, expiresAt_ms } = link
    const email = person?.email ?? link.email
    return {
      kind,
      ...(email === undefined ? {} : { email }),
      ...(person === undefined ? { role } : { name: person.name }),
      expiresAt: new Date(expiresAt_ms).toISOString(),
    }
  })
  on('POST /admin/v1/links/use', async ({ body, request, reply }) => {
    checkOn()
    return answered(reply, login.link(request, body))
  })
}

/** RFC 9110, 10.2.3. */
export function withRetryAfter(error: unknown, reply: FastifyReply): unknown {
  if (error instanceof AppError && error.code === 'LOGIN_THROTTLED')
    reply.header('retry-after', String(error.details['wait_s']))
  return error
}
