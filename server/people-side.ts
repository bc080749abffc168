import type { FastifyInstance } from 'fastify'
import { accessFor, openAccess } from './access/access.ts'
import type { AccessDb } from './access/access-db.ts'
import { factorKeeper } from './access/factor-keeper.ts'
import { firstLink, linkUrl } from './access/links.ts'
import { loginFlows } from './access/login.ts'
import { loginRoutes } from './access/login-routes.ts'
import { ownRoutes } from './access/own-routes.ts'
import { passwordHasher } from './access/passwords.ts'
import { peopleRoutes } from './access/people-routes.ts'
import { sessionsOf } from './access/sessions.ts'
import { sqliteAccessStore } from './access/sqlite-store.ts'
import { singleSignOn } from './access/sso.ts'
import { ssoProvider } from './access/sso-provider.ts'
import { ssoRoutes } from './access/sso-routes.ts'
import type { Audit } from './admin/audit-note.ts'
import type { Access, AdminRouter, Caller } from './admin/router.ts'
import { type Mail, mailer } from './alerts/mail.ts'
import { type LoginConfig, ssoOptions } from './login-options.ts'
import type { Sealer } from './secrets/sealer.ts'

type PeopleSideDeps = {
  readonly db: AccessDb
  readonly login: LoginConfig
  readonly mail: Mail
  /** Where the pages are, without a slash at its end. */
  readonly pagesUrl: () => string
  /** Seals the secrets of second factors. */
  readonly sealer: Sealer
  readonly audit: Audit
  readonly findToken: (text: string) => Promise<Caller | undefined>
  readonly now_ms: () => number
  readonly onTrouble: (error: unknown) => void
}

export type PeopleSide = {
  readonly access: Access
  readonly mount: (router: AdminRouter, server: FastifyInstance) => void
  /** Where the first admin is made, while there is nobody; once the pages' address is known. */
  readonly setUpUrl: () => Promise<string | undefined>
  readonly stop: () => void
}

/** People and how they log in, put together. @throws {AppError} OPTION_INVALID */
export function peopleSide(deps: PeopleSideDeps): PeopleSide {
  const { login: config, pagesUrl, now_ms, sealer, audit, findToken } = deps
  const { isOn, limits } = config
  const options = ssoOptions(config)
  const store = sqliteAccessStore(deps.db)
  const sessions = sessionsOf({ store, limits, now_ms })
  const passwords = passwordHasher()
  const factors = factorKeeper({ store, sealer, now_ms })
  const isSsoOnly = options?.isOnly === true
  const login = loginFlows({ store, sessions, passwords, factors, audit, now_ms, isSsoOnly })
  const letters = mailer(deps.mail)
  const mail = letters.canSend ? mailOf(letters.send, deps.onTrouble) : undefined
  return {
    access: isOn ? accessFor({ sessions, store, findToken }) : openAccess,
    mount(router, server) {
      loginRoutes(router, { store, sessions, login, audit, isOn, isSsoOnly, ssoName: options?.name })
      ownRoutes(router, { store, sessions, passwords, factors, login })
      const hasGroupRoles = (options?.roles.length ?? 0) > 0
      peopleRoutes(router, { store, sessions, now_ms, pagesUrl, mail, hasGroupRoles })
      if (options === undefined) return
      const provider = ssoProvider(options)
      ssoRoutes(server, singleSignOn({ options, provider, store, login, audit, pagesUrl, now_ms }))
    },
    async setUpUrl() {
      const token = isOn ? await firstLink(store, now_ms()) : undefined
      return token === undefined ? undefined : linkUrl(pagesUrl(), token)
    },
    stop: () => letters.close(),
  }
}

/** A mail that did not go is told to whoever has the link to show. */
function mailOf(send: ReturnType<typeof mailer>['send'], onTrouble: (error: unknown) => void) {
  return async (to: string, subject: string, text: string): Promise<boolean> => {
    try {
      await send({ to: [to], subject, text })
      return true
    } catch (error) {
      onTrouble(error)
      return false
    }
  }
}
