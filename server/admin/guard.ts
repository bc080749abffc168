import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '../../core/errors.ts'

const LOOPBACK_NAMES = new Set(['localhost', '127.0.0.1', '[::1]'])

/** It has a guard of its own: the state that this browser was given. */
const SSO_CALLBACK = '/admin/v1/sso/callback?'

export type GuardOptions = {
  /** The address by which people reach the pages, where it is not this machine: `https://millrace.example.com`. */
  readonly adminUrl?: string | undefined
}

/**
 * The admin side answers what its own pages and programs ask, and no page of another site through a person's browser:
 * not by a name that was pointed here (DNS rebinding: `Host`), nor from another origin (cross-site request forgery:
 * `Origin`, and `Sec-Fetch-Site` where a browser sends no `Origin`). A cookie that is `SameSite` comes on top of it.
 *
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 */
export function sameOriginOnly(server: FastifyInstance, { adminUrl }: GuardOptions = {}): void {
  const own = adminUrl === undefined ? undefined : new URL(adminUrl)
  server.addHook('onRequest', async (request) => {
    const { host = '', origin } = request.headers
    const isHere = LOOPBACK_NAMES.has(host.replace(/:\d+$/, ''))
    const isOwnHost = own !== undefined && isHost(host, own)
    const isAllowed =
      origin !== undefined
        ? (isHere && isLoopbackOrigin(origin)) || (isOwnHost && origin === own.origin)
        : (isHere || isOwnHost) && !isFromElsewhere(request)
    if (isAllowed) return
    const code = own === undefined ? 'ADMIN_LOOPBACK_ONLY' : 'ADMIN_FOREIGN_SITE'
    throw new AppError(code, { host, origin: origin ?? 'none' })
  })
}

function isHost(host: string, { host: own, protocol }: URL): boolean {
  const usual = protocol === 'https:' ? ':443' : ':80'
  return host.toLowerCase() === own || host.toLowerCase() === own + usual
}

function isLoopbackOrigin(origin: string): boolean {
  return URL.canParse(origin) && LOOPBACK_NAMES.has(new URL(origin).hostname)
}

/** A link to a page may stand anywhere, and a provider of single sign-on sends people back; nothing else of another site comes through: https://www.w3.org/TR/fetch-metadata/ */
function isFromElsewhere({ method, url, headers }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'] ?? 'none'
  if (site === 'none' || site === 'same-origin') return false
  if (method !== 'GET' || headers['sec-fetch-mode'] !== 'navigate') return true
  return url.startsWith('/admin/') && !url.startsWith(SSO_CALLBACK)
}
