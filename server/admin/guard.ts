import type { FastifyInstance } from 'fastify'
import { AppError } from '../../core/errors.ts'

const LOOPBACK_NAMES = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * Until there is a login, the admin side is for this machine alone. It listens on a loopback address; besides, a web
 * page must not reach it through a person's browser: not by a name that was pointed here (DNS rebinding: `Host`), nor
 * from another site (`Origin`).
 */
export function loopbackOnly(server: FastifyInstance): void {
  server.addHook('onRequest', async (request) => {
    const { host = '', origin } = request.headers
    const isHere = LOOPBACK_NAMES.has(host.replace(/:\d+$/, ''))
    const isOwn =
      origin === undefined || (URL.canParse(origin) && LOOPBACK_NAMES.has(new URL(origin).hostname))
    if (!isHere || !isOwn) throw new AppError('ADMIN_LOOPBACK_ONLY', { host, origin: origin ?? 'none' })
  })
}
